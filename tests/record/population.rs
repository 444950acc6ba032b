//! The list of all runs, from which an auditor draws samples.

use std::fs;
use std::path::PathBuf;
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

/// Both look for the run before them when neither has begun. The environment of the second is
/// made to say what it would have then: how soon two processes begin is nobody's to say.
#[test]
fn of_two_runs_that_began_at_once_neither_can_be_deleted() {
    let bench = Bench::new();
    for _ in 0..3 {
        succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    }
    let mut all: Vec<PathBuf> = fs::read_dir(bench.path(".runsheet/runs"))
        .expect("runs")
        .map(|run| run.expect("an entry").path())
        .collect();
    all.sort();
    let environment = |run: usize| -> Value {
        let text = fs::read_to_string(all[run].join("environment.json")).expect("there");
        serde_json::from_str(&text).expect("JSON")
    };
    let mut third = environment(2);
    third["after"] = environment(1)["after"].clone();
    fs::write(all[2].join("environment.json"), third.to_string()).expect("written");
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    succeeded(&bench.runsheet(LIST));
    let aside = bench.path("aside");
    for run in &all {
        let name = run.file_name().expect("a name").display().to_string();
        fs::rename(run, &aside).expect("moved");
        let said = refused(&bench.runsheet(LIST), 4);
        assert!(said.contains(&format!("`{name}` was there when")), "{said}");
        fs::rename(&aside, run).expect("moved back");
    }
    // A program that noted one run wrote no list.
    third["after"] = third["after"][0].clone();
    assert!(third["after"]["run"].is_string(), "{third}");
    third["format"] = "1.2".into();
    fs::write(all[2].join("environment.json"), third.to_string()).expect("written");
    succeeded(&bench.runsheet(LIST));
}

/// The newest run's file of this name.
fn newest(bench: &Bench, name: &str) -> PathBuf {
    let runs = fs::read_dir(bench.path(".runsheet/runs")).expect("runs");
    let last = runs.map(|run| run.expect("an entry").path()).max();
    last.expect("a run").join(name)
}

/// Says in the newest run's environment that it began long ago.
fn backdate(bench: &Bench) {
    let path = newest(bench, "environment.json");
    let text = fs::read_to_string(&path).expect("an environment");
    let mut stated: Value = serde_json::from_str(&text).expect("JSON");
    stated["started_at"] = "2019-12-31T23:00:00Z".into();
    fs::write(&path, stated.to_string()).expect("written");
}

fn runs(bench: &Bench) -> Vec<Value> {
    let list: Value = serde_json::from_str(&bench.read("list.json")).expect("JSON");
    list["runs"].as_array().expect("a list").clone()
}

#[test]
fn when_a_run_began_its_journal_says_and_who_says_otherwise_is_found_out() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    backdate(&bench);
    let said = refused(&bench.runsheet(LIST), 4);
    let journal = fs::read_to_string(newest(&bench, "journal.jsonl")).expect("a journal");
    let first: Value = serde_json::from_str(journal.lines().next().expect("a line")).expect("JSON");
    let began = first["at"].as_str().expect("a time");
    let why = format!(
        "`environment.json` says that it began at 2019-12-31T23:00:00Z, its journal at {began}"
    );
    assert!(said.ends_with(&format!(" is not known: {why}\n")), "{said}");
    let [run] = &runs(&bench)[..] else {
        panic!("one run")
    };
    assert_eq!(run["result"], "damaged");
    assert_eq!(run["summary"], why);
    assert_eq!(run["began"], began);
}

#[test]
fn a_run_without_its_environment_is_damaged_for_that_names_the_run_before() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    for text in [None, Some("{}")] {
        let path = newest(&bench, "environment.json");
        match text {
            None => fs::remove_file(path).expect("removed"),
            Some(text) => fs::write(path, text).expect("written"),
        }
        let said = refused(&bench.runsheet(LIST), 4);
        assert!(
            said.ends_with(
                " is not known: its `environment.json`, which says who began it and after which \
                 run, can't be read\n"
            ),
            "{said}"
        );
    }
}

#[test]
fn a_damaged_run_is_in_every_list() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    let long_ago = LIST.replace("2100-01-01", "2020-01-02");
    succeeded(&bench.runsheet(&long_ago));
    assert_eq!(runs(&bench).len(), 0);
    // When it began stands in the damaged journal.
    let path = newest(&bench, "journal.jsonl");
    let journal = fs::read_to_string(&path).expect("a journal");
    fs::write(&path, journal.replacen("Write it", "Wrote it", 1)).expect("written");
    refused(&bench.runsheet(&long_ago), 4);
    assert_eq!(runs(&bench)[0]["result"], "damaged");
}

#[test]
fn when_a_lab_run_began_the_next_run_knows() {
    let bench = Bench::new();
    for _ in 0..2 {
        succeeded(&bench.runsheet("run greet.md"));
    }
    let began = newest(&bench, "environment.json");
    let kept = fs::read_to_string(&began).expect("an environment");
    succeeded(&bench.runsheet("run greet.md"));
    succeeded(&bench.runsheet(LIST));
    assert_eq!(runs(&bench).len(), 3);

    let mut stated: Value = serde_json::from_str(&kept).expect("JSON");
    stated["started_at"] = "2019-12-31T23:00:00Z".into();
    fs::write(&began, stated.to_string()).expect("written");
    assert_eq!(
        refused(&bench.runsheet(LIST), 4),
        "warning: by its own time run `lab-1-0002` began before one that was there already: the clock \
         was set back, and it need not be of the period that it seems to be of\n\
         error: `lab-1-0002` was there when a later run began, and not any more, or not the same\n"
    );
    fs::write(&began, kept).expect("written");
    succeeded(&bench.runsheet(LIST));
}

