//! A clock that is set back: what its times say is not what was, and that is said.

use std::fs;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::bench::{Bench, record_of, succeeded};

/// The newest run's folder.
fn newest(bench: &Bench) -> PathBuf {
    let runs = fs::read_dir(bench.path(".runsheet/runs")).expect("runs");
    let runs = runs.map(|run| run.expect("an entry").path());
    runs.max().expect("a run")
}

fn shifted(time: &Value, by: SignedDuration) -> Value {
    let time: Timestamp = time.as_str().expect("a time").parse().expect("a time");
    (time + by).to_string().into()
}

/// Makes of the newest run's journal, and of what its environment says, one that the clock was off
/// by so much for.
fn shift(bench: &Bench, by: SignedDuration) {
    let folder = newest(bench);
    let journal = fs::read_to_string(folder.join("journal.jsonl")).expect("a journal");
    let (whole, torn) = journal.rsplit_once('\n').expect("a line");
    let mut prev = "0".repeat(64);
    let mut out = String::new();
    for line in whole.lines() {
        let mut entry: Value = serde_json::from_str(line).expect("JSON");
        entry["at"] = shifted(&entry["at"], by);
        entry["prev"] = prev.into();
        let line = entry.to_string();
        prev = runsheet::plan::sha256(line.as_bytes());
        out += &line;
        out += "\n";
    }
    fs::write(folder.join("journal.jsonl"), out + torn).expect("written");
    let path = folder.join("environment.json");
    let text = fs::read_to_string(&path).expect("an environment");
    let mut environment: Value = serde_json::from_str(&text).expect("JSON");
    environment["started_at"] = shifted(&environment["started_at"], by);
    fs::write(path, environment.to_string()).expect("written");
}

#[test]
fn a_clock_that_was_set_back_during_a_run_is_a_deviation() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    // It began at a time that is two hours from now.
    shift(&bench, SignedDuration::from_hours(2));
    let said = succeeded(&bench.runsheet("resume -i inventory.yaml --key alice"));
    let folder = bench.named(&said);
    let said = succeeded(&bench.verify(&folder));
    assert!(
        said.contains("  deviation  the clock was set back: from "),
        "{said}"
    );
    let record = record_of(&folder);
    let all = record["deviations"].as_array().expect("a list");
    let back: Vec<&Value> = all
        .iter()
        .filter(|deviation| deviation["kind"] == "clock-set-back")
        .collect();
    assert_eq!(back.len(), 1, "{}", record["deviations"]);
    assert_eq!(back[0]["entry"], record["resumed"][0]["entry"]);
    assert_eq!(record["result"], "successful-with-issues");
    let report = fs::read_to_string(folder.join("report.html")).expect("a report");
    assert!(report.contains("the clock was set back: from "), "{report}");
}

#[test]
fn a_run_whose_clock_was_set_back_is_in_every_list() {
    let bench = Bench::new();
    let list = |from: i64, to: i64| -> Value {
        let day = |days: i64| {
            let day = Timestamp::now() + SignedDuration::from_hours(24 * days);
            day.to_string()[..10].to_owned()
        };
        let words = format!(
            "population --from {} --to {} --unsigned",
            day(from),
            day(to)
        );
        let output = bench.runsheet(&words);
        let list: Value = serde_json::from_str(&succeeded(&output)).expect("JSON");
        let warned = String::from_utf8_lossy(&output.stderr).contains("the clock was set back");
        assert_eq!(warned, list["clock_set_back"] != json!([]), "{output:?}");
        list
    };
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    let before = list(-1, 1);
    assert_eq!(before["clock_set_back"], json!([]));
    let id = before["runs"][1]["id"].clone();
    shift(&bench, SignedDuration::from_hours(-24 * 30));
    for (from, to) in [(-1, 1), (-31, -29)] {
        let list = list(from, to);
        assert_eq!(list["clock_set_back"], json!([id]));
        let runs = list["runs"].as_array().expect("a list");
        assert!(runs.iter().any(|run| run["id"] == id), "{list}");
    }
    // It is no gap, and the run that it came after is still there.
    assert_eq!(list(-1, 1)["missing"], json!([]));
    assert_eq!(list(-1, 1)["runs"].as_array().map(Vec::len), Some(2));
}
