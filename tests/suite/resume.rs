//! A run that was killed, or stopped to ask, goes on.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use runsheet::event::Event;
use runsheet::journal;
use snapbox::{assert_data_eq, str};

use super::desk::Desk;
use super::run::world;
use super::terminal::typing;
use super::thorough::rounds;

/// The program in the background, killed once the run's journal has this many lines.
fn killed_at(desk: &Desk, words: &str, lines: usize) {
    let mut child = spawn(desk, words);
    let start = Instant::now();
    while lines_of(desk) < lines && start.elapsed() < Duration::from_secs(60) {
        match child.try_wait().expect("it can be asked") {
            Some(_) => return,
            None => std::thread::sleep(Duration::from_micros(200)),
        }
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("it is gone");
}

fn spawn(desk: &Desk, words: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(words.split_whitespace())
        .current_dir(desk.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn lines_of(desk: &Desk) -> usize {
    let bytes = std::fs::read(desk.path(".runsheet/runs/lab-1-0001/journal.jsonl"));
    let bytes = bytes.unwrap_or_default();
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// The run is resumed to its end. Killed in the middle of work done by hand it needs somebody who
/// looks at the server, and says on a terminal that it did not begin.
fn decided(desk: &Desk) {
    let resumed = desk.runsheet("resume").output().expect("it runs");
    if resumed.status.code() != Some(3) {
        return;
    }
    let said = String::from_utf8_lossy(&resumed.stdout);
    assert!(said.contains("needs a decision"), "{said}");
    let (code, said) = typing(&mut desk.on_a_terminal("resume"), &["rerun"]);
    assert!(said.contains("what now?"), "{said}");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_run_that_is_killed_again_and_again_comes_to_the_same_end() {
    let whole = Desk::with_runbooks();
    whole.call("run runbooks").success();
    let all = lines_of(&whole);
    for part in 1..=6 {
        let desk = Desk::with_runbooks();
        killed_at(&desk, "run runbooks", all * part / 7);
        killed_at(&desk, "resume", all * part / 7 + 9);
        decided(&desk);
        let said = desk.said("show");
        assert!(said.contains("72 steps: "), "{said}");
        assert!(
            world(&desk) == world(&whole),
            "killed after {part} sevenths"
        );

        let path = desk.path(".runsheet/runs/lab-1-0001/journal.jsonl");
        let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
        let journal = journal::read(&path).expect("a sound journal");
        let resumed = journal.entries.iter();
        let resumed = resumed.filter(|entry| matches!(entry.body, Event::Resumed { .. }));
        println!("{part} of 7: resumed {} times", resumed.count());
    }
}

/// A step that makes a file, and one whose check waits for somebody else's.
const WAITING: &str = "# Two files\n\n## Make one\n\n```sh run on=local\necho one >> one\n```\n\n\
    ```sh check on=local\ntest -e one\n```\n\n```sh undo on=local\nrm one\n```\n\n\
    ## Wait for two\n\n```sh run on=local once\necho sent >> sent; sleep 30\n```\n\n\
    ```sh check on=local\ntest -e two\n```\n\n```sh undo on=local\nrm -f two sent\n```\n";

/// A run of [`WAITING`] that was killed in the middle of its second effect.
fn killed_while_waiting() -> Desk {
    let desk = Desk::local();
    desk.file("change.md", WAITING);
    let mut child = spawn(&desk, "run -i inventory.yaml change.md");
    let noted = || {
        let noted = std::fs::read_to_string(run_of(&desk).join("processes.jsonl"));
        noted.unwrap_or_default()
    };
    while !desk.path("sent").exists() || noted().lines().count() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("it is gone");
    // With the machine its command would end, too.
    for line in noted().lines() {
        let process: journal::Process = serde_json::from_str(line).expect("a process");
        let group = rustix::process::Pid::from_raw(process.group).expect("a group");
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    desk
}

/// A step that fails, and whose undo takes until somebody says so.
const FAILING: &str = "# A file\n\n## Make it\n\n```sh run on=local\necho one > one\n```\n\n\
    ```sh check on=local\ntest -e never\n```\n\n\
    ```sh undo on=local\necho begun >> begun; test -e go || sleep 5; test -e go && rm one\n```\n";

#[test]
fn a_failed_step_is_taken_back_though_its_check_never_held() {
    let desk = Desk::local();
    desk.file("change.md", FAILING);
    let mut child = spawn(&desk, "run -i inventory.yaml change.md");
    while !desk.path("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("it is gone");
    assert!(desk.path("one").exists(), "nothing was taken back yet");
    // What still waits of the first try must not do it in the end.
    std::thread::sleep(Duration::from_secs(6));
    desk.file("go", "");
    desk.call("resume -i inventory.yaml").code(1);
    assert!(!desk.path("one").exists(), "it was said to be undone");
    assert_eq!(desk.read("begun"), "begun\nbegun\n");
}

fn told(output: &snapbox::cmd::OutputAssert) -> String {
    let output = output.get_output();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let id = said
        .lines()
        .find_map(|line| line.strip_prefix("Going on with run "));
    match id {
        Some(id) => said.replace(id, "RUN"),
        None => said,
    }
}

#[test]
fn what_may_not_be_repeated_is_not_and_a_person_decides() {
    let desk = killed_while_waiting();
    let output = desk.call("resume -i inventory.yaml").code(3);
    assert_data_eq!(
        told(&output),
        str![[r#"
Going on with run RUN
Two files
     unknown  Wait for two
              on local:
              the run ended before its outcome was known
              on local: test -e two
              exit status 1 instead of 0

stuck: `change#wait-for-two` needs a decision
run: .runsheet/runs/RUN
go on: runsheet resume RUN -i inventory.yaml
       on a terminal, where it asks

"#]]
    );
    assert_eq!(desk.read("sent"), "sent\n");

    // The effect did arrive, late: the check says so, and the run goes on.
    desk.file("two", "");
    let output = desk.call("resume -i inventory.yaml").success();
    assert_data_eq!(
        told(&output),
        str![[r#"
Going on with run RUN
Two files
  reconciled  Wait for two

done: 2 steps: 1 passed, 1 reconciled
run: .runsheet/runs/RUN

"#]]
    );
    assert_eq!(desk.read("sent"), "sent\n");
    assert_eq!(desk.read("one"), "one\n");

    desk.call("resume -i inventory.yaml")
        .code(2)
        .stderr_eq(str![[r#"
error: no run in .runsheet/runs can go on: all have ended

"#]]);
}

#[test]
fn another_text_is_shown_and_has_to_be_accepted() {
    let desk = killed_while_waiting();
    desk.file("change.md", WAITING.replace("test -e two", "test -e sent"));
    let output = desk.call("resume -i inventory.yaml").code(3);
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    let (diff, rest) = said.split_once("error:").expect("an error");
    assert_data_eq!(
        diff,
        str![[r#"
--- as the run had it
+++ change.md
@@ -21,7 +21,7 @@
 ```
 
 ```sh check on=local
-test -e two
+test -e sent
 ```
 
 ```sh undo on=local

"#]]
    );
    assert!(
        rest.starts_with(" the run began with another text; nothing was sent\n"),
        "{rest}"
    );

    let output = desk
        .call("resume -i inventory.yaml --accept-edit")
        .success();
    let said = told(&output);
    assert!(
        said.contains("deviation: change.md was edited after the run began, which was accepted"),
        "{said}"
    );
    assert!(said.contains("reconciled  Wait for two"), "{said}");
}

/// The folder of the one run there is.
fn run_of(desk: &Desk) -> PathBuf {
    let mut runs = std::fs::read_dir(desk.path(".runsheet/runs")).expect("the runs");
    runs.next().expect("one").expect("an entry").path()
}

#[test]
fn of_two_that_resume_at_once_one_goes_on() {
    let desk = killed_while_waiting();
    desk.file("two", "");
    let journal = run_of(&desk).join("journal.jsonl");
    let killed = std::fs::read_to_string(&journal).expect("the journal");
    // As a kill right before the second effect leaves it: what is unknown is waited for, and a
    // thousand waits prove no more than one.
    let intent = killed.rfind("\"event\":\"intent\"").expect("an intent");
    let before = killed[..intent].rfind('\n').expect("a line before it") + 1;
    let killed = &killed[..before];
    let rounds = rounds(10, 1000);
    let mut refused = 0;
    for round in 1..=rounds {
        // Each round begins where the kill left the run.
        std::fs::write(&journal, killed).expect("it is written");
        let mut two = [(); 2].map(|()| spawn(&desk, "resume -i inventory.yaml"));
        let codes = two
            .each_mut()
            .map(|child| child.wait().expect("it ends").code());
        let went_on = codes.iter().filter(|code| **code == Some(0)).count();
        assert_eq!(went_on, 1, "round {round}: {codes:?}");
        refused += codes.iter().filter(|code| **code == Some(3)).count();

        let path = camino::Utf8Path::from_path(&journal).expect("UTF-8");
        let journal = journal::read(path).expect("a sound journal");
        let resumed = journal.entries.iter();
        let resumed = resumed.filter(|entry| matches!(entry.body, Event::Resumed { .. }));
        assert_eq!(resumed.count(), 1, "round {round}");
    }
    println!("{rounds} rounds: one went on in each, {refused} times the other met its lock");
    assert_eq!(desk.read("sent"), "sent\n");
    let said = desk.said("show");
    assert!(said.contains("2 steps: 1 passed, 1 already"), "{said}");
}

/// A journal may end anywhere, as power goes. Where the effect that must not be repeated is not
/// on record any more the program can't know of it; wherever it is, it is not sent again.
#[test]
fn a_journal_cut_anywhere_is_taken_up_from_its_last_whole_line() {
    let desk = killed_while_waiting();
    let journal = run_of(&desk).join("journal.jsonl");
    let whole = std::fs::read(&journal).expect("the journal");
    desk.file("two", "");
    desk.call("resume -i inventory.yaml").success();
    let all = std::fs::read(&journal).expect("the journal");
    let begun = whole
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("a line")
        + 1;
    let mut cuts = 0;
    for cut in (begun..all.len()).step_by(211) {
        cuts += 1;
        std::fs::write(&journal, &all[..cut]).expect("it is written");
        let output = desk.call("resume -i inventory.yaml");
        let code = output.get_output().status.code();
        assert_eq!(code, Some(0), "cut at {cut}: {:?}", output.get_output());
        let path = camino::Utf8Path::from_path(&journal).expect("UTF-8");
        let healed = std::fs::read(&journal).expect("the journal");
        let kept = all[..cut]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .expect("a line")
            + 1;
        assert_eq!(healed[..kept], all[..kept], "cut at {cut}");
        journal::parse(path, &healed).expect("a sound journal");
        assert_eq!(desk.read("one"), "one\n", "cut at {cut}");
        assert_eq!(desk.read("sent"), "sent\n", "cut at {cut}");
    }
    println!("{cuts} cuts of a journal of {} bytes", all.len());
}

#[test]
fn a_torn_line_is_set_aside_and_a_damaged_journal_is_refused() {
    let desk = killed_while_waiting();
    desk.file("two", "");
    let run = run_of(&desk);
    let journal = run.join("journal.jsonl");
    let whole = std::fs::read(&journal).expect("the journal");

    let middle = whole.len() / 2;
    let mut damaged = whole.clone();
    damaged[middle] ^= 1;
    std::fs::write(&journal, &damaged).expect("it is written");
    desk.call("resume -i inventory.yaml").code(2);

    let torn = [whole.as_slice(), b"{\"seq\":99,\"prev\""].concat();
    std::fs::write(&journal, torn).expect("it is written");
    let output = desk.call("resume -i inventory.yaml").success();
    let said = told(&output);
    assert!(
        said.contains(
            "deviation: the journal's last line was torn; its 16 bytes are kept in journal.torn-1"
        ),
        "{said}"
    );
    let kept = std::fs::read(run.join("journal.torn-1")).expect("the torn end");
    assert_eq!(kept, b"{\"seq\":99,\"prev\"");
}

/// Steps that stop for a yes, which nobody is there to give.
const ASKING: &str = "---\ntitle: Asking\non: local\n---\n\n# Asking\n\n\
    ## First\n\n```sh run\ntouch {name}\n```\n\n```sh check\ntest -e {name}\n```\n\n\
    ```sh undo\nrm {name}\n```\n\n\
    ## Asked\n\n```sh run approve\ntouch {name}.asked\n```\n\n\
    ```sh check\ntest -e {name}.asked\n```\n\n```sh undo\nrm {name}.asked\n```\n";

#[test]
fn the_last_run_that_can_go_on_is_none_that_was_taken_back() {
    let desk = Desk::local();
    let run = |name: &str| {
        desk.file(&format!("{name}.md"), ASKING.replace("{name}", name));
        desk.call(&format!("run -i inventory.yaml {name}.md"))
            .code(3);
        let ids = desk.said("show");
        let last = ids.lines().last().expect("a run");
        last.split(' ').next().expect("its name").to_owned()
    };
    let (older, newer) = (run("older"), run("newer"));
    desk.call(&format!("undo -i inventory.yaml {newer}"))
        .success();
    let undo = desk.said("show");
    let undo = undo.lines().last().expect("the undo");
    let undo = undo.split(' ').next().expect("its name");
    // It needs the same yes again, and says so.
    let goes_on = desk.call("resume -i inventory.yaml").code(3);
    let shown = String::from_utf8_lossy(&goes_on.get_output().stdout).into_owned();
    assert!(
        shown.contains(&format!("Going on with run {older}")),
        "{shown}"
    );

    desk.call(&format!("undo -i inventory.yaml {older}"))
        .success();
    let told = desk.call("resume -i inventory.yaml").code(2);
    let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    let why = format!(
        "error: no run in .runsheet/runs can go on: run {newer} was taken back by {undo} since"
    );
    assert!(told.starts_with(&why), "{told}");
    desk.call("undo -i inventory.yaml")
        .code(2)
        .stderr_eq(str![[r#"
error: all that the runs in .runsheet/runs did was taken back or kept already

"#]]);
}
