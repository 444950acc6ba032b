use std::io::{self, IsTerminal};

use super::Exit;
use super::afterwards;
use super::all_runs;
use super::args::{Common, ShowArgs};
use super::load::colored;
use super::say::out;
use crate::event::{Event, Place};
use crate::journal::{Journal, RunFolder};
use crate::report::{JsonLines, LineReport, Palette, Report};
use crate::text::escape;

pub(crate) fn show(common: &Common, args: &ShowArgs) -> Exit {
    let Some(run) = &args.run else {
        return match all_runs::list(common) {
            Ok(exit) | Err(exit) => exit,
        };
    };
    let folder = RunFolder::new(common.state(), common.run_id(run));
    let journal = match read(&folder) {
        Ok(journal) => journal,
        Err(exit) => return exit,
    };
    let palette = Palette::new(colored(common, io::stdout().is_terminal()));
    let mut report: Box<dyn Report> = if args.json {
        Box::new(JsonLines::new(out()))
    } else {
        Box::new(LineReport::new(out(), palette))
    };
    for entry in &journal.entries {
        report.show(&entry.body);
    }
    if !args.json {
        tell_if_cut_off(&journal);
        if let Some(told) = afterwards::told(&folder, &journal) {
            say!("emergency: {told}");
        }
    }
    Exit::Done
}

/// A run that did not end has no last line of its own.
fn tell_if_cut_off(journal: &Journal) {
    if journal.entries.is_empty() {
        say!("incomplete: the run had not begun: nothing was sent");
        return;
    }
    let mut open: Option<&Place> = None;
    let mut begun = false;
    for entry in &journal.entries {
        match &entry.body {
            Event::RunEnded { .. } => return,
            Event::StepStarted { place } | Event::Intent { place, .. } => open = Some(place),
            Event::Verdict { .. } => {
                open = None;
                begun = true;
            }
            _ => {}
        }
    }
    if begun {
        say!("");
    }
    match open {
        Some(place) => {
            let place = place.to_string();
            say!("incomplete: the journal ends within `{}`", escape(&place));
        }
        None if begun => say!("incomplete: the journal ends between two steps"),
        None => say!("incomplete: the journal ends before the first step"),
    }
}

pub(crate) fn read(folder: &RunFolder) -> Result<Journal, Exit> {
    if !folder.path().is_dir() {
        return Err(no_run(folder));
    }
    let journal = folder.read().map_err(|damage| {
        complain!("error: {damage}");
        Exit::Usage
    })?;
    if let Some(torn) = &journal.torn {
        complain!(
            "warning: the journal's last line is torn ({} bytes)",
            torn.len()
        );
    }
    Ok(journal)
}

/// Says that a run's journal has no line, and had none.
pub(crate) fn no_line(folder: &RunFolder) -> Exit {
    let id = folder.id();
    complain!("error: run {id} had not begun: nothing was sent, its journal is empty");
    Exit::Usage
}

/// Says that a run isn't there.
pub(crate) fn no_run(folder: &RunFolder) -> Exit {
    let run = folder.path().file_name().unwrap_or_default();
    let runs = folder.path().parent().unwrap_or(folder.path());
    let has_others = runs
        .read_dir_utf8()
        .is_ok_and(|mut all| all.next().is_some());
    let help = match has_others {
        true => "`runsheet show` lists them".to_owned(),
        false => format!("there are no runs in {runs}"),
    };
    complain!("error: there is no run `{run}`\nhelp: {help}");
    Exit::Usage
}
