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

/// The same of a run that ends behind a step.
fn stopped_at(until: &str) -> Desk {
    let desk = Desk::local();
    desk.file("base.md", BASE);
    desk.file("two.md", TWO);
    let run = format!("run -i inventory.yaml --until {until} two.md");
    desk.call(&run).code(3);
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

/// A step that makes a file, and needs nobody.
fn step(name: &str) -> String {
    format!(
        "## Make {name}\n\n```sh run\ntouch {name}\n```\n\n```sh check\ntest -e {name}\n```\n\n\
         ```sh undo\nrm {name}\n```\n\n"
    )
}

/// What the run's last record-to-be says went otherwise.
fn deviations(desk: &Desk) -> String {
    let run = std::fs::read_dir(desk.path(".runsheet/runs"))
        .expect("the runs")
        .map(|entry| entry.expect("an entry").file_name())
        .max()
        .expect("one");
    desk.said(&format!("report {} -f md", run.display()))
}

#[test]
fn steps_that_an_accepted_edit_adds_are_shown_done_in_their_place_and_taken_back() {
    let desk = stopped();
    let edited = TWO
        .replace("## Make two", &format!("{}## Make two", step("between")))
        .replace("run approve", "run")
        .replace("test -e two", "test -e between && test -e two")
        + "\n"
        + &step("three");
    desk.file("two.md", edited);
    let refused = desk.call("resume -i inventory.yaml").code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert_data_eq!(
        &said[said.find("\n`").expect("the steps")..],
        str![[r#"

`two#make-between` would be done too, which the edit adds
`two#make-three` would be done too, which the edit adds
error: the run began with another text; nothing was sent
help: put the text back, or go on with the new one: runsheet resume [..] --accept-edit -i inventory.yaml

"#]]
    );
    assert!(!desk.path("between").exists());

    let said = desk.said("resume -i inventory.yaml --accept-edit");
    assert!(said.contains("4 steps: 4 passed"), "{said}");
    assert!(desk.path("two").exists() && desk.path("three").exists());
    let report = deviations(&desk);
    assert_eq!(
        report.matches("was added by the edit").count(),
        2,
        "{report}"
    );
    let said = desk.said("undo -i inventory.yaml");
    assert!(said.contains("4 steps taken back"), "{said}");
    assert!(!desk.path("between").exists() && !desk.path("three").exists());
}

#[test]
fn steps_that_an_accepted_edit_takes_out_are_not_done_and_on_record() {
    let desk = stopped();
    let (before, _) = TWO.split_once("## Make two").expect("a second step");
    desk.file("two.md", before);
    let refused = desk.call("resume -i inventory.yaml").code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(
        said.contains("`two#make-two` would no longer be done, which the edit takes out\n"),
        "{said}"
    );
    desk.call("resume -i inventory.yaml --accept-edit")
        .success();
    assert!(!desk.path("two").exists());
    let report = deviations(&desk);
    assert!(
        report.contains("was taken out by the edit before it was begun, and is not done"),
        "{report}"
    );
    assert!(report.contains("taken out"), "{report}");
    let said = desk.said("undo -i inventory.yaml");
    assert!(said.contains("1 step taken back"), "{said}");
}

#[test]
fn a_limited_run_keeps_its_limits_whatever_an_edit_adds() {
    let desk = Desk::local();
    desk.file("base.md", BASE);
    desk.file("two.md", format!("{TWO}\n{}", step("last")));
    desk.call("run -i inventory.yaml --until make-two two.md")
        .code(3);
    let edited = TWO
        .replace("## Make two", &format!("{}## Make two", step("between")))
        .replace("run approve", "run");
    desk.file(
        "two.md",
        format!("{edited}\n{}{}", step("three"), step("last")),
    );
    let accepted = desk
        .call("resume -i inventory.yaml --accept-edit")
        .success();
    let told = String::from_utf8_lossy(&accepted.get_output().stderr).into_owned();
    assert!(
        told.ends_with(
            "`two#make-between` would be done too, which the edit adds\n\
             `two#make-three` would not be done, which the edit adds outside of what the run is \
             limited to\n"
        ),
        "{told}"
    );
    assert!(desk.path("between").exists() && desk.path("two").exists());
    assert!(!desk.path("three").exists() && !desk.path("last").exists());

    // The step that limits it can't go.
    let desk = stopped_at("make-two");
    let (before, _) = TWO.split_once("## Make two").expect("a second step");
    desk.file("two.md", before);
    assert_data_eq!(
        errors(&desk, "resume -i inventory.yaml --accept-edit", 3),
        str![[r#"
error: the run is limited, and the text no longer fits that: there is no step `make-two`; did you mean `make-one`?
nothing was sent
help: put the step back, or begin another run

"#]]
    );
}

#[test]
fn a_target_that_joins_a_group_meanwhile_is_shown_and_joins_in_once_accepted() {
    let desk = Desk::local();
    let inventory = |members: &str| {
        format!(
            "targets:\n  a: {{driver: local}}\n  b: {{driver: local}}\ngroups:\n  all: [{members}]\n"
        )
    };
    desk.file("inventory.yaml", inventory("a"));
    let text = TWO
        .replace("on: local\nneeds: [base]", "on: all")
        .replace("touch one", "touch one-{{ target.name }}")
        .replace("test -e one", "test -e one-{{ target.name }}")
        .replace("rm one", "rm one-{{ target.name }}");
    desk.file("two.md", &text);
    desk.call("run -i inventory.yaml two.md").code(3);
    desk.file("inventory.yaml", inventory("a, b"));
    let said = errors(&desk, "resume -i inventory.yaml", 3);
    assert!(
        said.contains("the plan is not the one that the run began with"),
        "{said}"
    );
    assert!(!desk.path("one-b").exists());
    desk.call("resume -i inventory.yaml --accept-edit").code(3);
    assert!(desk.path("one-b").exists());
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

/// A step for each row of a table, and one that waits.
const ROWS: &str = "---\non: local\n---\n\n# Rows\n\n## Make them\n\n\
    | name | size | remark |\n|---|---|---|\n| a | 1 | old |\n| b | 2 | new |\n\n\
    ```sh run each=row\necho {{ row.size }} > {{ row.name }}\n```\n\n\
    ```sh check\ntest -s {{ row.name }}\n```\n\n\
    ```sh undo\nrm {{ row.name }}; echo {{ row.size }} >> undone\n```\n\n\
    ## Wait\n\n```sh run approve\ntouch waited\n```\n\n```sh check\ntest -e waited\n```\n\n\
    ```sh undo\nrm waited\n```\n";

#[test]
fn a_row_that_was_begun_can_t_be_edited_and_one_that_is_added_is_done() {
    let desk = Desk::local();
    desk.file("rows.md", ROWS);
    desk.call("run -i inventory.yaml rows.md").code(3);
    desk.file("rows.md", ROWS.replace("| b | 2 |", "| b | 22 |"));
    assert_data_eq!(
        errors(&desk, "resume -i inventory.yaml --accept-edit", 3),
        str![[r#"
error: the run has begun `rows#make-them@b`, and the edit changes its row in the table; nothing was sent
help: put that back; what is added belongs behind it, or in a step of its own

"#]]
    );
    // Another row is another step, and another column is nothing that was sent.
    let more = ROWS
        .replace(
            "| b | 2 | new |",
            "| b | 2 | new | x |\n| c | 3 | newer | y |",
        )
        .replace("| remark |", "| remark | more |")
        .replace("|---|---|---|", "|---|---|---|---|")
        .replace("| a | 1 | old |", "| a | 1 | old | w |");
    desk.file("rows.md", more);
    desk.call("resume -i inventory.yaml --accept-edit").code(3);
    assert_eq!(desk.read("c"), "3\n");
    desk.call("undo -i inventory.yaml").success();
    assert_eq!(desk.read("undone"), "3\n2\n1\n");
}

#[test]
fn a_variable_keeps_its_value_whatever_an_edit_says_and_that_is_told() {
    let desk = Desk::local();
    let book = |vlan: u32, more: &str| {
        let rows = ROWS.replace("touch waited", "echo {{ vlan }}{{ more }} > waited");
        let rows = rows.replace(
            "on: local\n",
            &format!("on: local\nvars:\n  vlan: {vlan}\n{more}"),
        );
        match more {
            "" => rows.replace("{{ more }}", ""),
            _ => rows,
        }
    };
    desk.file("rows.md", book(5, ""));
    desk.call("run -i inventory.yaml rows.md").code(3);
    let edited = book(6, "  more: 7\n").replace("run approve", "run");
    desk.file("rows.md", edited);
    let told = "keeps the value that the run began with, whatever its default is now";
    let refused = desk.call("resume -i inventory.yaml").code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains(&format!("`vlan` of `rows` {told}")), "{said}");
    assert!(!said.contains("`more` of"), "{said}");
    desk.call("resume -i inventory.yaml --accept-edit")
        .success();
    assert_eq!(desk.read("waited"), "57\n");
    let report = deviations(&desk);
    assert!(report.contains(told), "{report}");
}
