//! What change management asks: who asked for it, what it means, when it was approved, and what
//! was chosen where the run was begun.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::bench::{Bench, record_of, succeeded};

/// The last record that a call named, which both verifiers must take, and what it says.
fn record(bench: &Bench, said: &str) -> (PathBuf, Value) {
    let (_, path) = said.rsplit_once("record: ").expect("a record is named");
    let folder = bench.path(path.split_once(" (").expect("and who signed it").0);
    succeeded(&bench.verify(&folder));
    let record = record_of(&folder);
    (folder, record)
}

fn deviations(record: &Value) -> Vec<&str> {
    let all = record["deviations"].as_array().expect("a list");
    let kinds = all.iter().map(|deviation| deviation["kind"].as_str());
    kinds.map(|kind| kind.expect("a word")).collect()
}

/// An RFC 3339 time so many seconds from now, and the same in seconds since 1970.
fn in_seconds(seconds: u64) -> (String, u64) {
    let then = SystemTime::now() + Duration::from_secs(seconds);
    let since = then.duration_since(UNIX_EPOCH).expect("after 1970");
    let time = jiff::Timestamp::from_second(since.as_secs() as i64).expect("soon");
    (time.to_string(), since.as_secs())
}

#[test]
fn what_runbooks_and_people_say_about_a_change_is_in_its_record() {
    let bench = Bench::new();
    let book = bench.read("greet.md").replace(
        "risk: low\n",
        "risk: low\nsummary: A file that greets.\nsecurity-impact: none\nrequester: the readers\n\
         retention: a year\non-failure: ask\n",
    );
    bench.file("greet.md", book);
    let said = succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    let (_, of_runbook) = record(&bench, &said);
    assert_eq!(of_runbook["description"], json!(["A file that greets."]));
    assert_eq!(of_runbook["security_impact"], json!(["none"]));
    assert_eq!(of_runbook["requester"], json!(["the readers"]));
    assert_eq!(of_runbook["retention"], json!(["a year"]));
    assert_eq!(of_runbook["kind"], "normal");
    assert_eq!(of_runbook["steps"][0]["backout"]["on_failure"], "ask");

    bench.file("policy.yaml", "retention: seven years\n");
    fs::remove_file(bench.path("greeting")).expect("it was written");
    let said = succeeded(&bench.runsheet(
        "run -i inventory.yaml --key alice --type standard --requester eve --policy policy.yaml \
         --on-failure stop greet.md",
    ));
    let (_, of_people) = record(&bench, &said);
    assert_eq!(of_people["kind"], "standard");
    assert_eq!(of_people["requester"], json!(["eve"]));
    assert_eq!(of_people["retention"], json!(["seven years"]));
    assert_eq!(of_people["steps"][0]["backout"]["on_failure"], "stop");
    assert_eq!(deviations(&of_people), ["on-failure"]);
    assert_eq!(of_people["result"], "successful");
}

#[test]
fn an_approval_says_for_which_plan_it_was_and_that_it_was_somebody_elses_and_before() {
    let bench = Bench::new();
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    let (until, _) = in_seconds(3600);
    let approve = format!("approve plan.txt --key bob --from 2026-01-01T00:00:00Z --until {until}");
    succeeded(&bench.runsheet(&approve));
    let said =
        succeeded(&bench.runsheet(
            "run -i inventory.yaml --key alice --allowed-signers allowed_signers greet.md",
        ));
    let (_, record) = record(&bench, &said);
    let approval = &record["approvals"][0];
    assert_eq!(approval["by"], "bob@example.org");
    assert_eq!(approval["plan_sha256"], record["plan_sha256"]);
    assert_eq!(approval["before_first_effect"], true);
    assert_eq!(approval["same_person"], false);
    assert_eq!(record["window"]["from"], "2026-01-01T00:00:00Z");
    assert_eq!(record["window"]["until"], until.as_str());
    assert_eq!(deviations(&record), [""; 0]);
}

#[test]
fn a_run_that_outlasts_its_window_deviates() {
    let bench = Bench::new();
    let (until, second) = in_seconds(6);
    let wait = format!(
        "```sh run on=local\nuntil test $(date +%s) -gt {second}; do sleep 0.1; done; echo hello > greeting\n```"
    );
    let book = bench
        .read("greet.md")
        .replace("```file run on=local path=greeting\nhello\n```", &wait);
    bench.file("greet.md", book);
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    succeeded(&bench.runsheet(&format!("approve plan.txt --key bob --until {until}")));
    let said =
        succeeded(&bench.runsheet(
            "run -i inventory.yaml --key alice --allowed-signers allowed_signers greet.md",
        ));
    let (folder, record) = record(&bench, &said);
    assert_eq!(deviations(&record), ["outside-window"]);
    assert_eq!(record["result"], "successful-with-issues");
    let report = fs::read_to_string(folder.join("report.html")).expect("a report");
    let wanted = format!("and approved until {until} only");
    assert!(report.contains(&wanted), "{report}");
}

