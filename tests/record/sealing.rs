//! From a run to a record that a stranger can verify.

use std::fs;
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bench::{Bench, record_of, refused, succeeded};

#[test]
fn a_run_with_a_key_leaves_a_record_that_everybody_can_verify() {
    let bench = Bench::new();
    let record = bench.sealed();
    assert!(bench.stock_tools(&record));

    let mut names: Vec<_> = fs::read_dir(&record)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "SHA256SUMS",
            "SHA256SUMS.sig",
            "VERIFY.txt",
            "casts",
            "environment.json",
            "journal.jsonl",
            "junit.xml",
            "plan.txt",
            "player.html",
            "record.json",
            "report.html",
            "report.md",
            "runbooks"
        ]
    );
    assert_eq!(
        fs::read_to_string(record.join("runbooks/greet.md")).expect("the runbook is there"),
        bench.read("greet.md")
    );

    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("sealed by  alice@example.org (SHA256:"),
        "{said}"
    );
    assert!(
        said.contains("result     successful: 1 step: 1 passed"),
        "{said}"
    );
}

#[test]
fn the_record_names_the_file_of_the_program_that_ran() {
    let bench = Bench::new();
    let record = bench.sealed();
    let environment = fs::read(record.join("environment.json")).expect("it is there");
    let environment: Value = serde_json::from_slice(&environment).expect("JSON");
    let program = fs::read(env!("CARGO_BIN_EXE_runsheet")).expect("the program");
    let hash = Sha256::digest(program);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(environment["program"]["sha256"], hash);
}

#[test]
fn the_commands_in_verify_txt_work_as_they_stand() {
    let bench = Bench::new();
    let record = bench.sealed();
    let beside = record.parent().expect("a folder").join("allowed_signers");
    fs::copy(bench.path("allowed_signers"), beside).expect("it is copied");
    let text = fs::read_to_string(record.join("VERIFY.txt")).expect("it is there");
    let commands: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.contains(" namespaces="))
        // The last needs a token of an authority: `timestamp.rs` runs it.
        .filter(|line| !line.starts_with("openssl ts "))
        .collect();
    assert_eq!(commands.len(), 5, "{commands:?}");
    let script = commands.join("\n").replace("/tmp/here", "../here");
    let output = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(&record)
        .output()
        .expect("a shell");
    let said = succeeded(&output);
    assert!(said.contains("Good \"runsheet-record@v1\" signature for alice@example.org"));
    assert!(said.contains("journal.jsonl: OK"), "{said}");
    assert!(
        said.contains("alice@example.org\n"),
        "find-principals: {said}"
    );
}

#[test]
fn the_change_record_says_what_an_auditor_asks() {
    let bench = Bench::new();
    let folder = bench.sealed();
    let record = record_of(&folder);
    assert_eq!(record["reason"][0], "people like it");
    assert_eq!(record["risk"], "low");
    assert_eq!(record["result"], "successful");
    assert_eq!(record["deviations"], Value::Array(vec![]));
    assert_eq!(
        record["implementer"]["authenticated_by"],
        "operating-system account"
    );
    let step = &record["steps"][0];
    assert_eq!(step["verdict"], "passed");
    assert_eq!(step["checks"].as_array().map(Vec::len), Some(1));
    assert_eq!(step["checks"][0]["on"], "local");
    assert_eq!(step["checks"][0]["lang"], "sh");
    assert_eq!(step["backout"]["how"], "`undo` in the plan");
    assert_eq!(step["backout"]["on_failure"], "undo");
    assert_eq!(step["backout"]["undo"][0]["fence"], 2);
    assert!(step["began"].as_str() < step["ended"].as_str(), "{step}");
    assert_eq!(step["before"][0]["holds"], false);
    assert_eq!(step["after"][0]["holds"], true);
    let effect = &step["effects"][0];
    assert_eq!(effect["outcome"], "ok");
    assert!(effect["at"].as_str() < effect["ended"].as_str(), "{effect}");
    // Each piece of evidence by the hash of the journal's line, which is what `prev` of the next says.
    let journal = fs::read_to_string(folder.join("journal.jsonl")).expect("a journal");
    let entry = effect["entry"].as_u64().expect("a number") as usize;
    let line = journal.lines().nth(entry - 1).expect("the intent");
    let hash = Sha256::digest(line);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(effect["sha256"], hash);
}

