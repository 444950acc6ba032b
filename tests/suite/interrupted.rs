//! Ctrl-C once: the run stops between two effects. Twice: it stops now, and nobody knows what became
//! of the effect. Both leave a run that goes on.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use runsheet::event::{Ending, Event, Outcome};
use runsheet::journal;
use rustix::process::{Pid, Signal, kill_process};

use super::desk::Desk;

const RUN: &str = "run -i inventory.yaml change.md";

/// How long a run may take to hear what it is told: less than an effect may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Three files, the second of which takes until somebody says so.
const BOOK: &str = "---\ntitle: Three files\non: local\n---\n\n# Three files\n\n\
    ## Make one\n\n```sh run\necho one >> one\n```\n\n\
    ```sh check\ntest -e one\n```\n\n```sh undo\nrm one\n```\n\n\
    ## Make two\n\n\
    ```sh run\necho sent >> sent; until test -e go; do sleep 0.02; done; echo two >> two\n```\n\n\
    ```sh check\ntest -e two\n```\n\n```sh undo\nrm -f two sent\n```\n\n\
    ## Make three\n\n```sh run\necho three >> three\n```\n\n\
    ```sh check\ntest -e three\n```\n\n```sh undo\nrm three\n```\n";

fn desk() -> Desk {
    let desk = Desk::local();
    desk.file("change.md", BOOK);
    desk
}

/// The program in the middle of its second effect.
fn under_way(desk: &Desk, errors: impl Into<Stdio>) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(RUN.split(' '))
        .current_dir(desk.path("."))
        .env_remove("RUNSHEET_INVENTORY")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .expect("the program starts");
    let start = Instant::now();
    // A shell makes the file before it writes to it.
    let is_written = || std::fs::metadata(desk.path("sent")).is_ok_and(|file| file.len() > 0);
    while !is_written() {
        assert!(start.elapsed() < PATIENCE, "nothing was sent");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn press_ctrl_c(child: &Child) {
    let pid = Pid::from_child(child);
    kill_process(pid, Signal::INT).expect("it still runs");
}

/// Its exit code, once it has ended.
fn ended(mut child: Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        match child.try_wait().expect("it can be asked") {
            Some(status) => return status.code(),
            None if start.elapsed() > PATIENCE => {
                child.kill().expect("it can be killed");
                panic!("it does not hear Ctrl-C");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn events(desk: &Desk) -> Vec<Event> {
    let mut runs = desk.path(".runsheet/runs").read_dir().expect("the runs");
    let run = runs.next().expect("a run").expect("a run").path();
    let path = camino::Utf8PathBuf::from_path_buf(run.join("journal.jsonl")).expect("UTF-8");
    let journal = journal::read(&path).expect("a sound journal");
    journal
        .entries
        .into_iter()
        .map(|entry| entry.body)
        .collect()
}

/// The outcomes of the effects, in order.
fn outcomes(events: &[Event]) -> Vec<Outcome> {
    let outcome = |event: &Event| match event {
        Event::Outcome { outcome, .. } => Some(*outcome),
        _ => None,
    };
    events.iter().filter_map(outcome).collect()
}

/// The run goes on, and in the end each file was written once.
fn goes_on(desk: &Desk) {
    desk.file("go", "");
    desk.call("resume -i inventory.yaml").success();
    for name in ["one", "two", "three"] {
        assert_eq!(desk.read(name), format!("{name}\n"));
    }
}

#[test]
fn once_it_finishes_what_is_under_way_and_sends_nothing_more() {
    let desk = desk();
    let mut child = under_way(&desk, Stdio::piped());
    let mut told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    press_ctrl_c(&child);
    let told = told.next().expect("a line").expect("text");
    assert_eq!(told, "stopping before the next effect");
    assert!(child.try_wait().expect("it can be asked").is_none());
    desk.file("go", "");
    assert_eq!(ended(child), Some(3));

    let events = events(&desk);
    assert_eq!(outcomes(&events), [Outcome::Ok, Outcome::Ok]);
    assert!(events.contains(&Event::Interrupted));
    let last = events.last().expect("an event");
    let interrupted = Ending::Interrupted;
    assert!(matches!(last, Event::RunEnded { ending, .. } if *ending == interrupted));
    assert!(!desk.path("three").exists());
    goes_on(&desk);
    assert_eq!(desk.read("sent"), "sent\n", "nothing was sent twice");
}

#[test]
fn twice_it_stops_now_and_nobody_knows_what_became_of_the_effect() {
    let desk = desk();
    let mut child = under_way(&desk, Stdio::piped());
    let mut told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    press_ctrl_c(&child);
    told.next().expect("a line").expect("text");
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));

    let events = events(&desk);
    assert_eq!(outcomes(&events), [Outcome::Ok, Outcome::Unknown]);
    assert!(!desk.path("two").exists() && !desk.path("three").exists());
    assert_eq!(desk.read("sent"), "sent\n");
    // Its check says that it was not done, and that it may be done again.
    goes_on(&desk);
    assert_eq!(desk.read("sent"), "sent\nsent\n");
}

#[test]
fn twice_is_heard_also_where_nobody_hears_the_program() {
    let desk = desk();
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("a full disk");
    let child = under_way(&desk, full);
    press_ctrl_c(&child);
    // There is no line to wait for; two at once would count as one.
    std::thread::sleep(Duration::from_millis(300));
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));
    assert_eq!(outcomes(&events(&desk)), [Outcome::Ok, Outcome::Unknown]);
    goes_on(&desk);
}