#[test]
fn what_is_known_of_the_clock_and_of_whoever_signs_is_in_the_record() {
    let bench = Bench::new();
    let said = succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    let (_, record) = record(&bench, &said);
    let offset = record["clock"]["utc_offset"].as_str().expect("an offset");
    assert!(
        offset.len() == 6 && offset.starts_with(['+', '-']),
        "{offset}"
    );
    let key = record["implementer"]["key"].as_str().expect("a key");
    assert!(key.starts_with("SHA256:"), "{key}");
}

#[test]
fn whoever_takes_a_run_up_again_is_on_record_with_their_program() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    let said = succeeded(&bench.runsheet("resume -i inventory.yaml --key alice"));
    let (folder, record) = record(&bench, &said);
    let again = &record["resumed"][0];
    assert_eq!(again["user"], record["implementer"]["user"]);
    assert_eq!(again["key"], record["implementer"]["key"]);
    assert_eq!(again["program_sha256"].as_str().map(str::len), Some(64));
    let file = fs::read(folder.join("environment.resumed-1.json")).expect("it is sealed");
    let file: Value = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(file["started_at"], again["at"]);
    assert!(file["operator"]["uid"].is_u64(), "{file}");
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).expect("sums");
    assert!(sums.contains("  environment.resumed-1.json\n"), "{sums}");
}

#[test]
fn an_emergency_is_approved_afterwards_and_lists_tell_whether_it_was() {
    let bench = Bench::new();
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    let said = succeeded(
        &bench.runsheet("run -i inventory.yaml --key alice --emergency --ticket CHG1 greet.md"),
    );
    let told = "emergency: approval due since ";
    assert!(said.contains(told), "who ran it reads it there: {said}");
    let (folder, due) = record(&bench, said.split("\nemergency").next().expect("a line"));
    assert_eq!(
        due["retrospective"]["due"],
        due["window"]["began_on_the_clock"]
    );
    assert_eq!(due["retrospective"]["by"], Value::Null);
    let since = due["retrospective"]["due"].as_str().expect("a time");
    let said = succeeded(&bench.verify(&folder));
    assert!(
        said.contains(&format!("approved   by nobody: due since {since}")),
        "{said}"
    );
    let said = succeeded(&bench.runsheet("show"));
    assert!(
        said.contains(&format!("emergency: approval due since {since}")),
        "{said}"
    );

    // Neither who did it, nor what is for another ticket, counts.
    succeeded(&bench.runsheet("approve plan.txt --key alice"));
    succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG2"));
    let said = succeeded(&bench.runsheet("show"));
    assert!(said.contains("approval due since"), "{said}");

    let said = succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG1"));
    assert!(said.contains("afterwards: the emergency "), "{said}");
    let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    assert!(
        said.contains("emergency: approved afterwards by SHA256:"),
        "{said}"
    );
    let (folder, approved) = record(&bench, said.split("\nemergency").next().expect("a line"));
    assert_eq!(approved["retrospective"]["due"], since);
    let by = approved["retrospective"]["by"].as_str().expect("a key");
    let said = succeeded(&bench.verify(&folder));
    let wanted = format!("approved   afterwards by bob@example.org ({by}) at ");
    assert!(said.contains(&wanted), "{said}");

    let list = "population --from 2020-01-01 --to 2100-01-01 --unsigned";
    let list = succeeded(&bench.runsheet(list));
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["runs"][0]["kind"], "emergency");
    assert_eq!(list["runs"][0]["retrospective"]["by"], by);
    let said = succeeded(&bench.runsheet("show"));
    assert!(
        said.contains(&format!("emergency: approved afterwards by {by} at ")),
        "{said}"
    );
}

