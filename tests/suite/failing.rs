//! One system call of the program fails, whichever: a write, a sync, a rename, an open, a new
//! folder. What went wrong is never called a success, and what is there then is enough to go on.
//!
//! A sample; every call where `RUNSHEET_EVERYTHING=1`.

mod approved;
mod run;
mod sealed;
mod undone;

use std::collections::BTreeSet;
use std::path::PathBuf;

use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History, Journal};

use super::desk::Desk;
use super::kernel::{self, Blow, Call, Struck};
use super::thorough::one_in;

/// Calls that may fail, the error with which they do, and one in how many is tried.
const DISK: [(&str, &str, usize); 6] = [
    ("write", "ENOSPC", 13),
    ("write", "EIO", 17),
    ("fsync,fdatasync", "EIO", 5),
    ("fsync,fdatasync", "ENOSPC", 7),
    ("openat,mkdir,rename", "EIO", 9),
    ("openat,mkdir,rename", "ENOSPC", 11),
];

/// A desk with a runbook that makes the files `f1` to `f5`.
pub(crate) fn five_files() -> Desk {
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

/// The keys of two people, and the list that says whose they are.
pub(crate) fn keys(desk: &Desk) {
    let mut trusted = String::new();
    for name in ["alice", "bob"] {
        let key = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(desk.path(name))
            .status();
        assert!(key.is_ok_and(|status| status.success()), "ssh-keygen");
        trusted += &format!("{name} {}", desk.read(&format!("{name}.pub")));
    }
    desk.file("allowed_signers", trusted);
}

/// The files that there are.
pub(crate) fn made(desk: &Desk) -> BTreeSet<String> {
    let names = (1..=5).map(|n| format!("f{n}"));
    names.filter(|name| desk.path(name).exists()).collect()
}

/// The records that are there.
pub(crate) fn records(desk: &Desk) -> Vec<PathBuf> {
    let entries = desk.path(".runsheet/records").read_dir();
    let paths = entries.into_iter().flatten();
    let paths = paths.map(|entry| entry.expect("an entry").path());
    let is_shown = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| !name.starts_with('.'))
    };
    paths.filter(is_shown).collect()
}

pub(crate) fn is_authentic(desk: &Desk, record: &std::path::Path) -> bool {
    let words = format!(
        "verify {} --allowed-signers allowed_signers",
        record.display()
    );
    let output = desk.runsheet(&words).output().expect("it starts");
    output.status.success()
}

/// The journals of all runs that came to have one, oldest first.
fn journals(desk: &Desk) -> Vec<Journal> {
    let runs = desk.path(".runsheet/runs").read_dir();
    let paths = runs.into_iter().flatten();
    let mut paths: Vec<PathBuf> = paths
        .map(|run| run.expect("a run").path().join("journal.jsonl"))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let read = |path| {
        let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
        journal::read(&path).expect("a sound journal")
    };
    paths.into_iter().map(read).collect()
}

fn ending(journal: &Journal) -> Option<Ending> {
    let history = History::of(&journal.entries).expect("possible events");
    history.ended
}

/// The files of the steps that meant to send something, to do a step or to take it back.
fn intended(journal: &Journal, back: bool) -> BTreeSet<String> {
    let steps = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Event::Intent { place, undo, .. } if *undo == back => {
                Some(place.step.replace("make-", ""))
            }
            _ => None,
        });
    steps.collect()
}

/// What is wrong about what a call with a failure left, if anything is.
type Judge = fn(&Desk, &Struck) -> Option<&'static str>;

/// Each call of the program from this floor fails once, and what it does then is judged.
fn all_honest(
    floor: &Desk,
    words: &str,
    (names, error, sample): (&str, &'static str, usize),
    judge: Judge,
) {
    let calls = kernel::calls(&floor.copy(), words, names, 0);
    let struck: Vec<&Call> = calls.iter().step_by(one_in(sample)).collect();
    let wrong = struck.iter().filter_map(|call| {
        let desk = floor.copy();
        let struck = kernel::strike(&desk, words, call, Blow::Fail(error));
        let said = String::from_utf8_lossy(&struck.output.stderr);
        let wrong = judge(&desk, &struck)?;
        Some(format!("{}: {wrong}\n{said}", struck.call))
    });
    let wrong: Vec<String> = wrong.collect();
    println!(
        "{words}: {names} fail with {error}: {} calls, {} wrong",
        struck.len(),
        wrong.len()
    );
    assert!(!struck.is_empty());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
