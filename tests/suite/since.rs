//! What happened between a run and what is done with it later.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use snapbox::{assert_data_eq, str};

use super::desk::Desk;
use super::terminal::typing;

/// A step that makes a file, and one that waits for somebody who says yes.
const TWO: &str = "---\ntitle: Two files\non: local\n---\n\n# Two files\n\n\
    ## Make one\n\n```sh run\ntouch one\n```\n\n```sh check\ntest -e one\n```\n\n\
    ```sh undo\nrm one\n```\n\n\
    ## Make two\n\n```sh run approve\ntouch two\n```\n\n```sh check\ntest -e two\n```\n\n\
    ```sh undo\nrm two\n```\n";

fn errors(desk: &Desk, words: &str, code: i32) -> String {
    let called = desk.call(words).code(code);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    let id = desk.said("show");
    let ids: Vec<&str> = id
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let named = ids.iter().enumerate();
    named.fold(said, |said, (number, id)| {
        said.replace(id, &format!("RUN-{}", number + 1))
    })
}

fn runs(desk: &Desk) -> Vec<String> {
    let entries = std::fs::read_dir(desk.path(".runsheet/runs")).expect("the runs");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut ids: Vec<String> = names
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    ids.sort();
    ids
}

#[test]
fn a_run_that_was_taken_back_does_not_go_on() {
    let desk = Desk::local();
    desk.file("two.md", TWO);
    desk.call("run -i inventory.yaml two.md").code(3);
    desk.call("undo -i inventory.yaml").success();
    desk.file("two.md", TWO.replace("run approve", "run"));
    let first = runs(&desk).remove(0);
    let said = errors(
        &desk,
        &format!("resume {first} -i inventory.yaml --accept-edit"),
        2,
    );
    assert!(
        said.contains("so what RUN-1 goes on from is gone"),
        "{said}"
    );
    assert!(!desk.path("two").exists());
}

#[test]
fn an_undo_that_stopped_does_not_take_away_what_was_built_since() {
    let desk = Desk::local();
    desk.file("two.md", TWO.replace("run approve", "run"));
    desk.call("run -i inventory.yaml two.md").success();
    std::fs::remove_file(desk.path("one")).expect("it is there");
    // Somebody took it away already: the undo shows that, and stops.
    desk.call("undo -i inventory.yaml").code(3);
    desk.file("one", "");
    desk.call("undo -i inventory.yaml").success();
    desk.call("run -i inventory.yaml two.md").success();
    let said = errors(&desk, "resume -i inventory.yaml", 2);
    assert!(
        desk.path("one").exists() && desk.path("two").exists(),
        "{said}"
    );
}

#[test]
fn a_run_that_goes_on_is_not_taken_back_meanwhile() {
    let desk = Desk::local();
    desk.file(
        "two.md",
        TWO.replace("run approve", "run")
            .replace("touch two", "touch begun; sleep 2; touch two"),
    );
    let mut run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["run", "-i", "inventory.yaml", "two.md"])
        .current_dir(desk.path("."))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    while !desk.path("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let said = errors(&desk, "undo -i inventory.yaml", 3);
    assert_data_eq!(
        said,
        str![[r#"
error: another process works on run RUN-1; nothing was sent
help: wait for it, or stop it

"#]]
    );
    assert!(run.wait().expect("it ends").success());
    assert!(desk.path("one").exists() && desk.path("two").exists());
}

#[test]
fn each_runbook_is_taken_back_with_the_variables_that_it_had() {
    let desk = Desk::local();
    for name in ["a", "b"] {
        let text = format!(
            "---\non: local\nvars:\n  name: {name}\n---\n\n# {name}\n\n## Make it\n\n\
             ```sh run\ntouch {{{{ name }}}}\n```\n\n```sh check\ntest -e {{{{ name }}}}\n```\n\n\
             ```sh undo\nrm {{{{ name }}}}\n```\n"
        );
        desk.file(&format!("books/{name}.md"), text);
    }
    desk.call("run -i inventory.yaml books").success();
    assert!(desk.path("a").exists() && desk.path("b").exists());
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("a").exists() && !desk.path("b").exists());
}

#[test]
fn a_variable_that_is_a_secret_s_value_too_is_found_again() {
    let desk = Desk::local();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  pw: env:PW\n",
    );
    desk.file(
        "user.md",
        "---\non: local\nvars:\n  user: administrator\n---\n\n# User\n\n## Make it\n\n\
         ```sh run\nprintf %s {{ secret.pw }} > {{ user }}\n```\n\n```sh check\ntest -e {{ user }}\n```\n\n\
         ```sh undo\nrm {{ user }}\n```\n",
    );
    let call = |words: &str| {
        let output = desk.runsheet(words).env("PW", "administrator").output();
        let output = output.expect("it starts");
        assert!(output.status.success(), "{output:?}");
    };
    call("run -i inventory.yaml user.md");
    assert!(desk.path("administrator").exists());
    call("undo -i inventory.yaml --yes");
    assert!(!desk.path("administrator").exists());
}

