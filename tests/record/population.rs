//! The list of all runs, from which an auditor draws samples.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::bench::{Bench, refused, succeeded};

const LIST: &str = "population --from 2020-01-01 --to 2100-01-01 --key alice -o list.json";

#[test]
fn the_list_has_every_run_and_is_signed() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml --ticket CHG7 greet.md"));
    let good = bench.read("greet.md");
    bench.file(
        "greet.md",
        good.replace("```expect\nhello", "```expect\nhallo"),
    );
    succeeded(&bench.runsheet("undo -i inventory.yaml"));
    assert_eq!(
        bench
            .runsheet("run -i inventory.yaml greet.md")
            .status
            .code(),
        Some(1)
    );
    assert_eq!(succeeded(&bench.runsheet(LIST)), "3 runs in list.json\n");

    let list: Value = serde_json::from_str(&bench.read("list.json")).expect("JSON");
    let column = |name: &str| -> Vec<&str> {
        let runs = list["runs"].as_array().expect("a list");
        runs.iter()
            .map(|run| run[name].as_str().unwrap_or("-"))
            .collect()
    };
    assert_eq!(column("purpose"), ["run", "undo", "run"]);
    assert_eq!(
        column("result"),
        ["successful", "successful", "rolled-back"]
    );
    assert_eq!(column("ticket"), ["CHG7", "CHG7", "-"]);

    let anybody = bench.read("alice.pub");
    bench.file("anybody", format!("alice@example.org {anybody}"));
    let checked = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f", "anybody", "-I", "alice@example.org"])
        .args(["-n", "runsheet-population@v1", "-s", "list.json.sig"])
        .current_dir(bench.path(""))
        .stdin(fs::File::open(bench.path("list.json")).expect("the list"))
        .output()
        .expect("ssh-keygen is there");
    succeeded(&checked);
}

#[test]
fn a_run_that_was_deleted_or_rewritten_leaves_a_gap() {
    let bench = Bench::new();
    let run = |number: usize| {
        succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
        let mut runs: Vec<_> = fs::read_dir(bench.path(".runsheet/runs"))
            .expect("runs")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert_eq!(runs.len(), number);
        runs.sort();
        runs.pop().expect("a run")
    };
    let first = run(1);
    let second = run(2);
    run(3);
    succeeded(&bench.runsheet(LIST));

    let name = |path: &std::path::Path| path.file_name().expect("a name").display().to_string();
    fs::remove_dir_all(&second).expect("removed");
    let said = refused(&bench.runsheet(LIST), 4);
    assert!(
        said.contains(&format!("`{}` was there", name(&second))),
        "{said}"
    );

    let journal = first.join("journal.jsonl");
    let text = fs::read_to_string(&journal).expect("a journal");
    fs::write(&journal, text.replace("done", "dune")).expect("written");
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    refused(&bench.runsheet(LIST), 4);
    let list = bench.read("list.json");
    assert!(list.contains("\"result\": \"damaged\""), "{list}");
}

#[test]
fn a_list_without_a_signature_has_to_be_asked_for() {
    let bench = Bench::new();
    let said = refused(
        &bench.runsheet("population --from 2020-01-01 --to 2020-01-02 -o x"),
        2,
    );
    assert!(
        said.contains("the list needs a key to be signed with"),
        "{said}"
    );
    let words = "population --from 2020-01-01 --to 2020-01-02 --unsigned";
    let list: Value = serde_json::from_str(&succeeded(&bench.runsheet(words))).expect("JSON");
    assert_eq!(list["runs"], Value::Array(vec![]));
}

#[test]
fn runs_that_can_not_be_listed_are_not_none() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    // A link to itself can't be read by anybody, whatever their rights.
    fs::rename(bench.path(".runsheet/runs"), bench.path("runs")).expect("moved");
    std::os::unix::fs::symlink("runs", bench.path(".runsheet/runs")).expect("a link");
    for words in [
        LIST,
        "show",
        "seal -i inventory.yaml --unsigned",
        "resume -i inventory.yaml",
        "undo -i inventory.yaml",
        "report",
    ] {
        let said = refused(&bench.runsheet(words), 3);
        assert!(
            said.contains("error: failed to list .runsheet/runs: "),
            "{words}: {said}"
        );
    }
    assert!(!bench.path("list.json").exists());
}

#[test]
fn a_list_replaces_an_older_one_as_a_whole() {
    let bench = Bench::new();
    bench.file("list.json", "old");
    succeeded(&bench.runsheet(LIST));
    for name in ["list.json.new", "list.json.sig.new"] {
        assert!(!bench.path(name).exists(), "{name}");
    }
    assert!(bench.read("list.json").starts_with('{'));
    // Where it can't be written whole, the old one stays.
    fs::create_dir(bench.path("list.json.new")).expect("a folder in its way");
    let before = bench.read("list.json");
    refused(&bench.runsheet(LIST), 1);
    assert_eq!(bench.read("list.json"), before);
}
