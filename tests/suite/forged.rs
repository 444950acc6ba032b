//! Journals with numbers that no run of ours has, whose chain is sound: they are gone on with.

use runsheet::journal::Entry;
use serde_json::Value;

use super::desk::Desk;

/// A step whose effect and undo kill the program when they are sent first.
const TWICE: &str = "# Twice\n\n## Twice\n\n```sh run\n\
    echo x >> done; test $(wc -l <done) -gt 1 || kill -9 $PPID\n```\n\n\
    ```sh check\ntest $(wc -l <done) -gt 1\n```\n\n```sh undo\n\
    echo x >> undone; test $(wc -l <undone) -gt 1 || kill -9 $PPID; rm done\n```\n\n\
    ```sh check after=undo\ntest ! -e done\n```\n";

/// The newest run, after the last try that its journal knows of was given the highest number.
fn with_the_last_number(desk: &Desk) -> String {
    let shown = desk.said("show");
    let last = shown.lines().last().expect("a run");
    let id = last.split(' ').next().expect("its id").to_owned();
    let path = format!(".runsheet/runs/{id}/journal.jsonl");
    let mut head = Entry::GENESIS.to_owned();
    let mut forged = String::new();
    let mut tries = 0;
    for line in desk.read(&path).lines() {
        let mut entry: Value = serde_json::from_str(line).expect("JSON");
        entry["prev"] = head.into();
        if entry["body"]["event"] == "intent" {
            entry["body"]["attempt"] = u32::MAX.into();
            tries += 1;
        }
        let line = entry.to_string();
        head = Entry::hash(line.as_bytes());
        forged += &format!("{line}\n");
    }
    assert_eq!(tries, 1);
    desk.file(&path, forged);
    id
}

#[test]
fn a_try_behind_the_last_number_is_sent_all_the_same() {
    let desk = Desk::local();
    desk.file("twice.md", TWICE);
    desk.call("run -i inventory.yaml twice.md").interrupted();
    let run = with_the_last_number(&desk);
    desk.call(&format!("resume -i inventory.yaml {run}"))
        .success();
    assert_eq!(desk.read("done"), "x\nx\n");
    desk.call("undo -i inventory.yaml").interrupted();
    let undo = with_the_last_number(&desk);
    desk.call(&format!("resume -i inventory.yaml {undo}"))
        .success();
    assert!(!desk.path("done").exists());
}
