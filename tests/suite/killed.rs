//! SIGKILL strikes the program itself at every call that has to do with a disk: before each write
//! and each sync of the journal, and between it and what the lab's devices take and answer. The
//! lab outlives it, as equipment does, and the program goes on with the run.
//!
//! A sample; every call where `RUNSHEET_EVERYTHING=1`.

use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History};
use runsheet::lab::world::World;

use super::desk::Desk;
use super::kernel::{self, Blow, Call};
use super::run::world;
use super::thorough::one_in;

const RUN: &str = "run runbooks/04-switch-stack.md";
const CALLS: &str = "write,fsync,fdatasync,rename";

fn journal_of(desk: &Desk, id: &str) -> Option<journal::Journal> {
    let path = desk.path(&format!(".runsheet/runs/{id}/journal.jsonl"));
    let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
    path.exists()
        .then(|| journal::read(&path).expect("a sound journal"))
}

/// Kills a run at this call, and lets the program bring it to its end. Returns what is wrong.
fn survives(call: &Call, whole: &World) -> Option<String> {
    let desk = Desk::with_runbooks();
    let struck = kernel::strike(&desk, RUN, call, Blow::Kill);
    let wrong = |what: String| Some(format!("killed at {call:?}: {what}"));
    if struck.output.status.code().is_some() {
        return wrong(format!("it lived on: {:?}", struck.output));
    }
    let begun = journal_of(&desk, "lab-1-0001").is_some_and(|journal| !journal.entries.is_empty());
    let ended = journal_of(&desk, "lab-1-0001")
        .and_then(|journal| History::of(&journal.entries).ok()?.ended);
    let words = if begun { "resume" } else { RUN };
    let output = desk.runsheet(words).output().expect("it starts");
    let wanted = if ended == Some(Ending::Done) { 2 } else { 0 };
    if output.status.code() != Some(wanted) {
        return wrong(format!("{output:?}"));
    }
    if world(&desk) != *whole {
        return wrong("another world".to_owned());
    }
    let runs = ["lab-1-0001", "lab-1-0002"];
    let journals = runs.iter().filter_map(|id| journal_of(&desk, id));
    let mut once: Vec<(String, usize)> = Vec::new();
    for entry in journals.flat_map(|journal| journal.entries) {
        let Event::Intent {
            place,
            fence,
            once: true,
            ..
        } = entry.body
        else {
            continue;
        };
        let effect = (place.to_string(), fence);
        if once.contains(&effect) {
            return wrong(format!("{effect:?} was sent twice"));
        }
        once.push(effect);
    }
    None
}

#[test]
fn a_run_survives_a_kill_at_every_call() {
    if !kernel::is_here() {
        return;
    }
    let desk = Desk::with_runbooks();
    let calls = kernel::calls(&desk, RUN, CALLS);
    let whole = world(&desk);
    let struck: Vec<&Call> = calls.iter().step_by(one_in(83)).collect();
    // Two at a time: most of it is waiting for the disk.
    let half = struck.len().div_ceil(2);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves: Vec<_> = struck
            .chunks(half)
            .map(|calls| {
                let survives = |call: &&Call| survives(call, &whole);
                scope.spawn(move || calls.iter().filter_map(survives).collect::<Vec<_>>())
            })
            .collect();
        let all = halves.into_iter().map(|half| half.join().expect("it ran"));
        all.flatten().collect()
    });
    println!("{} kills, {} wrong", struck.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