#[test]
fn whoever_seals_an_emergency_is_not_the_one_who_approves_it() {
    let bench = Bench::new();
    let said = succeeded(&bench.runsheet("run -i inventory.yaml --emergency greet.md"));
    let id = said
        .rsplit('/')
        .next()
        .expect("its folder")
        .trim()
        .to_owned();
    let plan = format!(".runsheet/runs/{id}/plan.txt");
    succeeded(&bench.runsheet(&format!("approve {plan} --key alice")));
    let said = succeeded(&bench.runsheet(&format!("seal -i inventory.yaml {id} --key alice")));
    assert!(said.contains("emergency: approval due since "), "{said}");
    let (folder, own) = record(&bench, said.split("\nemergency").next().expect("a line"));
    assert_eq!(own["retrospective"]["by"], Value::Null);
    let said = succeeded(&bench.verify(&folder));
    assert!(
        said.contains("  approved   by nobody: due since "),
        "{said}"
    );
    // Somebody else's key makes the same approval count.
    let public = bench.read("bob.pub");
    let bob = format!("bob@example.org namespaces=\"runsheet-record@v1\" {public}");
    bench.file("allowed_signers", bench.read("allowed_signers") + &bob);
    let said = succeeded(&bench.runsheet(&format!("seal -i inventory.yaml {id} --key bob")));
    let (folder, others) = record(&bench, said.split("\nemergency").next().expect("a line"));
    assert!(others["retrospective"]["by"].is_string(), "{others}");
    let said = succeeded(&bench.verify(&folder));
    assert!(said.contains("  approved   afterwards by "), "{said}");
}

#[test]
fn what_was_approved_before_an_emergency_was_not_approved_afterwards() {
    let bench = Bench::new();
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    let approve = |words: &str| {
        succeeded(&bench.runsheet(&format!("approve plan.txt --key bob {words}")));
    };
    let seal = || {
        let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
        let (folder, sealed) = record(&bench, said.split("\nemergency").next().expect("a line"));
        (
            succeeded(&bench.verify(&folder)),
            sealed["retrospective"].clone(),
        )
    };
    // It had a day, and the emergency came within it; nobody looked for it.
    approve(&format!("--until {}", in_seconds(86_400).0));
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice --emergency greet.md"));
    // It says of itself that it does not count yet.
    approve("--from 2100-01-01T00:00:00Z");
    let (said, part) = seal();
    assert!(said.contains("approved   by nobody: due since "), "{said}");
    assert_eq!(part["by"], Value::Null);
    assert_eq!(part["plans"][0]["by"], Value::Null);

    approve(&format!("--until {}", in_seconds(86_400).0));
    let (said, part) = seal();
    assert!(said.contains("approved   afterwards by bob@"), "{said}");
    let (given, due) = (part["at"].as_str(), part["due"].as_str());
    assert!(given > due, "{part}");
}

#[test]
fn whoever_took_an_emergency_up_again_is_not_the_one_who_approves_it() {
    let bench = Bench::new();
    let public = bench.read("bob.pub");
    let bob = format!("bob@example.org namespaces=\"runsheet-record@v1\" {public}");
    bench.file("allowed_signers", bench.read("allowed_signers") + &bob);
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice --emergency greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    succeeded(&bench.runsheet("resume -i inventory.yaml --key bob"));

    // Both of them ran it, whoever seals it.
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    for key in ["alice", "bob"] {
        let said = succeeded(&bench.runsheet(&format!("seal -i inventory.yaml --key {key}")));
        assert!(said.contains("emergency: approval due since "), "{said}");
        let (folder, own) = record(&bench, said.split("\nemergency").next().expect("a line"));
        assert_eq!(own["retrospective"]["by"], Value::Null);
        let said = succeeded(&bench.verify(&folder));
        assert!(said.contains("approved   by nobody: due since "), "{said}");
    }
    let said = succeeded(&bench.runsheet("show"));
    assert!(said.contains("emergency: approval due since "), "{said}");
}

