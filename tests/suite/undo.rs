//! A run is taken back days later: what changed since is shown before anything is sent.

use runsheet::event::Event;
use runsheet::journal;
use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// Steps that each write a word into a file.
fn book(names: &[&str]) -> String {
    let steps = names.iter().map(|name| {
        format!(
            "## Write {name}\n\n```sh run on=local\necho {name} > {name}\n```\n\n\
             ```sh check on=local\ncat {name}\n```\n\n```expect\n{name}\n```\n\n\
             ```sh undo on=local\necho {name} >> undone; rm -f {name}\n```\n\n"
        )
    });
    format!("# Three words\n\n{}", steps.collect::<String>())
}

/// A run of three steps, after which somebody else wrote into the file of the second.
fn changed_since() -> Desk {
    let desk = Desk::local();
    desk.file("change.md", book(&["one", "two", "three"]));
    desk.call("run -i inventory.yaml change.md").success();
    desk.file("two", "2\n");
    desk
}

fn shown(called: &snapbox::cmd::OutputAssert) -> String {
    let shown = Desk::shown(called);
    let lines = shown.lines().map(|line| {
        let named = ["Taking back run ", "Going on with run "];
        match named.iter().find(|named| line.starts_with(**named)) {
            Some(named) => format!("{named}ID\n"),
            None => match line.split_once("`undo ").zip(line.split_once(" --yes`")) {
                Some(((head, _), (_, rest))) => format!("{head}`undo ID --yes`{rest}\n"),
                None => format!("{line}\n"),
            },
        }
    });
    lines.collect()
}

/// The events of the newest run.
fn events(desk: &Desk) -> Vec<Event> {
    let runs = std::fs::read_dir(desk.path(".runsheet/runs")).expect("the runs");
    let newest = runs.map(|run| run.expect("a run").path()).max();
    let path = newest.expect("a run").join("journal.jsonl");
    let path = camino::Utf8PathBuf::from_path_buf(path).expect("UTF-8");
    let journal = journal::read(&path).expect("a sound journal");
    journal
        .entries
        .into_iter()
        .map(|entry| entry.body)
        .collect()
}

#[test]
fn what_changed_since_is_shown_and_nothing_is_sent() {
    let desk = changed_since();
    let called = desk.call("undo -i inventory.yaml").code(3);
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
Three words
     as left  Write three
     changed  Write two
              on local: cat two
              line 1 of the excerpt is not in the output
                expected | actual
              > two      | 2
     as left  Write one

stuck: 1 step is not as the run left it; nothing was sent; `undo ID --yes` takes it back all the same

"#]]
    );
    assert!(!desk.path("undone").exists(), "nothing was sent");
    assert_eq!(desk.read("two"), "2\n");
    let sent = events(&desk);
    let sent = sent.iter().filter(|e| matches!(e, Event::Intent { .. }));
    assert_eq!(sent.count(), 0);
}

#[test]
fn who_says_yes_takes_back_what_changed_and_is_on_record() {
    let desk = changed_since();
    let called = desk.call("undo -i inventory.yaml --yes").success();
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
Three words
     as left  Write three
     changed  Write two
              on local: cat two
              line 1 of the excerpt is not in the output
                expected | actual
              > two      | 2
     as left  Write one
      undone  Write three
      undone  Write two  (only the answer to its undo says so: its check did not hold before)
      undone  Write one

done: 3 steps taken back

"#]]
    );
    assert_eq!(desk.read("undone"), "three\ntwo\none\n");

    let events = events(&desk);
    let at = |what: fn(&Event) -> bool| events.iter().position(what).expect("it happened");
    let compared = at(|event| matches!(event, Event::Compared { .. }));
    let decided = at(|event| matches!(event, Event::Decision { answer, .. } if answer == "yes"));
    let sent = at(|event| matches!(event, Event::Intent { .. }));
    assert!(compared < decided && decided < sent);
}

