//! Runbooks for this machine, from the first word to the last.

use std::time::{Duration, Instant};

use snapbox::str;

use super::desk::Desk;

const RUN: &str = "run -i inventory.yaml change.md";

#[test]
fn a_step_is_done_found_done_and_taken_back() {
    let desk = Desk::local();
    desk.file("change.md", "# Greet\n\n## Write it\n\n```file run on=local path=greeting\nhello\n```\n\n```sh check on=local\ncat greeting\n```\n\n```expect\nhello\n```\n\n```sh undo on=local\nrm greeting\n```\n");
    desk.call(RUN).success();
    assert_eq!(desk.read("greeting"), "hello\n");
    let again = desk.said(RUN);
    assert!(again.contains("1 step: 1 already"), "{again}");
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("greeting").exists());
}

#[test]
fn a_failing_step_takes_back_what_went_before_newest_first() {
    let desk = Desk::local();
    let step = |name: &str, wanted: &str| {
        format!(
            "## Make {name}\n\n```sh run on=local\necho {name} > {name}\n```\n\n```sh check on=local\ncat {name}\n```\n\n```expect\n{wanted}\n```\n\n```sh undo on=local\nrm {name}; echo {name} >> undone\n```\n\n"
        )
    };
    desk.file(
        "change.md",
        format!(
            "# Three files\n\n{}{}{}",
            step("one", "one"),
            step("two", "two"),
            step("three", "drei")
        ),
    );
    let said = desk.call(RUN).code(1);
    let said = String::from_utf8_lossy(&said.get_output().stdout).into_owned();
    let said = said.split("run:").next().unwrap_or_default().to_owned();
    snapbox::assert_data_eq!(
        said,
        str![[r#"
Three files
      passed  Make one
      passed  Make two
      failed  Make three
              on local: cat three
              line 1 of the excerpt is not in the output
                expected | actual
              > drei     | three

Backing out 3 steps (`change#make-three` failed)
Three files
      undone  Make three  (only the answer to its undo says so: its check did not hold before)
      undone  Make two
      undone  Make one

failed: `change#make-three` failed; 3 steps taken back

"#]]
    );
    assert_eq!(desk.read("undone"), "three\ntwo\none\n");

    desk.call("run -i inventory.yaml --on-failure stop change.md")
        .code(1);
    assert_eq!(desk.read("two"), "two\n", "what was done stands");
}

#[test]
fn what_needs_a_person_is_not_done_without_one() {
    let desk = Desk::local();
    desk.file("change.md", "# Careful\n\n## Ask first\n\n```sh run on=local approve\necho done > it\n```\n\n```sh check on=local\ntest -e it\n```\n\n```sh undo on=local\nrm it\n```\n");
    desk.call(&format!("{RUN} --unattended")).code(3);
    assert!(!desk.path("it").exists());
}

#[test]
fn a_process_that_hangs_is_ended_on_time_in_the_lab_too() {
    let desk = Desk::local();
    desk.file("change.md", "# Wait\n\n## Hang\n\n```sh run on=local timeout=1s\nsleep 60\n```\n\n```sh check on=local\ntest -e never\n```\n\n```sh undo on=local\ntrue\n```\n");
    for words in [RUN, "run change.md"] {
        let start = Instant::now();
        let output = desk.call(words);
        assert!(!output.get_output().status.success());
        assert!(
            start.elapsed() >= Duration::from_secs(1),
            "{words}: not before its time"
        );
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{words}: on time"
        );
    }
}

#[test]
fn escape_sequences_are_shown_harmless() {
    let desk = Desk::local();
    desk.file("change.md", "# Colours\n\n## Paint\n\n```sh run on=local\ntrue\n```\n\n```sh check on=local\nprintf '\\033[31mred\\033]0;title\\007\\n'\n```\n\n```expect\nblue\n```\n\n```sh undo on=local\ntrue\n```\n");
    let output = desk.call(RUN).code(1);
    let said = &output.get_output().stdout;
    assert!(!said.iter().any(|byte| matches!(byte, 0x1b | 0x07)));
    let said = String::from_utf8_lossy(said).into_owned();
    let said = said.split("run:").next().unwrap_or_default().to_owned();
    snapbox::assert_data_eq!(
        said,
        str![[r#"
Colours
      failed  Paint
              on local: printf '/033[31mred/033]0;title/007/n'
              line 1 of the excerpt is not in the output
                expected | actual
              > blue     | /x1b[31mred/x1b]0;title/x07

Backing out 1 step (`change#paint` failed)
Colours
      undone  Paint  (only the answer to its undo says so: its check did not hold before)

failed: `change#paint` failed; 1 step taken back

"#]]
    );
}

#[test]
fn a_secret_that_a_person_must_type_is_asked_for_before_anything_is_sent() {
    let desk = Desk::local();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\n  far: {driver: ssh, address: 127.0.0.1, user: ada, password: prompt}\n\
         secrets:\n  token: prompt\n",
    );
    desk.file("change.md", "# Use it\n\n## Log in\n\n```sh run on=local\nlogin {{ secret.token }} > it\n```\n\n```sh check on=local\ntest -e it\n```\n\n```sh undo on=local\nrm -f it\n```\n");
    // Nobody is at the terminal; and nobody is asked for the password of a machine not in it.
    desk.call(RUN)
        .code(3)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the secret `token` must be typed, and nobody is there
help: unattended runs take secrets from `env:`, `file:` or `command:`

"#]]);
    assert!(!desk.path(".runsheet").exists());

    desk.file("change.md", "# Use none\n\n## Touch\n\n```sh run on=local\ntouch it\n```\n\n```sh check on=local\ntest -e it\n```\n\n```sh undo on=local\nrm -f it\n```\n");
    desk.call(RUN).success();
}