/// What is done with a copy would be done with the run's devices, and the run not know of it.
#[test]
fn a_copy_of_a_runs_folder_is_no_run() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    let run = newest(&bench, "");
    let id = run.file_name().expect("a name").to_str().expect("UTF-8");
    let copied = Command::new("cp")
        .args(["-a", id, &format!("{id}.bak")])
        .current_dir(bench.path(".runsheet/runs"))
        .output()
        .expect("cp is there");
    succeeded(&copied);
    let why = format!("is that of the run `{id}`: its folder is a copy, or was renamed");
    for (words, code) in [
        (format!("show {id}.bak"), 2),
        (format!("report {id}.bak"), 2),
        (format!("resume -i inventory.yaml {id}.bak"), 2),
        (format!("seal -i inventory.yaml {id}.bak --key alice"), 2),
        (format!("undo -i inventory.yaml {id}.bak"), 2),
        (LIST.to_owned(), 4),
    ] {
        let said = refused(&bench.runsheet(&words), code);
        assert!(said.contains(&why), "{words}: {said}");
    }
    assert!(bench.path("greeting").exists(), "nothing was taken back");
    let said = succeeded(&bench.runsheet("show"));
    let wanted = format!("{id}.bak  (its journal is that of {id})\n");
    assert!(said.contains(&wanted), "{said}");
    let list = runs(&bench);
    assert_eq!(list.len(), 2);
    assert_eq!(list[1]["result"], "damaged");
    succeeded(&bench.runsheet("undo -i inventory.yaml"));
    assert!(!bench.path("greeting").exists());
    let said = refused(&bench.runsheet("undo -i inventory.yaml"), 3);
    assert!(
        said.contains(&format!("{id}.bak, the newest run, is damaged")),
        "{said}"
    );

    // Whoever takes it away has deleted no run.
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    let copy = bench.path(&format!(".runsheet/runs/{id}.bak"));
    fs::remove_dir_all(copy).expect("removed");
    succeeded(&bench.runsheet(LIST));
}

#[test]
fn a_slip_in_the_name_of_the_state_is_no_list_on_which_nothing_ran() {
    let bench = Bench::new();
    fs::create_dir(bench.path("empty")).expect("a folder");
    for (state, why) in [
        ("elsewhere", "there is no such folder"),
        ("greet.md", "it is no folder"),
        ("empty", "it holds nothing that runsheet keeps"),
    ] {
        for words in [
            format!("--state {state} {LIST}"),
            format!("{LIST} --state {state}"),
        ] {
            assert_eq!(
                refused(&bench.runsheet(&words), 3),
                format!(
                    "error: failed to list the runs in {state}: {why}\n\
                     help: name the folder that the runs are kept in with --state\n"
                )
            );
        }
    }
    for name in ["list.json", "list.json.sig", "elsewhere"] {
        assert!(!bench.path(name).exists(), "{name}");
    }
    // Where nobody named it, nothing ran yet, or not here: the list says where it was made.
    let output = bench.runsheet(LIST);
    assert_eq!(succeeded(&output), "0 runs in list.json\n");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "warning: there is no .runsheet in this folder: nothing ran here, or the runs are \
         elsewhere\nhelp: name the folder that they are kept in with --state\n"
    );
    let list: Value = serde_json::from_str(&bench.read("list.json")).expect("JSON");
    let here = bench.path("").canonicalize().expect("a folder");
    let here = here.to_str().expect("UTF-8");
    assert_eq!(list["state"], format!("{here}/.runsheet"));
    assert_eq!(list["state_found"], false);
    succeeded(&bench.runsheet("--state elsewhere run -i inventory.yaml greet.md"));
    succeeded(&bench.runsheet(&format!("--state elsewhere {LIST}")));
    let list: Value = serde_json::from_str(&bench.read("list.json")).expect("JSON");
    assert_eq!(list["state"], format!("{here}/elsewhere"));
    assert_eq!(list["state_found"], true);
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

#[test]
fn it_is_printed_without_a_file_unless_a_signature_would_lie_beside_it() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    let days = "population --from 2020-01-01 --to 2100-01-01";
    let printed = succeeded(&bench.runsheet(&format!("{days} --unsigned")));
    let list: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(list["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        refused(&bench.runsheet(days), 2),
        "error: the list needs a key to be signed with\n\
         help: name one with --key FILE, or say --unsigned\n"
    );
    assert_eq!(
        refused(&bench.runsheet(&format!("{days} --key alice")), 2),
        "error: a signed list needs a file, which its signature lies beside\n\
         help: name one with --output FILE; with --unsigned the list is printed\n"
    );
    let told = refused(
        &bench.runsheet("population --from yesterday --to 2100-01-01"),
        2,
    );
    assert!(
        told.contains("write year, month and day, like 2026-12-01"),
        "{told}"
    );
}