#[test]
fn an_emergency_is_approved_once_every_plan_that_it_had_is() {
    let bench = Bench::new();
    let plan = |name: &str| {
        let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
        bench.file(name, plan);
    };
    plan("first.txt");
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice --emergency greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    let edited = bench
        .read("greet.md")
        .replace("sh check", "sh check timeout=9s");
    bench.file("greet.md", edited);
    plan("second.txt");
    let said = succeeded(&bench.runsheet("resume -i inventory.yaml --key alice --accept-edit"));
    let (_, due) = record(&bench, &said);
    let plans = due["retrospective"]["plans"].clone();
    for (number, name) in ["first.txt", "second.txt"].iter().enumerate() {
        let digest = runsheet::plan::sha256(bench.read(name).as_bytes());
        assert_eq!(plans[number]["plan_sha256"], digest);
        assert_eq!(plans[number]["by"], Value::Null);
    }
    let second = plans[1]["plan_sha256"].as_str().expect("a digest");

    // The plan that it began with is not all that it did.
    let said = succeeded(&bench.runsheet("approve first.txt --key bob"));
    assert!(said.contains(" in part: approval due since "), "{said}");
    let said = succeeded(&bench.runsheet("show"));
    let wanted = format!("for the plan {second}");
    assert!(said.contains(&wanted), "{said}");
    let seal = |bench: &Bench| {
        let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
        record(bench, said.split("\nemergency").next().expect("a line"))
    };
    let (folder, part) = seal(&bench);
    assert_eq!(part["retrospective"]["by"], Value::Null);
    assert!(part["retrospective"]["plans"][0]["by"].is_string());
    let said = succeeded(&bench.verify(&folder));
    let wanted = format!("approved   by nobody, for the plan {second}: due since ");
    assert!(
        said.contains("approved   afterwards by bob@example.org"),
        "{said}"
    );
    assert!(said.contains(&wanted), "{said}");

    // It lies in the run's folder.
    let runs = fs::read_dir(bench.path(".runsheet/runs")).expect("runs");
    let run = runs.map(|run| run.expect("an entry").path()).max();
    let kept = run.expect("a run").join("runbooks/resumed-1/plan.txt");
    let said = succeeded(&bench.runsheet(&format!("approve {} --key bob", kept.display())));
    assert!(said.contains("afterwards: the emergency "), "{said}");
    let (folder, approved) = seal(&bench);
    assert!(approved["retrospective"]["by"].is_string());
    let said = succeeded(&bench.verify(&folder));
    assert!(!said.contains("by nobody"), "{said}");
}

#[test]
fn the_record_has_the_steps_that_an_accepted_edit_added_and_took_out() {
    let bench = Bench::new();
    let step = |name: &str, run: &str| {
        format!(
            "\n## Make {name}\n\n```sh {run} on=local\ntouch {name}\n```\n\n\
             ```sh check on=local within=9s\ntest -e {name}\n```\n\n\
             ```sh undo on=local\nrm {name}\n```\n"
        )
    };
    let book = bench.read("greet.md");
    bench.file("greet.md", format!("{book}{}", step("old", "run approve")));
    let stopped = bench.runsheet("run -i inventory.yaml --key alice greet.md");
    assert_eq!(stopped.status.code(), Some(3), "{stopped:?}");
    bench.file("greet.md", format!("{book}{}", step("new", "run")));
    let said = succeeded(&bench.runsheet("resume -i inventory.yaml --key alice --accept-edit"));
    let (folder, record) = record(&bench, &said);
    let steps = record["steps"].as_array().expect("a list");
    let told: Vec<(&str, &Value, &Value)> = steps
        .iter()
        .map(|step| {
            let title = step["title"].as_str().expect("a title");
            (title, &step["verdict"], &step["checks"][0]["within_s"])
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Write it", &json!("passed"), &Value::Null),
            ("Make old", &json!(null), &json!(9)),
            ("Make new", &json!("passed"), &json!(9)),
        ]
    );
    // What was resumed, the text, a step less and a step more.
    let edited = deviations(&record);
    let edited = edited.iter().filter(|kind| **kind == "edited");
    assert_eq!(edited.count(), 3, "{}", record["deviations"]);
    let junit = fs::read_to_string(folder.join("junit.xml")).expect("a report");
    assert!(
        junit.contains("message=\"taken out by an edit that was accepted\""),
        "{junit}"
    );
}

#[test]
fn whoever_goes_on_is_told_the_policy_and_the_key_again() {
    let bench = Bench::new();
    bench.file("policy.yaml", "retention: a year\n");
    let book = bench.read("greet.md");
    bench.file(
        "greet.md",
        book.replace("path=greeting", "path=greeting approve"),
    );
    let run = bench.runsheet("run -i inventory.yaml --policy policy.yaml --key alice greet.md");
    assert_eq!(run.status.code(), Some(3), "{run:?}");
    let shown = String::from_utf8_lossy(&run.stdout).into_owned();
    let call = shown
        .lines()
        .find_map(|line| line.strip_prefix("go on: runsheet "));
    let call = call.expect("how to go on");
    let end = " -i inventory.yaml --policy policy.yaml --key alice";
    assert!(call.ends_with(end), "{shown}");
    // It goes on as it stands, and needs the same yes.
    let again = bench.runsheet(call);
    assert_eq!(again.status.code(), Some(3), "{again:?}");
    let shown = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(shown.contains("Going on with run"), "{shown}");
    assert!(
        shown.contains(&format!("go on: runsheet {call}\n")),
        "{shown}"
    );
}