#[test]
fn a_failed_run_is_sealed_as_what_it_was() {
    let bench = Bench::new();
    let wrong = bench
        .read("greet.md")
        .replace("```expect\nhello", "```expect\nhallo");
    bench.file("greet.md", wrong);
    let output = bench.runsheet("run -i inventory.yaml --key alice greet.md");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let records = bench.path(".runsheet/records");
    let record = fs::read_dir(records)
        .expect("a record")
        .next()
        .expect("one")
        .expect("an entry")
        .path();
    assert!(bench.stock_tools(&record));
    succeeded(&bench.verify(&record));
    let record = record_of(&record);
    assert_eq!(record["result"], "rolled-back");
    let kinds: Vec<_> = record["deviations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|deviation| deviation["kind"].as_str().expect("a word"))
        .collect();
    assert_eq!(kinds, ["not-done", "backed-out", "backed-out"]);
}

/// The record of a run that fails.
fn failed(bench: &Bench) -> Value {
    let run = bench.runsheet("run -i inventory.yaml --key alice greet.md");
    assert_eq!(run.status.code(), Some(1));
    let folder = bench.named(&String::from_utf8_lossy(&run.stdout));
    succeeded(&bench.verify(&folder));
    record_of(&folder)
}

#[test]
fn a_run_that_failed_before_any_step_deviates_and_says_why() {
    let bench = Bench::new();
    bench.file("base.md", bench.read("greet.md"));
    let text = bench.read("greet.md").replace("risk: low", "needs: [base]");
    bench.file("greet.md", text);
    let record = failed(&bench);
    let why = "`base` must be done first; --needs does that. `base#write-it` does not hold now: exit \
               status 1 instead of 0: cat: greeting: No such file or directory";
    assert_eq!(record["result"], "failed");
    assert_eq!(record["deviations"][0]["kind"], "not-done");
    assert_eq!(record["deviations"][0]["what"], why);
    assert_eq!(record["summary"], why);
}

#[test]
fn an_effect_that_was_not_sent_is_on_record_as_that_and_its_step_is_not_taken_back() {
    let bench = Bench::new();
    let nobody = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = nobody.local_addr().expect("its address").port();
    drop(nobody);
    bench.file(
        "inventory.yaml",
        format!(
            "targets:\n  local: {{driver: local}}\n  api: {{driver: http, address: \"127.0.0.1:{port}\", \
             tls: false}}\n"
        ),
    );
    let more = "\n## Tell them {#tell}\n\n```http run on=api\nPOST /greetings\n\n{}\n```\n\n\
        ```sh check on=local\ntest -e told\n```\n\n```sh undo on=local\nrm told\n```\n";
    bench.file("greet.md", bench.read("greet.md") + more);
    let record = failed(&bench);
    assert_eq!(record["result"], "rolled-back", "all that was sent");
    let tell = record["steps"].as_array().expect("steps").last();
    let tell = tell.expect("the one that failed");
    assert_eq!(tell["effects"][0]["sent"], false, "{tell:#}");
    assert_eq!(tell["verdict"], "failed");
}

#[test]
fn a_run_that_was_killed_is_incomplete_and_its_torn_line_is_kept() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    bench.cut_journal("\"event\":\"run-ended\"");

    let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    let (path, _) = said["record: ".len()..].split_once(" (").expect("a record");
    let record = bench.path(path);
    assert!(bench.stock_tools(&record));
    assert!(record.join("journal.torn").exists());
    let said = succeeded(&bench.verify(&record));
    assert!(said.contains("result     incomplete"), "{said}");
}

#[test]
fn sealing_again_makes_no_second_record_and_needs_a_key() {
    let bench = Bench::new();
    let record = bench.sealed();
    let again = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    let name = record
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    assert!(
        again.starts_with(&format!("record: .runsheet/records/{name} (")),
        "{again}"
    );

    let said = refused(&bench.runsheet("seal -i inventory.yaml"), 2);
    assert!(
        said.starts_with("error: a record needs a key to be signed with\n"),
        "{said}"
    );
    let said = refused(&bench.runsheet("seal --key alice"), 2);
    assert!(said.contains("its secrets are in its inventory"), "{said}");
}

#[test]
fn a_record_with_a_secret_in_it_is_not_sealed() {
    let bench = Bench::new();
    bench.file("password", "correct horse battery\n");
    bench.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  db: file:password\n",
    );
    let leaking = bench.read("greet.md")
        + "\nThe password is `correct horse battery`.\n\n\
           ```sh read on=local\n: {{ secret.db }}\n```\n";
    bench.file("greet.md", leaking);
    let output = bench.runsheet("run -i inventory.yaml --key alice greet.md");
    let said = refused(&output, 3);
    assert!(
        said.contains("error: failed to seal the run: a secret is in `runbooks/greet.md`"),
        "{said}"
    );
    assert!(
        !bench.path(".runsheet/records").exists(),
        "nothing is left behind"
    );
}

#[test]
fn nobody_vouches_for_the_key() {
    let bench = Bench::new();
    let record = bench.sealed();
    let said = refused(&bench.runsheet(&format!("verify {}", record.display())), 4);
    assert!(
        said.contains("and nobody is known to own it\nhelp: name the file"),
        "{said}"
    );

    let alice = bench.read("alice.pub");
    let bob = bench.read("bob.pub");
    let key = alice.rsplit_once(' ').expect("a comment").0;
    for (line, reason) in [
        (
            format!("bob@example.org {bob}"),
            "nobody is known to own it",
        ),
        (
            format!("alice namespaces=\"git\" {key}"),
            "alice may not sign for `runsheet-record@v1`",
        ),
        (
            format!("alice valid-before=\"20200101Z\" {key}"),
            "alice may not sign at 20",
        ),
    ] {
        bench.file("others", line);
        let said = refused(&bench.verify_by("others", &record), 4);
        assert!(said.contains(reason), "{said}");
    }
    bench.file("others", format!("alice vaild-before=\"20200101Z\" {key}"));
    let words = format!("verify {} --allowed-signers others", record.display());
    refused(&bench.runsheet(&words), 2);
}

