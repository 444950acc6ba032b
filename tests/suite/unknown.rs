//! Effects of which nobody knows whether they arrived, and steps that wait for a person.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A desk with a step that hangs, run by a fence with these attributes. The lab's clock makes
/// the waits short.
fn hanging(attributes: &str) -> Desk {
    let desk = Desk::new();
    let book = include_str!("unknown/hang.md");
    desk.file("change.md", book.replace("ATTRIBUTES", attributes));
    desk
}

#[test]
fn once_is_once_and_a_person_decides() {
    let desk = hanging("once");
    let called = desk.call("run change.md").code(3);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Nobody knows
     unknown  Send and hang
              on local:
                       | echo sent >> sent
                       | sleep 60
              wait for the command's end: it took over 1s
              on local: test -e arrived
              exit status 1 instead of 0

stuck: `change#send-and-hang` needs a decision

"#]]
    );
    assert_eq!(desk.read("sent"), "sent\n");
    assert_data_eq!(desk.said("show lab-1-0001"), Desk::shown(&called));
}

#[test]
fn what_is_not_once_is_sent_once_more() {
    let desk = hanging("");
    desk.call("run change.md").code(3);
    assert_eq!(desk.read("sent"), "sent\nsent\n");
}

#[test]
fn the_runbook_may_decide() {
    let desk = hanging("once on-unknown=undo");
    let called = desk.call("run change.md").code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Nobody knows
      failed  Send and hang
              on local:
                       | echo sent >> sent
                       | sleep 60
              wait for the command's end: it took over 1s
              its check does not hold: exit status 1 instead of 0

Backing out 1 step (`change#send-and-hang` failed)
Nobody knows
      undone  Send and hang  (only the answer to its undo says so: its check did not hold before)

failed: `change#send-and-hang` failed; 1 step taken back

"#]]
    );
    assert_eq!(desk.read("sent"), "sent\nundone\n");

    let desk = hanging("once on-unknown=fail");
    desk.call("run change.md --on-failure stop").code(1);
    assert_eq!(desk.read("sent"), "sent\n");
}

#[test]
fn a_rerun_that_never_ends_well_ends() {
    let desk = hanging("once on-unknown=rerun");
    desk.call("run change.md").code(3);
    assert_eq!(desk.read("sent"), "sent\n".repeat(3));
}

#[test]
fn what_arrived_after_all_is_not_sent_again() {
    let desk = hanging("once");
    let book = desk
        .read("change.md")
        .replace("sleep 60", "touch arrived\nsleep 60");
    desk.file("change.md", book);
    let called = desk.call("run change.md").success();
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Nobody knows
  reconciled  Send and hang

done: 1 step: 1 reconciled

"#]]
    );
    assert_eq!(desk.read("sent"), "sent\n");
}

#[test]
fn a_step_that_needs_approval_waits_for_it() {
    let desk = hanging("approve");
    desk.file("inventory.yaml", "targets:\n  local: {driver: local}\n");
    let called = desk.call("run -i inventory.yaml change.md").code(3);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
stuck: `change#send-and-hang` needs approval

"#]]
    );
    assert!(!desk.path("sent").exists());
}

/// A step of two effects, one of which hangs.
fn two_effects(first: &str, second: &str) -> Desk {
    let desk = Desk::local();
    let book = format!(
        "---\non: local\n---\n\n# Two effects\n\n## Pay\n\n{first}\n\n{second}\n\n\
         ```sh check\ntest -e paid\n```\n\n```sh undo\ntrue\n```\n"
    );
    desk.file("change.md", book);
    desk
}

#[test]
fn what_a_runbook_says_of_one_effect_it_does_not_say_of_another() {
    let charge = "```sh run once timeout=1s\necho charge >> log; sleep 30\n```";
    let note = "```sh run on-unknown=rerun\necho note >> log\n```";
    for (first, second, log) in [(note, charge, "note\ncharge\n"), (charge, note, "charge\n")] {
        let desk = two_effects(first, second);
        let called = desk.call("run -i inventory.yaml change.md").code(3);
        let said = Desk::shown(&called);
        assert!(
            said.contains("stuck: `change#pay` needs a decision"),
            "{said}"
        );
        assert_eq!(desk.read("log"), log);
    }
}

#[test]
fn of_a_drill_no_check_can_tell_whether_it_happened() {
    for check in ["", "```sh check\ntrue\n```\n\n"] {
        let desk = Desk::local();
        let book = format!(
            "---\non: local\n---\n\n# A drill\n\n## Fail over\n\n\
             ```sh run always timeout=1s undo=none reason=\"a drill\"\nsleep 20; echo x >> log\n```\n\n\
             {check}"
        );
        desk.file("change.md", book);
        let called = desk.call("run -i inventory.yaml change.md").code(3);
        let said = Desk::shown(&called);
        assert!(
            said.contains("stuck: `change#fail-over` needs a decision"),
            "{said}"
        );
    }
}
