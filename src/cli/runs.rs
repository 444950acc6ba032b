use std::io;

use camino::Utf8Path;

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

/// What the disk says about a run; where it says nothing, nothing is sent.
pub(super) fn told<T>(read: io::Result<T>) -> Result<T, Exit> {
    read.map_err(|error| {
        complain!("error: {error}\nnothing was sent");
        Exit::Stuck
    })
}

/// Says that nothing ran here yet.
pub(crate) fn none_yet(state: &Utf8Path) -> Exit {
    complain!(
        "error: there are no runs in {} yet\n\
         help: `runsheet run` makes one; those of another folder are found with --state",
        state.join("runs")
    );
    Exit::Usage
}

/// A slip in a folder's name must not come out as a list on which nothing ever ran. The
/// usual folder is not there before the first run.
pub(crate) fn state_is_there(common: &Common) -> Result<(), Exit> {
    let state = common.state();
    let holds = |name: &&str| state.join(name).exists();
    let kept = ["runs", "records", "approvals", "lab"];
    let why = match (state.is_dir(), state.exists()) {
        (false, true) => "it is no folder",
        (false, false) if common.state.is_some() => "there is no such folder",
        (true, _) if common.state.is_some() && !kept.iter().any(holds) => {
            "it holds nothing that runsheet keeps"
        }
        (false, false) => {
            complain!(
                "warning: there is no {state} in this folder: nothing ran here, or the runs are \
                 elsewhere\n\
                 help: name the folder that they are kept in with --state"
            );
            return Ok(());
        }
        (true, _) => return Ok(()),
    };
    complain!(
        "error: failed to list the runs in {state}: {why}\n\
         help: name the folder that the runs are kept in with --state"
    );
    Err(Exit::Stuck)
}