/// A check that takes its time.
const WAITS: &str = "---\ntitle: Waits\non: local\n---\n\n# Waits\n\n\
    ## Make it\n\n```sh run\necho made >> sent\n```\n\n\
    ```sh check within=10m every=5m\ntest -e ready\n```\n\n```sh undo\nrm sent\n```\n";

#[test]
fn a_check_that_is_waited_for_is_no_verdict_yet() {
    let desk = Desk::local();
    desk.file("change.md", WAITS);
    let child = under_way(&desk, Stdio::null());
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));
    let told = events(&desk);
    let is_verdict = |event: &Event| matches!(event, Event::Verdict { .. });
    assert!(!told.iter().any(is_verdict), "{told:?}");
    assert!(desk.path("sent").exists(), "nothing was taken back");
    desk.file("ready", "");
    desk.call("resume -i inventory.yaml").success();
    assert_eq!(desk.read("sent"), "made\n");
}

#[test]
fn a_look_that_hangs_need_not_be_waited_for() {
    let desk = Desk::local();
    let hangs = "echo sent > sent; while :; do sleep 0.05; done";
    let book = BOOK.replace("```sh check\ntest -e one", &format!("```sh check\n{hangs}"));
    desk.file("change.md", book);
    let child = under_way(&desk, Stdio::null());
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));
    assert_eq!(outcomes(&events(&desk)), []);
}

