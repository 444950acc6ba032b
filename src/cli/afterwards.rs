use super::Exit;
use super::args::Common;
use super::change;
use super::runs;
use crate::journal::{Journal, RunFolder};
use crate::record::{Retrospective, plans};

/// Keeps approvals of emergencies with the runs that they are for, which may be sealed by now.
/// Gives those of this plan, with what is known of each.
pub(crate) fn keep_all(
    common: &Common,
    plan_sha256: &String,
) -> Result<Vec<(String, Retrospective)>, Exit> {
    let mut kept = Vec::new();
    for id in runs::all(common)? {
        let folder = RunFolder::new(common.state(), &id);
        let Ok(journal) = folder.read() else {
            continue;
        };
        if !plans(&journal).contains(plan_sha256) {
            continue;
        }
        keep(common, &folder, &journal)?;
        let known = Retrospective::of_run(&folder, &journal, None);
        kept.extend(known.map(|known| (id, known)));
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
    told_to(folder, journal, None)
}

/// The same for who seals it with a key, which is not another one's that approves.
pub(crate) fn told_to(
    folder: &RunFolder,
    journal: &Journal,
    sealed_by: Option<&str>,
) -> Option<String> {
    let known = Retrospective::of_run(folder, journal, sealed_by)?;
    Some(match (&known.by, known.at) {
        (Some(by), Some(at)) => format!("approved afterwards by {by} at {at}"),
        _ => due(&known),
    })
}

/// Since when it is due, and of which plans, where the run had several.
pub(crate) fn due(known: &Retrospective) -> String {
    let missing: Vec<&str> = known.missing().collect();
    let of = match known.plans.len() {
        1 => String::new(),
        _ => format!(" for the plan {}", missing.join(" and the plan ")),
    };
    format!("approval due since {}{of}", known.due)
}
