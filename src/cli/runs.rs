use super::Exit;
use super::args::Common;
use crate::journal::RunFolder;

/// The ids of all runs, oldest first. A folder that can't be read is not one without runs.
pub(crate) fn all(common: &Common) -> Result<Vec<String>, Exit> {
    RunFolder::list(common.state()).map_err(|error| {
        let runs = common.state().join("runs");
        complain!("error: failed to list {runs}: {error}");
        Exit::Stuck
    })
}