#[test]
fn what_a_run_builds_on_is_no_error_of_its() {
    let desk = Desk::local();
    desk.file("base.md", TWO.replace("run approve", "run"));
    let top = "---\non: local\nneeds: [base]\n---\n\n# Top\n\n## Make three\n\n\
        ```sh run\ntouch three\n```\n\n```sh check\ntest -e three\n```\n\n```sh undo\nrm three\n```\n";
    desk.file("top.md", top);
    desk.call("run -i inventory.yaml base.md").success();
    desk.call("run -i inventory.yaml top.md").success();
    let run = runs(&desk).pop().expect("a run");
    let junit = desk.said(&format!("report {run} -f junit"));
    assert!(junit.contains("errors=\"0\""), "{junit}");
    let markdown = desk.said(&format!("report {run} -f md"));
    assert!(!markdown.contains("no verdict"), "{markdown}");
}

#[test]
fn a_copy_that_was_tampered_with_is_not_run() {
    let desk = Desk::local();
    desk.file("two.md", TWO.replace("run approve", "run"));
    desk.call("run -i inventory.yaml two.md").success();
    let run = runs(&desk).remove(0);
    for name in ["runbooks/two.md", "plan.txt"] {
        let name = format!(".runsheet/runs/{run}/{name}");
        let text = desk.read(&name);
        desk.file(&name, text.replace("rm two", "rm two; touch evil"));
        let said = errors(&desk, "undo -i inventory.yaml", 3);
        assert!(
            said.contains("it was changed since the run\nnothing was sent"),
            "{said}"
        );
        desk.file(&name, text);
    }
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("evil").exists());
}

#[test]
fn a_secret_that_a_run_found_is_known_before_it_is_taken_back() {
    let desk = Desk::local();
    desk.file(
        "token.md",
        "---\non: local\n---\n\n# Token\n\n## Make it\n\n\
         ```sh run\necho tok-$(expr 4000 + 321)-abc > token\n```\n\n\
         ```sh check secret capture=token\ncat token\n```\n\n```sh undo\nrm token\n```\n\n\
         ## Use it\n\n```sh run\necho {{ token }} > used\n```\n\n```sh check\ncat used\n```\n\n\
         ```sh undo\nrm used\n```\n",
    );
    desk.call("run -i inventory.yaml token.md").success();
    assert_eq!(desk.read("used"), "tok-4321-abc\n");
    desk.call("undo -i inventory.yaml").success();
    for run in runs(&desk) {
        let journal = desk.read(&format!(".runsheet/runs/{run}/journal.jsonl"));
        assert!(!journal.contains("tok-4321-abc"), "{journal}");
    }
}

