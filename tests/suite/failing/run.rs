//! While a runbook is run: whatever was not on disk first was not sent.

use runsheet::event::Ending;

use super::{DISK, all_honest, ending, five_files, intended, journals, made};
use crate::desk::Desk;
use crate::kernel::{self, Struck};

const RUN: &str = "run -i inventory.yaml change.md";

fn is_honest(desk: &Desk, struck: &Struck) -> Option<&'static str> {
    let said = String::from_utf8_lossy(&struck.output.stderr);
    let journal = journals(desk).pop();
    let on_record = journal.as_ref().map(|journal| intended(journal, false));
    if !made(desk).is_subset(&on_record.unwrap_or_default()) {
        return Some("something was sent that is not on record");
    }
    let ended = journal.as_ref().and_then(ending);
    let code = struck.output.status.code();
    if code == Some(0) && (made(desk).len() < 5 || ended != Some(Ending::Done)) {
        return Some("it was called a success");
    }
    let of_journal = struck.call.contains("journal.jsonl");
    if of_journal && (code == Some(0) || !said.contains("the journal")) {
        return Some("the journal failed, and nobody was told");
    }
    // What the journal holds is enough to go on with, unless only its last sync failed.
    let begun = journal.is_some_and(|journal| !journal.entries.is_empty());
    if code == Some(3) && begun && ended.is_none() {
        desk.call("resume -i inventory.yaml").success();
        let twice = (1..=5).filter(|n| desk.read(&format!("f{n}")).lines().count() != 1);
        if twice.count() > 0 {
            return Some("something was done twice, or not at all");
        }
    }
    None
}

fn all_runs_honest(class: (&str, &'static str, usize)) {
    if kernel::is_here() {
        all_honest(&five_files(), RUN, class, is_honest);
    }
}

#[test]
fn a_write_fails() {
    all_runs_honest(DISK[0]);
    all_runs_honest(DISK[1]);
}

#[test]
fn a_sync_fails() {
    all_runs_honest(DISK[2]);
    all_runs_honest(DISK[3]);
}

#[test]
fn a_file_cannot_be_opened_made_or_renamed() {
    all_runs_honest(DISK[4]);
    all_runs_honest(DISK[5]);
}

#[test]
fn a_thread_or_a_process_cannot_be_started() {
    all_runs_honest(("clone,clone3,vfork", "EAGAIN", 3));
}