#[test]
fn a_run_that_was_resumed_says_so_and_keeps_what_was_torn() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    bench.cut_journal("\"event\":\"outcome\"");
    succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    let said = succeeded(&bench.runsheet("resume -i inventory.yaml --key alice"));
    let (_, path) = said.rsplit_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let name = record.display().to_string();
    assert!(name.ends_with("-1-2"), "the incomplete one is kept: {name}");
    assert!(record.join("journal.torn-1").exists());
    let said = succeeded(&bench.verify(&record));
    assert!(said.contains("result     successful with issues"), "{said}");
    assert!(
        said.contains("bytes) was set aside in journal.torn-1 (entry"),
        "{said}"
    );
    assert!(
        said.contains("the run ended before its outcome was known"),
        "{said}"
    );
}

#[test]
fn a_record_that_can_not_be_written_is_no_success() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path(".runsheet")).expect("made");
    bench.file(".runsheet/records", "in the way");
    let output = bench.runsheet("run -i inventory.yaml --key alice greet.md");
    let said = refused(&output, 3);
    assert!(
        said.starts_with("error: failed to seal the run: failed to make"),
        "{said}"
    );
    assert!(
        said.contains("the run itself is in .runsheet/runs/"),
        "{said}"
    );
}

#[test]
fn an_undo_of_what_changed_since_says_so_in_its_record() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    bench.file("greeting", "hi\n");
    let said = succeeded(&bench.runsheet("undo -i inventory.yaml --yes --key alice"));
    let (_, path) = said.rsplit_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("deviation  greet#write-it: not as the run left it: "),
        "{said}"
    );
    assert!(said.contains("result     successful with issues"), "{said}");
}

#[test]
fn a_plan_shows_and_keeps_no_secret_and_is_approved_as_it_is_shown() {
    let bench = Bench::new();
    bench.file("pw", "administrator\n");
    bench.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  pw: file:pw\n",
    );
    bench.file(
        "user.md",
        "---\non: local\nvars:\n  user: {}\n---\n\n# User\n\n## Make it\n\n\
         ```sh run\nprintf %s {{ secret.pw }} > {{ user }}\n```\n\n\
         ```sh check\ntest -e {{ user }}\n```\n\n```sh undo\nrm {{ user }}\n```\n",
    );
    bench.file(
        "policy.yaml",
        "approvals: 1\nallowed-signers: allowed_signers\n",
    );
    let plan =
        succeeded(&bench.runsheet("plan -i inventory.yaml --var user=administrator user.md"));
    assert!(plan.contains("test -e «secret:pw»"), "{plan}");
    bench.file("plan.txt", &plan);
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let said = succeeded(&bench.runsheet(
        "run -i inventory.yaml --key alice --policy policy.yaml --var user=administrator user.md",
    ));
    let record = bench.named(&said);
    succeeded(&bench.verify(&record));
    let kept = fs::read_to_string(record.join("plan.txt")).expect("it is there");
    assert_eq!(kept, plan);
}

#[test]
fn without_a_list_of_signers_nobody_judges_and_a_record_is_found_by_its_run() {
    let bench = Bench::new();
    let record = bench.sealed();
    let id = record
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let told = refused(&bench.runsheet(&format!("verify {id}")), 4);
    assert!(
        told.starts_with(&format!(
            "error: .runsheet/records/{id} can't be judged: no key is known to be trusted\n"
        )),
        "{told}"
    );
    assert!(told.ends_with("--allowed-signers FILE\n"), "{told}");
    bench.file("nobody", "# nobody yet\n");
    let told = refused(
        &bench.runsheet(&format!("verify --allowed-signers nobody {id}")),
        4,
    );
    assert!(told.contains("can't be judged"), "{told}");
    assert!(
        told.contains("the file with the keys you trust has none"),
        "{told}"
    );
    // Whoever trusts somebody else has judged.
    bench.trust("bob@example.org", "bob.pub");
    let words = format!("verify --allowed-signers allowed_signers {id}");
    let told = refused(&bench.runsheet(&words), 4);
    assert!(told.contains("is not authentic"), "{told}");
    bench.trust("alice@example.org", "alice.pub");
    succeeded(&bench.runsheet(&words));
    let told = refused(&bench.runsheet("verify nowhere"), 2);
    assert_eq!(
        told,
        "error: there is no record nowhere, and none of that name in .runsheet/records\n"
    );
}
