//! Parts of runbooks: steps by name, targets by name, and a run taken back in parts.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A runbook that makes files in folders called like its targets.
const BOOK: &str = include_str!("parts/folders.md");

/// Two servers and this machine, and a second runbook beside the first.
fn floor() -> Desk {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\n  web1: {driver: local}\n  web2: {driver: local}\n  db: {driver: local}\n\
         groups:\n  web: [web1, web2]\n",
    );
    desk.file("folders.md", BOOK);
    desk.file(
        "more.md",
        BOOK.replace("# Make folders", "# Make more")
            .replace(".d", ".e"),
    );
    desk
}

fn shown(desk: &Desk, words: &str) -> String {
    Desk::shown(&desk.call(&format!("{words} -i inventory.yaml")).success())
}

#[test]
fn several_steps_are_named_one_by_one() {
    let desk = floor();
    let said = shown(&desk, "run folders.md#the-database folders.md#a-note");
    assert_data_eq!(
        said,
        str![[r#"
deviation: only the steps `a-note` and `the-database`
Make folders
      passed  The database
      passed  A note

done: 2 steps: 2 passed

"#]]
    );
    let said = shown(&desk, "run folders.md#web-servers more.md");
    let (head, _) = said.split_once('\n').expect("it says what is left out");
    assert_data_eq!(
        head,
        str!["deviation: only the step `web-servers` of `folders`"]
    );
    assert!(desk.path("db.e").exists() && desk.path("web2.d").exists());
    desk.call("run -i inventory.yaml folders.md#the-database more.md#the-databas")
        .code(2)
        .stderr_eq(str![[r#"
error: there is no step `the-databas`; did you mean `the-database`?

"#]])
        .stdout_eq(str![""]);
}

#[test]
fn a_runbook_and_a_step_of_it_are_not_named_both() {
    let desk = floor();
    for words in [
        "folders.md#a-note folders.md",
        "./folders.md folders.md#a-note",
    ] {
        desk.call(&format!("run -i inventory.yaml {words}"))
            .code(2)
            .stderr_eq(str![[r#"
error: all of the runbook `folders` is named, and a step of it besides
help: leave out one of them

"#]])
            .stdout_eq(str![""]);
    }
    assert!(!desk.path(".runsheet").exists());
}

#[test]
fn a_limit_leaves_out_everybody_else() {
    let desk = floor();
    assert_data_eq!(
        shown(&desk, "run folders.md --limit web2"),
        str![[r#"
deviation: limited to web2
Make folders
      passed  Web servers [web2]

done: 1 step: 1 passed

"#]]
    );
    assert!(!desk.path("db.d").exists() && !desk.path("web1.d").exists());
    let said = shown(&desk, "run folders.md --limit web --limit db");
    assert!(
        said.starts_with("deviation: limited to web1, web2, db\n"),
        "{said}"
    );
    assert!(
        said.contains("done: 3 steps: 2 passed, 1 already"),
        "{said}"
    );
    assert!(!desk.path("note.d").exists());
    desk.call("run -i inventory.yaml folders.md --limit web3")
        .code(2)
        .stderr_eq(str![[r#"
error: no step is for `web3`; did you mean `web1`?

"#]])
        .stdout_eq(str![""]);
}

#[test]
fn from_a_step_until_a_step() {
    let desk = floor();
    let said = shown(
        &desk,
        "run folders.md --from the-database --until the-database",
    );
    assert_data_eq!(
        said,
        str![[r#"
deviation: from the step `the-database` on
deviation: until the step `the-database`
Make folders
      passed  The database

done: 1 step: 1 passed

"#]]
    );
    desk.call("run -i inventory.yaml folders.md --from a-note --until web-servers")
        .code(2)
        .stderr_eq(str![[r#"
error: the step `web-servers` comes before `a-note`

"#]])
        .stdout_eq(str![""]);
}

#[test]
fn a_run_is_taken_back_in_parts() {
    let desk = floor();
    shown(&desk, "run folders.md");
    let undo = |words: &str| shown(&desk, &format!("undo {words}"));
    let without_id = |said: String| {
        let lines = said
            .lines()
            .map(|line| match line.strip_prefix("Taking back run ") {
                Some(_) => "Taking back run ID\n".to_owned(),
                None => format!("{line}\n"),
            });
        lines.collect::<String>()
    };
    assert_data_eq!(
        without_id(undo("--to a-note")),
        str![[r#"
Taking back run ID
1 step is as the run left it
Make folders
      undone  A note

done: 1 step taken back

"#]]
    );
    assert!(desk.path("db.d").exists(), "the rest of the run stands");
    assert_data_eq!(
        without_id(undo("--to the-database")),
        str![[r#"
Taking back run ID
1 step is as the run left it
Make folders
      undone  The database

done: 1 step taken back

"#]]
    );
    desk.call("undo -i inventory.yaml --to Web-Servers")
        .code(2)
        .stderr_eq(str![[r#"
error: run [..] has nothing to take back in a step `Web-Servers`
help: did you mean `web-servers`?

"#]]);
    desk.call("undo -i inventory.yaml --to nope")
        .code(2)
        .stderr_eq(str![[r#"
error: run [..] has nothing to take back in a step `nope`
help: the only step is `web-servers`

"#]]);
    desk.call("run -i inventory.yaml folders.md#nope")
        .code(2)
        .stderr_eq(str![[r#"
error: there is no step `nope`; the steps are `web-servers`, `the-database` and `a-note`

"#]]);
    desk.call("undo -i inventory.yaml --to a-note")
        .code(2)
        .stderr_eq(str![[r#"
error: run [..] has nothing to take back in a step `a-note`
help: the only step is `web-servers`

"#]])
        .stdout_eq(str![""]);
    let said = undo("");
    assert!(said.contains("done: 2 steps taken back"), "{said}");
    desk.call("undo -i inventory.yaml")
        .code(2)
        .stderr_eq(str![[r#"
error: all that the runs in .runsheet/runs did was taken back or kept already

"#]]);
}

#[test]
fn what_was_left_of_a_run_keeps_an_older_one_from_being_taken_back() {
    let desk = floor();
    shown(&desk, "run folders.md#a-note");
    shown(&desk, "run folders.md");
    shown(&desk, "undo --to the-database");
    let runs = desk.said("show");
    let ids: Vec<&str> = runs
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let [first, second, _] = ids[..] else {
        panic!("three runs: {runs}")
    };
    let called = desk
        .call(&format!("undo -i inventory.yaml {first}"))
        .code(3);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    assert_data_eq!(
        said.replace(first, "FIRST").replace(second, "SECOND"),
        str![[r#"
error: run SECOND built on what FIRST did
help: take it back first: runsheet undo SECOND -i inventory.yaml

"#]]
    );
    assert!(desk.path("note.d").exists());
}