#[test]
fn a_command_that_outlives_its_run_is_waited_for() {
    let desk = desk();
    let mut child = under_way(&desk, Stdio::null());
    // A kill between a command's start and its note goes unnoticed.
    let run = desk
        .path(".runsheet/runs")
        .read_dir()
        .expect("the runs")
        .next();
    let noted = run
        .expect("a run")
        .expect("a run")
        .path()
        .join("processes.jsonl");
    let start = Instant::now();
    let is_noted = || std::fs::read_to_string(&noted).is_ok_and(|text| text.lines().count() == 2);
    while !is_noted() {
        assert!(start.elapsed() < PATIENCE, "it is not noted");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    for verb in ["resume", "undo --yes", "run change.md"] {
        let called = desk.call(&format!("{verb} -i inventory.yaml")).code(3);
        let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
        assert!(
            said.contains(
                "was killed while `change#make-two` did its work on `local`, and that still goes on"
            ),
            "{verb}: {said}"
        );
        assert!(
            said.contains("help: wait for its end, or end it: kill -- -"),
            "{said}"
        );
    }
    assert_eq!(desk.read("sent"), "sent\n", "nothing was sent again");
    desk.file("go", "");
    let start = Instant::now();
    while !desk.path("two").exists() {
        assert!(start.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    // It may take a moment to end.
    std::thread::sleep(Duration::from_millis(200));
    let said = desk.said("resume -i inventory.yaml");
    assert!(said.contains("reconciled  Make two"), "{said}");
    assert_eq!(desk.read("sent"), "sent\n");
    desk.said("undo -i inventory.yaml");
    assert!(!desk.path("two").exists());
}

#[test]
fn fences_of_one_shell_are_not_parted() {
    let desk = Desk::local();
    let book = "---\non: local\n---\n\n# One shell\n\n## Make it\n\n```sh run session=w\n\
        name=made; echo sent > sent; until test -e go; do sleep 0.02; done\n```\n\n\
        ```sh run session=w\ntouch \"$name\"\n```\n\n\
        ```sh check\ntest -e made\n```\n\n```sh undo\nrm -f made\n```\n\n\
        ## And another\n\n```sh run\ntouch another\n```\n\n```sh check\ntest -e another\n```\n\n\
        ```sh undo\nrm another\n```\n";
    desk.file("change.md", book);
    let child = under_way(&desk, Stdio::null());
    press_ctrl_c(&child);
    std::thread::sleep(Duration::from_millis(300));
    desk.file("go", "");
    assert_eq!(ended(child), Some(3));
    assert!(desk.path("made").exists() && !desk.path("another").exists());
    let said = desk.said("resume -i inventory.yaml");
    assert!(said.contains("done: 2 steps: 2 passed"), "{said}");
}

/// The last words of the one run there is.
fn summary(desk: &Desk) -> String {
    match events(desk).pop() {
        Some(Event::RunEnded { summary, .. }) => summary,
        other => panic!("the run has no end: {other:?}"),
    }
}

#[test]
fn what_was_sent_and_has_no_verdict_is_named() {
    let desk = Desk::local();
    desk.file("change.md", WAITS);
    let child = under_way(&desk, Stdio::null());
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));
    let named = "0 steps; the effect of `change#make-it` was sent and is not judged yet; \
                 nothing more was sent";
    assert_eq!(summary(&desk), named);
    assert!(desk.said("show").contains(named));
    let report = desk.said("report -f md");
    let what = "its effect was sent, and no verdict reached";
    assert!(report.contains(what), "{report}");
}

/// Two steps, the second of which fails; whether the first is taken back takes its time to tell.
const TAKES_BACK: &str = "---\ntitle: Takes back\non: local\n---\n\n# Takes back\n\n\
    ## Make one\n\n```sh run\ntouch one\n```\n\n```sh check\ntest -e one\n```\n\n\
    ```sh undo\nrm one; echo undone >> sent\n```\n\n\
    ```sh check after=undo within=10m every=5m\ntest -e ready\n```\n\n\
    ## Make two\n\n```sh run\ntouch two\n```\n\n```sh check\ntest -e three\n```\n\n\
    ```sh undo\nrm two\n```\n";

#[test]
fn so_is_an_undo_that_was_sent() {
    let desk = Desk::local();
    desk.file("change.md", TAKES_BACK);
    let child = under_way(&desk, Stdio::null());
    press_ctrl_c(&child);
    assert_eq!(ended(child), Some(3));
    assert_eq!(
        summary(&desk),
        "1 step: 1 undone; the undo of `change#make-one` was sent and is not judged yet; \
         nothing more was sent"
    );
    let report = desk.said("report -f md");
    let what = "its undo was sent, and no verdict reached";
    assert!(report.contains(what), "{report}");
    desk.file("ready", "");
    desk.call("resume -i inventory.yaml").code(1);
    assert_eq!(desk.read("sent"), "undone\n", "it was not sent twice");
}

#[test]
fn each_ctrl_c_says_what_it_does_in_lines_that_fit_a_narrow_screen() {
    let desk = desk();
    let mut child = under_way(&desk, Stdio::piped());
    let mut told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let mut line = || told.next().expect("a line").expect("text");
    press_ctrl_c(&child);
    let first = [line(), line()];
    assert_eq!(
        first,
        ["stopping before the next effect", "Ctrl-C again stops now"]
    );
    assert!(first.iter().all(|line| line.len() <= 40));
    press_ctrl_c(&child);
    assert_eq!(line(), "stopping now");
    assert_eq!(ended(child), Some(3));
}
