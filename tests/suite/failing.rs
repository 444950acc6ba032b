//! One system call of a run fails, whichever: a write, a sync, a rename, an open, a new folder.
//! Whatever was not on disk first was not sent, and what went wrong is never called a success.
//!
//! A sample; every call where `RUNSHEET_EVERYTHING=1`.

use std::collections::BTreeSet;

use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History, Journal};

use super::desk::Desk;
use super::kernel::{self, Blow, Call};
use super::thorough::one_in;

const RUN: &str = "run -i inventory.yaml change.md";

/// A desk with a runbook that makes the files `f1` to `f5`.
fn five_files() -> Desk {
    let steps = (1..=5).map(|n| {
        format!(
            "## Make f{n}\n\n```sh run on=local\necho {n} >> f{n}\n```\n\n\
             ```sh check on=local\ncat f{n}\n```\n\n```sh undo on=local\nrm f{n}\n```\n\n"
        )
    });
    let desk = Desk::local();
    desk.file(
        "change.md",
        format!("# Five files\n\n{}", steps.collect::<String>()),
    );
    desk
}

fn made(desk: &Desk) -> BTreeSet<String> {
    let names = (1..=5).map(|n| format!("f{n}"));
    names.filter(|name| desk.path(name).exists()).collect()
}

/// The journal of the one run, if it came to that.
fn journal_of(desk: &Desk) -> Option<Journal> {
    let run = desk.path(".runsheet/runs").read_dir().ok()?.next()?;
    let path = run.expect("a run").path().join("journal.jsonl");
    let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
    path.exists()
        .then(|| journal::read(&path).expect("a sound journal"))
}

fn intended(journal: &Journal) -> BTreeSet<String> {
    let steps = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Event::Intent { place, .. } => Some(place.step.replace("make-", "")),
            _ => None,
        });
    steps.collect()
}

/// Fails this call of a run. Returns what is wrong about what the program did then.
fn honest(call: &Call, error: &'static str) -> Option<String> {
    let desk = five_files();
    let struck = kernel::strike(&desk, RUN, call, Blow::Fail(error));
    let said = String::from_utf8_lossy(&struck.output.stderr);
    let wrong = |what: &str| Some(format!("{}: {what}\n{said}", struck.call));

    let journal = journal_of(&desk);
    let on_record = journal.as_ref().map(intended).unwrap_or_default();
    if !made(&desk).is_subset(&on_record) {
        return wrong("something was sent that is not on record");
    }
    let history = journal
        .as_ref()
        .map(|j| History::of(&j.entries).expect("possible events"));
    let ended = history.and_then(|history| history.ended);
    let code = struck.output.status.code();
    if code == Some(0) && (made(&desk).len() < 5 || ended != Some(Ending::Done)) {
        return wrong("it was called a success");
    }
    let of_journal = struck.call.contains("journal.jsonl");
    if of_journal && (code == Some(0) || !said.contains("the journal")) {
        return wrong("the journal failed, and nobody was told");
    }
    // What the journal holds is enough to go on with, unless only its last sync failed.
    let begun = journal.is_some_and(|journal| !journal.entries.is_empty());
    if code == Some(3) && begun && ended.is_none() {
        desk.call("resume -i inventory.yaml").success();
        let twice = (1..=5).filter(|n| desk.read(&format!("f{n}")).lines().count() != 1);
        if twice.count() > 0 {
            return wrong("something was done twice, or not at all");
        }
    }
    None
}

fn all_honest(names: &str, error: &'static str, sample: usize) {
    if !kernel::is_here() {
        return;
    }
    let calls = kernel::calls(&five_files(), RUN, names);
    let struck: Vec<&Call> = calls.iter().step_by(one_in(sample)).collect();
    let wrong: Vec<String> = struck.iter().filter_map(|c| honest(c, error)).collect();
    println!(
        "{names} fail with {error}: {} calls, {} wrong",
        struck.len(),
        wrong.len()
    );
    assert!(!struck.is_empty());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_write_fails() {
    all_honest("write", "ENOSPC", 13);
    all_honest("write", "EIO", 17);
}

#[test]
fn a_sync_fails() {
    all_honest("fsync,fdatasync", "EIO", 5);
    all_honest("fsync,fdatasync", "ENOSPC", 7);
}

#[test]
fn a_file_cannot_be_opened_made_or_renamed() {
    all_honest("openat,mkdir,rename", "EIO", 9);
    all_honest("openat,mkdir,rename", "ENOSPC", 11);
}
