use std::fs;
use std::io::{self, Write};

use super::Exit;
use super::args::{Common, ReportArgs, ReportFormat};
use super::show;
use crate::journal::RunFolder;
use crate::report::{Account, Texts, html, junit, markdown};
use crate::runbook;

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
    let account = Account::of(&journal, texts(&folder));
    let text = match args.format {
        ReportFormat::Html => html(&account),
        ReportFormat::Md => Ok(markdown(&account)),
        ReportFormat::Junit => Ok(junit(&account)),
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
