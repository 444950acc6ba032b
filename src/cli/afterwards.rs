use super::Exit;
use super::args::Common;
use super::change;
use crate::event::Event;
use crate::journal::{self, Journal, RunFolder};
use crate::record::Retrospective;

/// Keeps approvals of emergencies with the runs that they are for, which may be sealed by now.
/// Gives those that have one.
pub(crate) fn keep_all(common: &Common, plan_sha256: &str) -> Result<Vec<String>, Exit> {
    let mut kept = Vec::new();
    for id in RunFolder::all(&common.state) {
        let folder = RunFolder::new(&common.state, &id);
        let Ok(journal) = journal::read(&folder.journal()) else {
            continue;
        };
        if !is_of_plan(&journal, plan_sha256) {
            continue;
        }
        keep(common, &folder, &journal)?;
        let known = Retrospective::of_run(&folder, &journal);
        kept.extend(known.filter(|known| known.by.is_some()).map(|_| id));
    }
    Ok(kept)
}

/// The same for one run.
pub(crate) fn keep(common: &Common, folder: &RunFolder, journal: &Journal) -> Result<(), Exit> {
    Retrospective::keep(folder, journal, &change::folder(common)).map_err(|error| {
        complain!("error: failed to keep an approval with the run: {error}");
        Exit::Failed
    })
}

/// What a list says of a run that was an emergency; `None` for all others.
pub(crate) fn told(folder: &RunFolder, journal: &Journal) -> Option<String> {
    let known = Retrospective::of_run(folder, journal)?;
    Some(match (known.by, known.at) {
        (Some(by), Some(at)) => format!("approved afterwards by {by} at {at}"),
        _ => format!("approval due since {}", known.due),
    })
}

fn is_of_plan(journal: &Journal, wanted: &str) -> bool {
    let first = journal.entries.first().map(|entry| &entry.body);
    matches!(
        first,
        Some(Event::RunStarted { plan_sha256, .. }) if plan_sha256 == wanted
    )
}
