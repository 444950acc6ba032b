use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use similar::TextDiff;

use super::args::Which;
use super::begun::Begun;
use crate::event::{Event, RunbookInfo};
use crate::journal::{Journal, RunFolder};
use crate::plan::{Plan, sha256};
use crate::text::Source;

/// The runbooks as they were run, with the variables they had. Where a file still holds what was
/// run it is the one, because what it needs lies beside it.
pub(crate) fn which(folder: &RunFolder, journal: &Journal) -> Which {
    let mut paths = Vec::new();
    let mut var = BTreeMap::new();
    for entry in &journal.entries {
        let Event::RunStarted {
            runbooks,
            variables,
            ..
        } = &entry.body
        else {
            continue;
        };
        for runbook in runbooks {
            let path = match is_as_run(runbook) {
                true => Utf8PathBuf::from(&runbook.path),
                false => kept(folder, runbook),
            };
            paths.push(path.into_string());
        }
        let all = variables.as_object().into_iter();
        for own in all.flat_map(|all| all.values()) {
            for (name, value) in own.as_object().into_iter().flatten() {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                var.insert(name.clone(), format!("{name}={text}"));
            }
        }
    }
    Which {
        paths,
        var: var.into_values().collect(),
        from: None,
        until: None,
        limit: Vec::new(),
        needs: false,
    }
}

/// Makes a plan the one that a run had: of the places that it was to do, with what it said about
/// them, and its runbooks by the names that they had, also where copies stand for them.
pub(crate) fn as_planned(plan: &mut Plan, folder: &RunFolder, begun: &Begun) {
    plan.keep(&begun.places);
    plan.deviations.clone_from(&begun.deviations);
    for planned in &mut plan.runbooks {
        let path = planned.source.path();
        let info = begun.runbooks.iter().find(|info| info.name == planned.name);
        if let Some(info) = info.filter(|_| path.starts_with(folder.runbooks())) {
            planned.source = Source::new(info.path.as_str(), planned.source.text());
        }
    }
}

/// The copy of a runbook that its run made.
fn kept(folder: &RunFolder, runbook: &RunbookInfo) -> Utf8PathBuf {
    let name = Utf8Path::new(&runbook.path).file_name();
    folder.runbooks().join(name.unwrap_or("runbook.md"))
}

fn is_as_run(runbook: &RunbookInfo) -> bool {
    fs::read(&runbook.path).is_ok_and(|bytes| sha256(&bytes) == runbook.sha256)
}

/// A runbook that was edited since it was run.
pub(crate) struct Edited {
    pub(crate) path: Utf8PathBuf,
    /// Its text now.
    pub(crate) text: String,
    /// What was changed, as a unified diff.
    pub(crate) diff: String,
}

/// The runbooks of a run that are not what they were. One that is gone is not edited: its copy
/// stands for it.
pub(crate) fn edited(folder: &RunFolder, runbooks: &[RunbookInfo]) -> Vec<Edited> {
    let changed = runbooks.iter().filter(|runbook| !is_as_run(runbook));
    changed
        .filter_map(|runbook| {
            let text = fs::read_to_string(&runbook.path).ok()?;
            let then = fs::read_to_string(kept(folder, runbook)).unwrap_or_default();
            let diff = TextDiff::from_lines(&then, &text)
                .unified_diff()
                .header("as the run began", &runbook.path)
                .to_string();
            Some(Edited {
                path: Utf8PathBuf::from(&runbook.path),
                text,
                diff,
            })
        })
        .collect()
}
