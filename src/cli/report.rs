use std::fs;
use std::io::{self, Write};

use super::Exit;
use super::args::{Common, ReportArgs, ReportFormat};
use super::show;
use crate::journal::{Journal, RunFolder};
use crate::report::{Account, Recording, Texts, cast_v2, cast_v3, html, junit, markdown, player};
use crate::runbook;
use crate::text::wording::{list, quoted};

pub(crate) fn report(common: &Common, args: &ReportArgs) -> Exit {
    let Some(run) = args
        .run
        .clone()
        .or_else(|| RunFolder::all(&common.state).pop())
    else {
        eprintln!(
            "error: there is no run yet in {}\nhelp: `runsheet run` makes one",
            common.state
        );
        return Exit::Usage;
    };
    let folder = RunFolder::new(&common.state, &run);
    let journal = match show::read(&folder) {
        Ok(journal) => journal,
        Err(exit) => return exit,
    };
    let text = match args.format {
        ReportFormat::Html => html(&account(&journal, &folder)),
        ReportFormat::Md => Ok(markdown(&account(&journal, &folder))),
        ReportFormat::Junit => Ok(junit(&account(&journal, &folder))),
        ReportFormat::Player => player(&Recording::all(&journal.entries)),
        ReportFormat::Cast | ReportFormat::CastV2 => {
            let recording = match recording(&journal, args.target.as_deref()) {
                Ok(recording) => recording,
                Err(exit) => return exit,
            };
            Ok(match args.format {
                ReportFormat::CastV2 => cast_v2(&recording),
                _ => cast_v3(&recording),
            })
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            eprintln!("error: failed to write the report: {error:#}");
            return Exit::Failed;
        }
    };
    let Some(file) = &args.output else {
        // A reader that has gone away has read enough.
        let _ = io::stdout().write_all(text.as_bytes());
        return Exit::Done;
    };
    match fs::write(file, text) {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!("error: failed to write the report {file}: {error}");
            Exit::Usage
        }
    }
}

fn account(journal: &Journal, folder: &RunFolder) -> Account {
    Account::of(journal, texts(folder))
}

/// The recording of a target; of the only one, if none is named.
fn recording(journal: &Journal, target: Option<&str>) -> Result<Recording, Exit> {
    let mut recordings = Recording::all(&journal.entries);
    let names: Vec<String> = recordings.iter().map(|r| r.target.clone()).collect();
    let at = match target {
        Some(target) => names.iter().position(|name| name == target),
        None if names.len() == 1 => Some(0),
        None => None,
    };
    if let Some(at) = at {
        return Ok(recordings.swap_remove(at));
    }
    let names = list(&quoted(names.iter().map(String::as_str)), "and");
    match (target, names.is_empty()) {
        (_, true) => eprintln!("error: nothing was sent to any target in this run"),
        (Some(target), _) => {
            eprintln!("error: nothing was sent to `{target}` in this run\nhelp: it has {names}");
        }
        (None, _) => {
            eprintln!("error: a cast is of one target\nhelp: name it with --target: {names}");
        }
    }
    Err(Exit::Usage)
}

/// The runbooks that lie beside a run's journal. One that can't be read is missing from the
/// report, which says so.
pub(crate) fn texts(folder: &RunFolder) -> Texts {
    let files = folder.runbooks().read_dir_utf8();
    let paths = files
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().to_owned());
    Texts::new(paths.filter_map(|path| runbook::load(&path).ok()).collect())
}
