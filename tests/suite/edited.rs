//! Runbooks that are edited, or gone, when a run goes on or is taken back.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A step that makes a file, and one that waits for somebody who says yes.
const TWO: &str = "---\ntitle: Two files\non: local\nneeds: [base]\n---\n\n# Two files\n\n\
    ## Make one\n\n```sh run\ntouch one\n```\n\n```sh check\ntest -e one\n```\n\n\
    ```sh undo\nrm one\n```\n\n\
    ## Make two\n\n```sh run approve\ntouch two\n```\n\n```sh check\ntest -e two\n```\n\n\
    ```sh undo\nrm two\n```\n";

/// What both need.
const BASE: &str = "---\non: local\n---\n\n# Base\n\n## There is a floor\n\n\
    ```sh check\ntest -e inventory.yaml\n```\n";

/// A run of [`TWO`] that stopped before its second step.
fn stopped() -> Desk {
    let desk = Desk::local();
    desk.file("base.md", BASE);
    desk.file("two.md", TWO);
    desk.call("run -i inventory.yaml two.md").code(3);
    desk
}

fn errors(desk: &Desk, words: &str, code: i32) -> String {
    let called = desk.call(words).code(code);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    match said.find("error:") {
        Some(at) => said[at..].to_owned(),
        None => said,
    }
}

/// An edit that changes how the first step is taken back, and does without the approval.
fn mended() -> String {
    TWO.replace("rm one", "mv one taken-back")
        .replace("run approve", "run")
}

#[test]
fn a_run_is_taken_back_with_the_text_that_it_went_on_with() {
    let desk = stopped();
    desk.file("two.md", mended());
    desk.call("resume -i inventory.yaml --accept-edit")
        .success();
    // Whatever becomes of the file: the run has its own copy.
    for text in [Some(mended()), Some(TWO.to_owned()), None] {
        let desk = desk.copy();
        match text {
            Some(text) => drop(desk.file("two.md", text)),
            None => std::fs::remove_file(desk.path("two.md")).expect("it is there"),
        }
        let said = desk.said("undo -i inventory.yaml");
        assert!(said.contains("2 steps taken back"), "{said}");
        assert!(desk.path("taken-back").exists(), "{said}");
    }
}

#[test]
fn an_edit_is_accepted_once() {
    let desk = stopped();
    desk.file("two.md", TWO.replace("rm one", "mv one taken-back"));
    let said = errors(&desk, "resume -i inventory.yaml", 3);
    assert!(said.contains("the run began with another text"), "{said}");
    let accepted = desk.call("resume -i inventory.yaml --accept-edit").code(3);
    let told = Desk::shown(&accepted);
    assert!(told.contains("needs approval"), "{told}");

    let again = desk.call("resume -i inventory.yaml").code(3);
    assert!(Desk::shown(&again).contains("needs approval"));
    assert_eq!(
        String::from_utf8_lossy(&again.get_output().stderr),
        "",
        "the same text is no news"
    );
    // The one that the run began with is an edit by now.
    desk.file("two.md", TWO);
    let said = errors(&desk, "resume -i inventory.yaml", 3);
    assert!(said.contains("the run began with another text"), "{said}");
}

#[test]
fn a_step_that_was_begun_can_t_be_edited_away() {
    let desk = stopped();
    desk.file("two.md", TWO.replace("## Make one", "## Make the first"));
    assert_data_eq!(
        errors(&desk, "resume -i inventory.yaml --accept-edit", 3),
        str![[r#"
error: the run has begun `two#make-one`, which the runbook no longer has; nothing was sent
help: put the step back: what it did is taken back by its own undo

"#]]
    );
    assert!(desk.path("one").exists());
}

#[test]
fn a_run_is_taken_back_whatever_became_of_its_runbooks_and_of_those_they_need() {
    for (two, base) in [
        (Some(format!("{TWO}\nMore prose.\n")), Some(BASE.to_owned())),
        (None, None),
        (
            Some(TWO.to_owned()),
            Some("# Broken\n\n```sh runn\n```\n".to_owned()),
        ),
        (Some("# Something else\n".to_owned()), None),
    ] {
        let desk = Desk::local();
        desk.file("base.md", BASE);
        desk.file("two.md", TWO.replace("run approve", "run"));
        desk.call("run -i inventory.yaml two.md").success();
        for (name, text) in [("two.md", two), ("base.md", base)] {
            match text {
                Some(text) => drop(desk.file(name, text)),
                None => std::fs::remove_file(desk.path(name)).expect("it is there"),
            }
        }
        let said = desk.said("undo -i inventory.yaml");
        assert!(said.contains("2 steps taken back"), "{said}");
        assert!(!desk.path("one").exists(), "{said}");
    }
}