#[test]
fn an_undo_that_stopped_goes_on_once_all_is_put_back() {
    let desk = changed_since();
    desk.call("undo -i inventory.yaml").code(3);
    desk.call("resume -i inventory.yaml").code(3);
    desk.file("two", "two\n");
    let called = desk.call("resume -i inventory.yaml").success();
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
Going on with run ID
3 steps are as the run left them
Three words
      undone  Write three
      undone  Write two
      undone  Write one

done: 3 steps taken back

"#]]
    );
    assert_eq!(desk.read("undone"), "three\ntwo\none\n");
}

#[test]
fn only_what_is_to_be_taken_back_is_compared() {
    let desk = changed_since();
    let called = desk
        .call("undo -i inventory.yaml --to write-three")
        .success();
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
1 step is as the run left it
Three words
      undone  Write three

done: 1 step taken back

"#]]
    );
    assert_eq!(desk.read("undone"), "three\n");
}

#[test]
fn a_step_that_failed_left_nothing_to_compare_with() {
    let desk = Desk::local();
    let failing = book(&["one", "two"]).replace("echo two > two", "echo too > two");
    desk.file("change.md", failing);
    desk.call("run -i inventory.yaml --on-failure stop change.md")
        .code(1);
    let called = desk.call("undo -i inventory.yaml").success();
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
1 step is as the run left it
Three words
      undone  Write two  (only the answer to its undo says so: its check did not hold before)
      undone  Write one

done: 2 steps taken back

"#]]
    );
    assert_eq!(desk.read("undone"), "two\none\n");
}

#[test]
fn scaffolding_that_is_gone_is_as_left_while_what_it_served_stands() {
    let desk = Desk::local();
    let scaffold = book(&["one", "two"]).replace(
        "```sh run on=local\necho one > one",
        "```sh run on=local toward=write-two\necho one > one",
    );
    desk.file("change.md", scaffold);
    desk.call("run -i inventory.yaml change.md").success();
    std::fs::remove_file(desk.path("one")).expect("it was written");
    let called = desk.call("undo -i inventory.yaml").success();
    assert_data_eq!(
        shown(&called),
        str![[r#"
Taking back run ID
2 steps are as the run left them
Three words
      undone  Write two
      undone  Write one

done: 2 steps taken back

"#]]
    );
}

/// One more VLAN on the switches, once there is a stack.
const VLAN: &str = "---\ntitle: A VLAN\non: stack\n---\n\n# A VLAN\n\n## Name it\n\n\
    ```ios run\nvlan 77\n name seventy-seven\n```\n\n\
    ```ios check\nshow vlan id 77\n```\n\n\
    ```assert\nstdout is matching(\"seventy-seven\")\n```\n\n\
    ```ios undo\nno vlan 77\n```\n";

#[test]
fn other_switches_at_the_same_address_are_left_alone_whoever_says_yes() {
    let desk = Desk::with_runbooks();
    desk.file("vlan.md", VLAN);
    let stack = "runbooks/04-switch-stack.md runbooks/05-vlans.md";
    desk.call("lab reset --stage installed").success();
    desk.call(&format!("run {stack}")).success();
    desk.call("run vlan.md").success();

    // Another floor that was set up in the same way takes the place of the first.
    let other = "--state other --seed 2";
    desk.call(&format!("{other} lab reset --stage installed"))
        .success();
    desk.call(&format!("{other} run {stack} vlan.md")).success();
    std::fs::remove_dir_all(desk.path(".runsheet/lab")).expect("a floor");
    std::fs::rename(desk.path("other/lab"), desk.path(".runsheet/lab")).expect("another floor");

    let called = desk.call("undo --yes").code(3);
    let said = String::from_utf8_lossy(&called.get_output().stdout).into_owned();
    assert!(
        said.contains(
            "`stack`: it is not the device that the run spoke to: its host key is SHA256:"
        ),
        "{said}"
    );
    let events = events(&desk);
    let sent = events.iter().filter(|e| matches!(e, Event::Intent { .. }));
    assert_eq!(sent.count(), 0);
}