#[test]
fn an_undo_that_needed_a_person_goes_on_once_they_were_there() {
    let desk = Desk::local();
    let undo = TWO
        .replace("run approve", "run")
        .replace("rm one", "test -e allowed && rm one");
    desk.file("two.md", undo);
    desk.call("run -i inventory.yaml two.md").success();
    desk.call("undo -i inventory.yaml").code(3);
    assert!(desk.path("one").exists() && !desk.path("two").exists());
    desk.file("allowed", "");
    desk.call("resume -i inventory.yaml").success();
    assert!(!desk.path("one").exists());
}

/// A run that waits before its second step, and an undo of it that stopped after it had sent that
/// of the first.
fn half_taken_back() -> (Desk, String, String) {
    let desk = Desk::local();
    desk.file(
        "two.md",
        TWO.replace("rm one", "touch sent; test -e allowed && rm one"),
    );
    desk.call("run -i inventory.yaml two.md").code(3);
    desk.call("undo -i inventory.yaml").code(3);
    assert!(desk.path("sent").exists());
    let [run, undo] = &runs(&desk)[..] else {
        panic!("a run and its undo")
    };
    let (run, undo) = (run.clone(), undo.clone());
    (desk, run, undo)
}

#[test]
fn a_run_that_is_half_taken_back_does_not_go_on() {
    let (desk, run, undo) = half_taken_back();
    let text = desk.read("two.md");
    desk.file("two.md", text.replace("run approve", "run"));
    let words = format!("resume {run} -i inventory.yaml --accept-edit");
    let said = errors(&desk, &words, 2);
    assert_data_eq!(
        said,
        str![[r#"
error: the undo RUN-2 of run RUN-1 has begun, so what RUN-1 goes on from may be gone
help: go on with it: runsheet resume RUN-2 -i inventory.yaml

"#]]
    );
    assert!(!desk.path("two").exists());
    desk.file("allowed", "");
    desk.file("two.md", text);
    desk.call(&format!("resume {undo} -i inventory.yaml"))
        .success();
    assert!(!desk.path("one").exists());
}

#[test]
fn an_undo_that_has_begun_goes_on_and_no_second_one_begins() {
    let (desk, run, undo) = half_taken_back();
    let said = errors(&desk, &format!("undo {run} -i inventory.yaml --yes"), 3);
    assert_data_eq!(
        said,
        str![[r#"
error: the undo RUN-2 of run RUN-1 has begun and not ended; nothing was sent
help: go on with it: runsheet resume RUN-2 -i inventory.yaml

"#]]
    );
    assert_eq!(runs(&desk).len(), 2, "no run was begun");
    desk.file("allowed", "");
    desk.call(&format!("resume {undo} -i inventory.yaml"))
        .success();
    assert!(!desk.path("one").exists());
}

#[test]
fn so_it_is_with_an_undo_that_was_killed() {
    let desk = Desk::local();
    let undo = TWO.replace("rm one", "rm one; touch begun; sleep 5");
    desk.file("two.md", undo);
    desk.call("run -i inventory.yaml two.md").code(3);
    let mut killed = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["undo", "-i", "inventory.yaml"])
        .current_dir(desk.path("."))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    while !desk.path("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    killed.kill().expect("it was there");
    killed.wait().expect("it ends");
    let run = runs(&desk).remove(0);
    let undone = errors(&desk, &format!("undo {run} -i inventory.yaml"), 3);
    let resumed = errors(&desk, &format!("resume {run} -i inventory.yaml"), 2);
    for said in [undone, resumed] {
        assert!(said.contains("runsheet resume RUN-2"), "{said}");
    }
}

#[test]
fn where_nothing_stands_nothing_is_taken_back() {
    let desk = Desk::local();
    desk.file("two.md", TWO.replace("run approve", "run"));
    desk.call("run -i inventory.yaml two.md").success();
    desk.call("run -i inventory.yaml two.md").success();
    let all = runs(&desk);
    let said = errors(&desk, &format!("undo {} -i inventory.yaml", all[1]), 2);
    assert_data_eq!(
        said,
        str![[r#"
error: run RUN-2 sent nothing: there is nothing to take back

"#]]
    );
    desk.call(&format!("undo {} -i inventory.yaml", all[0]))
        .success();
    let undo = runs(&desk).pop().expect("the undo");
    let said = errors(&desk, &format!("undo {} -i inventory.yaml", all[0]), 2);
    assert_data_eq!(
        said,
        str![[r#"
error: run RUN-1 was taken back already, by RUN-3: there is nothing to take back

"#]]
    );
    let said = errors(&desk, &format!("undo {undo} -i inventory.yaml"), 2);
    assert_data_eq!(
        said,
        str![[r#"
error: RUN-3 is itself an undo, of run RUN-1: there is nothing to take back
help: to have again what it took back, run the runbooks again

"#]]
    );
    assert_eq!(runs(&desk).len(), 3, "no run was begun");
}

#[test]
fn a_secret_that_comes_from_elsewhere_since_is_another_plan() {
    let desk = Desk::local();
    let inventory = "targets:\n  local: {driver: local}\nsecrets:\n  pw: \"file:pw\"\n";
    desk.file("inventory.yaml", inventory);
    desk.file("pw", "correct-horse");
    let uses = TWO.replace("rm one", "rm one; printf %s {{ secret.pw }} > used");
    desk.file("two.md", &uses);
    desk.call("run -i inventory.yaml two.md").code(3);
    let other = inventory.replace("file:pw", "command:cat pw");
    desk.file("inventory.yaml", other);
    for verb in ["undo", "resume"] {
        let said = errors(&desk, &format!("{verb} -i inventory.yaml"), 3);
        assert!(
            said.contains("\n-  pw: file:pw\n+  pw: command:cat pw\n"),
            "{said}"
        );
        assert!(!desk.path("used").exists() && !said.contains("correct-horse"));
    }
    desk.file("inventory.yaml", inventory);
    desk.call("undo -i inventory.yaml").success();
    assert_eq!(desk.read("used"), "correct-horse");
}

#[test]
fn a_plan_that_differs_is_shown_without_its_secrets() {
    let desk = Desk::new();
    let inventory = |at: &str| {
        format!(
            "targets:\n  local: {{driver: local, vars: {{at: {at}}}}}\nsecrets:\n  pw: \"file:pw\"\n"
        )
    };
    desk.file("inventory.yaml", inventory("here"));
    desk.file("pw", "correct-horse");
    let uses = TWO
        .replace("on: local", "on: local\nvars:\n  word: correct-horse")
        .replace(
            "rm one",
            "rm one; echo {{ word }} {{ secret.pw }} {{ target.at }}",
        );
    desk.file("two.md", &uses);
    desk.call("run -i inventory.yaml two.md").code(3);
    desk.file("inventory.yaml", inventory("there"));
    for verb in ["undo", "resume"] {
        let said = errors(&desk, &format!("{verb} -i inventory.yaml"), 3);
        assert!(said.contains("«secret:pw» {{ secret.pw }} there"), "{said}");
        assert!(!said.contains("correct-horse"), "{said}");
    }
}

#[test]
fn neither_is_a_copy_of_what_the_run_needs() {
    let desk = Desk::local();
    desk.file("base.md", TWO.replace("run approve", "run"));
    let top = "---\non: local\nneeds: [base]\n---\n\n# Top\n\n## Make three\n\n\
        ```sh run\ntouch three\n```\n\n```sh check\ntest -e three\n```\n\n```sh undo\nrm three\n```\n";
    desk.file("top.md", top);
    desk.file("one", "");
    desk.file("two", "");
    desk.call("run -i inventory.yaml top.md").success();
    let copy = format!(".runsheet/runs/{}/runbooks/base.md", runs(&desk)[0]);
    desk.file(&copy, desk.read(&copy).replace("test -e one", "touch evil"));
    let said = errors(&desk, "undo -i inventory.yaml", 3);
    assert!(
        said.contains("runbooks/base.md can't be trusted: it was changed since the run\n"),
        "{said}"
    );
    assert!(desk.path("three").exists() && !desk.path("evil").exists());
}

#[test]
fn nor_does_it_if_nobody_can_tell_whether_it_was_taken_back() {
    let (desk, run, undo) = half_taken_back();
    for take_away in [fs::remove_file::<PathBuf>, |path| fs::write(path, "")] {
        let journal = desk.path(&format!(".runsheet/runs/{undo}/journal.jsonl"));
        take_away(journal).expect("it is there");
        let said = errors(&desk, &format!("resume {run} -i inventory.yaml"), 3);
        assert!(
            said.contains("nobody knows whether it took back what RUN-1 did\nnothing was sent\n"),
            "{said}"
        );
        desk.file(&format!(".runsheet/runs/{undo}/journal.jsonl"), "");
    }
}

/// A run of which an undo took back a part, and ended; and one of the rest, which waits for a yes.
fn a_second_undo_that_waits() -> (Desk, [String; 3]) {
    let desk = Desk::local();
    let asks = TWO
        .replace("run approve", "run")
        .replace("```sh undo\nrm one", "```sh undo approve\nrm one");
    let three = "\n## Make three\n\n```sh run\ntouch three\n```\n\n\
        ```sh check\ntest -e three\n```\n\n```sh undo\nrm three\n```\n";
    desk.file("two.md", format!("{asks}{three}"));
    desk.call("run -i inventory.yaml two.md").success();
    desk.call("undo -i inventory.yaml --to make-three")
        .success();
    desk.call("undo -i inventory.yaml").code(3);
    assert!(desk.path("one").exists() && !desk.path("two").exists());
    let ids = runs(&desk).try_into().expect("a run and two undos");
    (desk, ids)
}

#[test]
fn an_undo_goes_on_that_began_when_an_earlier_one_had_ended() {
    let (desk, [run, _, undo]) = a_second_undo_that_waits();
    let said = errors(&desk, &format!("undo {run} -i inventory.yaml --yes"), 3);
    assert!(
        said.contains("help: go on with it: runsheet resume RUN-3"),
        "{said}"
    );
    let called = desk.call("resume -i inventory.yaml").code(3);
    let shown = Desk::shown(&called);
    assert!(
        shown.contains("taking back `two#make-one` needs approval"),
        "{shown}"
    );
    let mut terminal = desk.on_a_terminal(&format!("resume {undo} -i inventory.yaml"));
    let (code, screen) = typing(&mut terminal, &["yes"]);
    assert_eq!(code, Some(0), "{screen}");
    // What is to be approved is shown.
    assert!(screen.contains("on local, sh:"), "{screen}");
    assert!(!desk.path("one").exists());
}

#[test]
fn nor_does_one_that_had_sent_nothing_when_another_did_its_work() {
    let desk = Desk::local();
    desk.file("two.md", TWO.replace("run approve", "run"));
    desk.call("run -i inventory.yaml two.md").success();
    desk.file("inventory.yaml", "targets:\n  local: {driver: local}\n");
    std::fs::remove_file(desk.path("one")).expect("it is there");
    // Two that only looked; the older one goes on, and ends.
    desk.call("undo -i inventory.yaml").code(3);
    desk.call("undo -i inventory.yaml").code(3);
    let [_, older, newer] = &runs(&desk)[..] else {
        panic!("a run and two undos")
    };
    desk.file("one", "");
    desk.call(&format!("resume {older} -i inventory.yaml"))
        .success();
    desk.file("one", "");
    let said = errors(&desk, &format!("resume {newer} -i inventory.yaml"), 2);
    assert!(
        said.contains("run RUN-1 was taken back by RUN-2 since"),
        "{said}"
    );
    assert!(desk.path("one").exists());
}
