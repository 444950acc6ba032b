//! What a step is judged by, where that could be mistaken for something else: other targets, other
//! runbooks' names, a check that sees only a part, a condition that nobody can evaluate.

use super::desk::Desk;

const INVENTORY: &str = "targets:\n  local: {driver: local}\n  b1: {driver: local}\n  b2: {driver: local}\n\
     groups:\n  both: [b1, b2]\n";

fn desk(book: &str) -> Desk {
    let desk = Desk::new();
    desk.file("inventory.yaml", INVENTORY);
    desk.file("book.md", book);
    desk
}

fn shown(desk: &Desk, words: &str, code: i32) -> String {
    Desk::shown(&desk.call(&format!("-i inventory.yaml {words}")).code(code))
}

/// `name: role fence; …`, in short.
fn step(name: &str, fences: &[(&str, &str)]) -> String {
    let fences = fences
        .iter()
        .map(|(info, text)| format!("```{info}\n{text}\n```\n\n"));
    format!("## {name}\n\n{}", fences.collect::<String>())
}

#[test]
fn scaffolding_for_a_group_is_put_up_before_the_group_is_done() {
    let book = step(
        "Scaffold",
        &[
            (
                "sh run on=b1 toward=end undo=none reason=test",
                "touch scaffold",
            ),
            ("sh check on=b1", "test -e scaffold"),
        ],
    ) + &step(
        "End",
        &[
            (
                "sh run on=both",
                "test -e scaffold && touch {{ target.name }}.d",
            ),
            ("sh check on=both", "test -e {{ target.name }}.d"),
            ("sh undo on=both", "rm {{ target.name }}.d"),
        ],
    );
    let desk = desk(&format!("# Book\n\n{book}"));
    let said = shown(&desk, "run book.md", 0);
    assert!(said.contains("passed  Scaffold"), "{said}");
    std::fs::remove_file(desk.path("scaffold")).expect("it is there");
    // Now it serves nothing any more.
    let said = shown(&desk, "run book.md", 0);
    assert!(said.contains("already  Scaffold"), "{said}");
    // Unless a part of what it serves is gone.
    std::fs::remove_file(desk.path("b2.d")).expect("it is there");
    let said = shown(&desk, "run book.md", 0);
    assert!(said.contains("passed  Scaffold"), "{said}");
}

#[test]
fn what_another_runbook_s_step_says_is_asked_with_that_runbook_s_names() {
    let scaffold = step(
        "Scaffold",
        &[
            (
                "sh run on=local toward=serve#served undo=none reason=test",
                "touch scaffold",
            ),
            ("sh check on=local", "test -e scaffold"),
        ],
    );
    let served = step(
        "Served",
        &[
            ("sh run on=local", "touch {{ f }}"),
            ("sh check on=local", "test -e {{ f }}"),
            ("sh undo on=local", "rm {{ f }}"),
        ],
    );
    let desk = desk(&format!(
        "---\nvars: {{f: inventory.yaml}}\n---\n\n# Book\n\n{scaffold}"
    ));
    desk.file(
        "serve.md",
        format!("---\nvars: {{f: served}}\n---\n\n# Serve\n\n{served}"),
    );
    let said = shown(&desk, "run book.md serve.md", 0);
    assert!(said.contains("passed  Scaffold"), "{said}");
}

#[test]
fn what_was_to_follow_a_reconciled_effect_follows() {
    let book = step(
        "Two",
        &[
            ("sh run on=local timeout=1s", "touch one; sleep 5"),
            ("sh run on=local", "touch two"),
            ("sh check on=local", "test -e one"),
            ("sh undo on=local", "rm two"),
            ("sh undo on=local", "rm one"),
            ("sh check on=local after=undo", "test ! -e one"),
        ],
    );
    let desk = desk(&format!("# Book\n\n{book}"));
    let said = shown(&desk, "run book.md", 0);
    assert!(said.contains("reconciled  Two"), "{said}");
    assert!(desk.path("two").exists(), "{said}");
}

#[test]
fn a_condition_may_be_read_and_one_that_nobody_can_tell_stops() {
    let conditional = |when: &str| {
        let run = format!("sh run on=local when=\"{when}\"");
        let fences = [
            ("sh read on=local capture=word", "echo go"),
            (run.as_str(), "touch done"),
            ("sh check on=local", "test -e done"),
            ("sh undo on=local", "rm done"),
        ];
        desk(&format!("# Book\n\n{}", step("One", &fences)))
    };
    let desk = conditional("word == 'go'");
    shown(&desk, "run book.md", 0);
    assert!(desk.path("done").exists());
    let desk = conditional("word == 'stay'");
    let said = shown(&desk, "run book.md", 0);
    assert!(said.contains("skipped  One"), "{said}");
    let desk = conditional("word.size.mb > 3");
    let said = shown(&desk, "run book.md", 1);
    assert!(
        said.contains("stopped  One") && said.contains("can't be evaluated"),
        "{said}"
    );
}

#[test]
fn an_undo_is_done_when_none_of_the_checks_holds() {
    let book = step(
        "Two",
        &[
            ("sh run on=local", "touch one two"),
            ("sh check on=local", "test -e inventory.yaml"),
            ("sh check on=local", "test -e one"),
            ("sh check on=local", "test -e two"),
            ("sh undo on=local", "rm one"),
        ],
    );
    let desk = desk(&format!("# Book\n\n{book}"));
    shown(&desk, "run book.md", 0);
    let said = shown(&desk, "undo", 3);
    assert!(
        said.contains("stuck  Two") && said.contains("its check still holds"),
        "{said}"
    );
    // What held before, too, is nothing that the step left.
    std::fs::remove_file(desk.path("two")).expect("it is there");
    let said = shown(&desk, "resume", 0);
    assert!(said.contains("undone  Two"), "{said}");
}

#[test]
fn a_need_that_does_not_apply_holds() {
    let needed = step(
        "Never",
        &[
            ("sh run on=local when=\"1 == 2\"", "touch never"),
            ("sh check on=local", "test -e never"),
            ("sh undo on=local", "rm never"),
        ],
    );
    let book = step("Look", &[("sh check on=local", "test -e inventory.yaml")]);
    let desk = desk(&format!("---\nneeds: [needed]\n---\n\n# Book\n\n{book}"));
    desk.file("needed.md", format!("# Needed\n\n{needed}"));
    shown(&desk, "run book.md", 0);
}

#[test]
fn a_shell_that_is_gone_is_not_replaced_by_an_empty_one() {
    let book = step(
        "Together",
        &[
            ("sh run on=local session=s", "dir=kept; mkdir kept"),
            ("sh run on=local session=s approve", "exit 9"),
            ("sh check on=local", "test -e never"),
            ("sh undo on=local session=s", "rmdir \"$dir\""),
        ],
    )
    .replace("exit 9", "kill -9 $PPID");
    let desk = desk(
        &format!("# Book\n\n{book}")
            .replace("run on=local session=s approve", "run on=local session=s"),
    );
    // Killed in the second effect, with its shell.
    let killed = desk
        .runsheet("-i inventory.yaml run book.md")
        .output()
        .expect("it runs");
    assert_eq!(killed.status.code(), None);
    let said = shown(&desk, "resume", 3);
    assert!(
        said.contains("what earlier fences prepared there"),
        "{said}"
    );
    assert!(desk.path("kept").exists());
}
