//! Runs that did not end, and journals that were tampered with.

use std::fs::OpenOptions;
use std::io::Write as _;

use snapbox::str;

use super::desk::Desk;

const JOURNAL: &str = ".runsheet/runs/lab-1-0001/journal.jsonl";

/// A desk with a run of two steps.
fn ran() -> Desk {
    let desk = Desk::new();
    let step = |name: &str| {
        format!(
            "## Make {name}\n\n```sh run on=local\ntouch {name}\n```\n\n```sh check on=local\ntest -e {name}\n```\n\n```sh undo on=local\nrm {name}\n```\n\n"
        )
    };
    desk.file(
        "change.md",
        format!("# Two files\n\n{}{}", step("one"), step("two")),
    );
    desk.call("run change.md").success();
    desk
}

#[test]
fn a_run_that_was_cut_off_is_shown_as_far_as_it_came() {
    let desk = ran();
    let journal = desk.read(JOURNAL);
    let ended = journal
        .find("\"event\":\"verdict\"")
        .expect("a verdict is there");
    let cut: String = journal[..ended]
        .rsplit_once('\n')
        .expect("a line before")
        .0
        .to_owned()
        + "\n";
    desk.file(JOURNAL, &cut);
    desk.call("show lab-1-0001")
        .success()
        .stdout_eq(str![[r#"
incomplete: the journal ends within `change#make-one`

"#]])
        .stderr_eq(str![[""]]);
    desk.call("show").success().stdout_eq(str![[r#"
lab-1-0001  2026-01-05T09:00:00Z  incomplete   change

"#]]);

    let mut torn = OpenOptions::new()
        .append(true)
        .open(desk.path(JOURNAL))
        .expect("a journal");
    torn.write_all(b"{\"seq\":9,\"prev\":\"")
        .expect("it is written");
    desk.call("show lab-1-0001")
        .success()
        .stdout_eq(str![[r#"
incomplete: the journal ends within `change#make-one`

"#]])
        .stderr_eq(str![[r#"
warning: the journal's last line is torn (17 bytes)

"#]]);
    desk.call("undo").success().stdout_eq(str![[r#"
Taking back run lab-1-0001
Two files
      undone  Make one  (only the answer to its undo says so: its check did not hold before)

done: 1 step taken back
run: .runsheet/runs/lab-1-0002

"#]]);
    assert!(!desk.path("one").exists());
}

#[test]
fn a_journal_that_was_changed_is_not_believed() {
    let desk = ran();
    let journal = desk.read(JOURNAL);
    desk.file(JOURNAL, journal.replacen("touch one", "touch uno", 1));
    desk.call("show lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the journal .runsheet/runs/lab-1-0001/journal.jsonl is damaged at line 6: it does not follow the line before it

"#]]);
    desk.call("undo lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the journal .runsheet/runs/lab-1-0001/journal.jsonl is damaged at line 6: it does not follow the line before it

"#]]);
    desk.call("show").success().stdout_eq(str![[r#"
lab-1-0001  (its journal is damaged)

"#]]);
    assert!(desk.path("one").exists(), "nothing was sent");

    let lines: Vec<&str> = journal.lines().collect();
    let without: Vec<&str> = lines
        .iter()
        .copied()
        .enumerate()
        .filter(|(n, _)| *n != 3)
        .map(|(_, line)| line)
        .collect();
    desk.file(JOURNAL, without.join("\n") + "\n");
    desk.call("show lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the journal .runsheet/runs/lab-1-0001/journal.jsonl is damaged at line 4: its number is 5

"#]]);
    desk.file(JOURNAL, "");
    desk.call("show lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the journal .runsheet/runs/lab-1-0001/journal.jsonl is empty: nobody knows what the run did

"#]]);
    desk.file(JOURNAL, b"\xff\xfe\x00not json\n{}\n".as_slice());
    desk.call("show lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: the journal .runsheet/runs/lab-1-0001/journal.jsonl is damaged at line 1: not a journal entry: expected value at line 1 column 1

"#]]);
}
