//! It is killed before each write and each sync of the journal, and between it and what the lab's
//! devices take and answer: while it runs a chapter, takes one back, or backs out of one that
//! failed. The lab outlives it, as equipment does, and the program goes on.

use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History};
use runsheet::lab::world::World;

use super::one_in;
use crate::desk::Desk;
use crate::kernel::{self, Blow, Call};
use crate::run::world;

const CALLS: &str = "write,fsync,fdatasync,rename";

/// A call of the program, and those before it.
struct Play {
    before: &'static [&'static str],
    call: &'static str,
    /// How it ends if nobody kills it.
    ending: Ending,
}

const STACK: Play = Play {
    before: &[],
    call: "run runbooks/04-switch-stack.md",
    ending: Ending::Done,
};

/// The chapter with what must not be repeated.
const INSTALLATION: Play = Play {
    before: &[
        "run runbooks/01-cimc.md runbooks/02-raid.md runbooks/04-switch-stack.md \
         runbooks/05-vlans.md",
    ],
    call: "run runbooks/03-install-xenserver.md",
    ending: Ending::Done,
};

const UNDO: Play = Play {
    before: &[
        "run runbooks/01-cimc.md runbooks/04-switch-stack.md",
        "run runbooks/05-vlans.md",
    ],
    call: "undo",
    ending: Ending::Done,
};

const BACK_OUT: Play = Play {
    before: &["run runbooks/04-switch-stack.md"],
    call: "run failing.md",
    ending: Ending::Failed,
};

/// Three changes on the stack, the last of which is never what it should be.
const FAILING: &str = "---\ntitle: Three changes\non: stack\n---\n\n# Three changes\n\n\
    ## Name a VLAN\n\n```ios run\nvlan 77\n name seventy-seven\n```\n\n\
    ```ios check\nshow vlan id 77\n```\n\n\
    ```assert\nstdout is matching(\"seventy-seven\")\n```\n\n\
    ```ios undo\nno vlan 77\n```\n\n\
    ## Describe a port\n\n\
    ```ios run revert=5m\ninterface GigabitEthernet1/0/20\n description spare\n```\n\n\
    ```ios check\nshow running-config interface GigabitEthernet1/0/20\n```\n\n\
    ```assert\nstdout is matching(\"description spare\")\n```\n\n\
    ```ios undo revert=5m\ninterface GigabitEthernet1/0/20\n no description\n```\n\n\
    ## Name another\n\n```ios run\nvlan 78\n name seventy-eight\n```\n\n\
    ```ios check\nshow vlan id 78\n```\n\n\
    ```assert\nstdout is matching(\"seventy-nine\")\n```\n\n\
    ```ios undo\nno vlan 78\n```\n";

impl Play {
    /// A desk on which it can be called.
    fn desk(&self) -> Desk {
        let desk = Desk::with_runbooks();
        desk.file("failing.md", FAILING);
        for before in self.before {
            desk.call(before).success();
        }
        desk
    }

    /// The exit code with which it ends.
    fn code(&self) -> i32 {
        i32::from(self.ending != Ending::Done)
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

/// Kills it at this call, and lets the program bring it to its end.
fn survives(play: &Play, floor: &Desk, call: &Call, whole: &World) -> Fate {
    let desk = floor.copy();
    let before = journals(&desk).len();
    let struck = kernel::strike(&desk, play.call, call, Blow::Kill);
    let wrong = |what: String| Fate::Wrong(format!("killed at {call:?}: {what}"));
    if struck.output.status.code().is_some() {
        return wrong(format!("it lived on: {:?}", struck.output));
    }
    let begun = journals(&desk).into_iter().nth(before);
    let begun = begun.filter(|journal| !journal.entries.is_empty());
    let ended = begun
        .as_ref()
        .and_then(|journal| History::of(&journal.entries).ok()?.ended);
    let words = if begun.is_some() { "resume" } else { play.call };
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
    let code = output.status.code();
    // What has ended can't go on, and says so.
    let had_ended = code == Some(2) && ended == Some(play.ending);
    match (code, ended) {
        _ if had_ended || code == Some(play.code()) => match floor == *whole {
            true => Fate::Ended,
            false => wrong(format!("another world\n{output:?}")),
        },
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

fn survives_kills(play: &Play, sample: usize) {
    if !kernel::is_here() {
        return;
    }
    let floor = play.desk();
    let desk = floor.copy();
    let calls = kernel::calls(&desk, play.call, CALLS, play.code());
    let whole = world(&desk);
    let struck: Vec<&Call> = calls.iter().step_by(sample).collect();
    // Two at a time: most of it is waiting for the disk.
    let half = struck.len().div_ceil(2);
    let fates: Vec<Fate> = std::thread::scope(|scope| {
        let halves: Vec<_> = struck
            .chunks(half)
            .map(|calls| {
                let survives = |call: &&Call| survives(play, &floor, call, &whole);
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
        play.call,
        struck.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_stack_survives_a_kill_at_every_call() {
    survives_kills(&STACK, one_in(1, 83));
}

#[test]
fn installations_survive_a_kill_at_every_call_and_none_is_begun_twice() {
    // Each takes three times as long.
    survives_kills(&INSTALLATION, one_in(4, 212));
}

#[test]
fn an_undo_survives_a_kill_at_every_call() {
    survives_kills(&UNDO, one_in(3, 61));
}

#[test]
fn a_back_out_survives_a_kill_at_every_call() {
    survives_kills(&BACK_OUT, one_in(3, 61));
}
