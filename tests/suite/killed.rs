//! SIGKILL strikes the program itself at every call that has to do with a disk: before each write
//! and each sync of the journal, and between it and what the lab's devices take and answer. The
//! lab outlives it, as equipment does, and the program goes on with the run.
//!
//! A sample; where `RUNSHEET_EVERYTHING=1` every call, and every fourth of the longer chapter.

use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History};
use runsheet::lab::world::World;

use super::desk::Desk;
use super::kernel::{self, Blow, Call};
use super::run::world;
use super::thorough::one_in;

const CALLS: &str = "write,fsync,fdatasync,rename";

/// A chapter, and what is run before it.
struct Chapter {
    before: Option<&'static str>,
    run: &'static str,
}

const STACK: Chapter = Chapter {
    before: None,
    run: "run runbooks/04-switch-stack.md",
};

/// The chapter with what must not be repeated.
const INSTALLATION: Chapter = Chapter {
    before: Some(
        "run runbooks/01-cimc.md runbooks/02-raid.md runbooks/04-switch-stack.md \
         runbooks/05-vlans.md",
    ),
    run: "run runbooks/03-install-xenserver.md",
};

impl Chapter {
    /// A desk on which it can be run.
    fn desk(&self) -> Desk {
        let desk = Desk::with_runbooks();
        if let Some(before) = self.before {
            desk.call(before).success();
        }
        desk
    }
}

fn journals(desk: &Desk) -> Vec<journal::Journal> {
    let runs = desk.path(".runsheet/runs").read_dir();
    let mut paths: Vec<_> = runs
        .into_iter()
        .flatten()
        .map(|run| run.expect("an entry").path().join("journal.jsonl"))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let read = |path| {
        let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
        journal::read(&path).expect("a sound journal")
    };
    paths.into_iter().map(read).collect()
}

/// What became of a run that was killed.
enum Fate {
    /// The program brought it to its end.
    Ended,
    /// It waits for a person, who is not there.
    Asks,
    /// What is wrong.
    Wrong(String),
}

/// Kills a run at this call, and lets the program bring it to its end.
fn survives(chapter: &Chapter, floor: &Desk, call: &Call, whole: &World) -> Fate {
    let desk = floor.copy();
    let before = journals(&desk).len();
    let struck = kernel::strike(&desk, chapter.run, call, Blow::Kill);
    let wrong = |what: String| Fate::Wrong(format!("killed at {call:?}: {what}"));
    if struck.output.status.code().is_some() {
        return wrong(format!("it lived on: {:?}", struck.output));
    }
    let begun = journals(&desk).into_iter().nth(before);
    let begun = begun.filter(|journal| !journal.entries.is_empty());
    let ended = begun
        .as_ref()
        .and_then(|journal| History::of(&journal.entries).ok()?.ended);
    let words = if begun.is_some() {
        "resume"
    } else {
        chapter.run
    };
    let output = desk.runsheet(words).output().expect("it starts");
    let floor = world(&desk);
    let repeated = floor
        .traces
        .installations
        .iter()
        .find(|(_, begun)| **begun > 1);
    if let Some((server, begun)) = repeated {
        return wrong(format!("{begun} installations were begun on {server}"));
    }
    match (output.status.code(), ended) {
        (Some(2), Some(Ending::Done)) | (Some(0), _) if floor == *whole => Fate::Ended,
        (Some(2), Some(Ending::Done)) | (Some(0), _) => wrong("another world".to_owned()),
        // What must not be repeated and nobody knows of: a person is asked, and nobody is there.
        (Some(3), None) if asks(&desk, &output) => Fate::Asks,
        _ => wrong(format!("{output:?}")),
    }
}

/// Whether the run waits for somebody to say what is to be done about an effect that must not be
/// repeated, and was not performed before anybody was asked.
fn asks(desk: &Desk, output: &std::process::Output) -> bool {
    let journals = journals(desk);
    let Some(journal) = journals.last() else {
        return false;
    };
    let once = journal
        .entries
        .iter()
        .rev()
        .find_map(|entry| match &entry.body {
            Event::Intent { once, .. } => Some(*once),
            _ => None,
        });
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    once == Some(true) && told.contains("needs a decision")
}

fn survives_kills(chapter: &Chapter, sample: usize) {
    if !kernel::is_here() {
        return;
    }
    let floor = chapter.desk();
    let desk = floor.copy();
    let calls = kernel::calls(&desk, chapter.run, CALLS);
    let whole = world(&desk);
    let struck: Vec<&Call> = calls.iter().step_by(sample).collect();
    // Two at a time: most of it is waiting for the disk.
    let half = struck.len().div_ceil(2);
    let fates: Vec<Fate> = std::thread::scope(|scope| {
        let halves: Vec<_> = struck
            .chunks(half)
            .map(|calls| {
                let survives = |call: &&Call| survives(chapter, &floor, call, &whole);
                scope.spawn(move || calls.iter().map(survives).collect::<Vec<_>>())
            })
            .collect();
        let all = halves.into_iter().map(|half| half.join().expect("it ran"));
        all.flatten().collect()
    });
    let asked = fates.iter().filter(|fate| matches!(fate, Fate::Asks));
    let asked = asked.count();
    let wrong = fates.into_iter().filter_map(|fate| match fate {
        Fate::Wrong(what) => Some(what),
        Fate::Ended | Fate::Asks => None,
    });
    let wrong: Vec<String> = wrong.collect();
    println!(
        "{}: {} kills, {asked} wait for a person, {} wrong",
        chapter.run,
        struck.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_stack_survives_a_kill_at_every_call() {
    survives_kills(&STACK, one_in(83));
}

#[test]
fn installations_survive_a_kill_at_every_call_and_none_is_begun_twice() {
    // Each takes three times as long; `RUNSHEET_KILLS=all` takes them all.
    let all = std::env::var_os("RUNSHEET_KILLS").is_some_and(|wanted| wanted == "all");
    let sample = if all { 1 } else { one_in(53) * 4 };
    survives_kills(&INSTALLATION, sample);
}
