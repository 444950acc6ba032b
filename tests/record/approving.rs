//! Somebody else reads the plan and says yes, and the policy sees to it.

use std::fs;
use std::process::Command;

use runsheet::record::Bundle;

use super::bench::{Bench, record_of, refused, succeeded};
use super::tampering::{rejected, utf8, with};

const RUN: &str = "run -i inventory.yaml --key alice --policy policy.yaml greet.md";

/// A bench whose policy wants one approval.
fn strict() -> Bench {
    let bench = Bench::new();
    bench.file(
        "policy.yaml",
        "approvals: 1\nallowed-signers: allowed_signers\n",
    );
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    bench
}

#[test]
fn nothing_runs_before_it_is_approved_and_the_record_says_who_did() {
    let bench = strict();
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains(
            "the policy does not let it run: 1 approval is needed, 0 approvals are there"
        ),
        "{said}"
    );
    assert!(!bench.path("greeting").exists());
    assert!(!bench.path(".runsheet/runs").exists(), "there was no run");

    let said = succeeded(&bench.runsheet("approve plan.txt --key bob"));
    assert!(said.contains("by: bob@example.org (SHA256:"), "{said}");
    let said = succeeded(&bench.runsheet(RUN));
    let (_, path) = said.split_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    assert!(bench.stock_tools(&record));

    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("approved   by bob@example.org (SHA256:"),
        "{said}"
    );
    let stated = record_of(&record);
    assert_eq!(stated["approvals"][0]["by"], "bob@example.org");
    let kept = fs::read_dir(record.join("approvals")).expect("they are kept");
    assert_eq!(kept.count(), 2, "the statement and its signature");
}

#[test]
fn who_runs_must_have_the_key_and_stand_in_the_list() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let keygen = "ssh-keygen -q -t ed25519 -N '' -C carol@example.org -f carol";
    let made = Command::new("sh")
        .args(["-ec", keygen])
        .current_dir(bench.path(""))
        .status();
    assert!(made.is_ok_and(|status| status.success()), "ssh-keygen");
    // A key that nobody knows could be Bob's.
    let said = refused(&bench.runsheet(&RUN.replace("alice", "carol")), 3);
    assert!(said.contains("may not sign its record"), "{said}");
    // Bob has only Alice's public key.
    fs::create_dir(bench.path("public")).expect("a folder");
    fs::copy(bench.path("alice.pub"), bench.path("public/alice.pub")).expect("a copy");
    let run = RUN.replace("--key alice", "--key public/alice.pub");
    let said = refused(&bench.runsheet(&run), 2);
    assert!(said.contains("failed to have the agent sign"), "{said}");
    assert!(said.ends_with("nothing was sent\n"), "{said}");
    assert!(!bench.path("greeting").exists());
    assert!(!bench.path(".runsheet/runs").exists());
}

#[test]
fn an_approval_is_for_one_plan() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let changed = bench.read("greet.md").replace("hello", "goodbye");
    bench.file("greet.md", changed);
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(said.contains("0 approvals are there"), "{said}");

    let approval = fs::read_dir(bench.path(".runsheet/approvals"))
        .expect("approvals")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|end| end == "json"))
        .expect("one");
    let words = format!("{RUN} --approval {}", approval.display());
    let said = refused(&bench.runsheet(&words), 3);
    assert!(
        said.contains("does not count: it is for another plan"),
        "{said}"
    );
}

#[test]
fn an_approval_counts_only_from_others_in_its_time_and_for_its_ticket() {
    let bench = strict();
    let public = bench.read("alice.pub");
    let key = public.rsplit_once(' ').expect("a comment").0;
    let signers = bench.read("allowed_signers") + &format!("alice@example.org {key}\n");
    bench.file("allowed_signers", signers);
    let refused_for = |approve: &str, reason: &str| {
        succeeded(&bench.runsheet(&format!("approve plan.txt {approve}")));
        let said = refused(&bench.runsheet(RUN), 3);
        assert!(said.contains(reason), "{said}");
        fs::remove_dir_all(bench.path(".runsheet/approvals")).expect("removed");
    };
    refused_for("--key alice", "it is signed by the one who runs it");
    refused_for("--key bob --ticket CHG1", "it is for the ticket `CHG1`");
    bench.approved_long_ago("\"until\": \"2020-01-02T00:00:00Z\"");
    let said = refused(&bench.runsheet(RUN), 3);
    let wanted = "it is valid until 2020-01-02T00:00:00Z only";
    assert!(said.contains(wanted), "{said}");

    succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG1"));
    succeeded(&bench.runsheet(&format!("{RUN} --ticket CHG1")));
}

#[test]
fn a_second_key_makes_no_second_person() {
    let bench = strict();
    let signers = bench.read("allowed_signers");
    bench.file(
        "allowed_signers",
        signers.replace("bob@example.org", "alice@example.org"),
    );
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains("it is signed by the one who runs it"),
        "{said}"
    );
}

#[test]
fn a_forged_approval_is_noticed() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG1"));
    for entry in fs::read_dir(bench.path(".runsheet/approvals")).expect("approvals") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        fs::write(&path, text.replace("CHG1", "CHG2")).expect("written");
    }
    let said = refused(&bench.runsheet(&format!("{RUN} --ticket CHG2")), 3);
    assert!(
        said.contains("its signature is no good: it does not match the text"),
        "{said}"
    );
}

#[test]
fn an_emergency_runs_first_where_the_policy_lets_it_and_is_a_deviation() {
    let bench = strict();
    let emergency = format!("{RUN} --emergency --reason smoke");
    let said = refused(&bench.runsheet(&emergency), 3);
    assert!(said.contains("emergencies are no exception"), "{said}");
    let lenient = bench.read("policy.yaml") + "emergency: true\n";
    bench.file("policy.yaml", lenient);
    let said = succeeded(&bench.runsheet(&emergency));
    let (_, path) = said.split_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("deviation  an emergency change, not approved before the run (entry 1)"),
        "{said}"
    );
}

#[test]
fn a_run_that_was_approved_goes_on_only_as_it_was_approved() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    succeeded(&bench.runsheet(RUN));
    bench.cut_journal("\"event\":\"verdict\"");
    let resume = "resume -i inventory.yaml --key alice";
    let said = refused(&bench.runsheet(resume), 3);
    assert!(
        said.contains("the run began under a policy, and none is named now"),
        "{said}"
    );

    let edited = bench
        .read("greet.md")
        .replace("people like it", "they love it");
    bench.file("greet.md", edited.replace("cat greeting", "cat ./greeting"));
    let again = format!("{resume} --policy policy.yaml --accept-edit");
    let said = refused(&bench.runsheet(&again), 3);
    assert!(
        said.contains("1 approval is needed, 0 approvals are there"),
        "{said}"
    );

    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    // The cut verdict is not the only thing to do: the check is another.
    let output = bench.runsheet(&again);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, path) = said.rsplit_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("deviation  approved again by bob@example.org (SHA256:"),
        "{said}"
    );
    assert!(
        said.contains("greet.md was edited after the run began"),
        "{said}"
    );

    // What it went on with is part of the record.
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    for file in ["greet.md", "plan.txt"] {
        let name = format!("runbooks/resumed-1/{file}");
        assert_eq!(
            rejected(&bench, &with(&bundle, &name, b"# Another\n")),
            format!(
                "it was sealed like this, but contradicts itself: `{name}` is not what the run \
                 went on with"
            )
        );
    }
}

#[test]
fn what_was_approved_goes_on_with_as_many_approvals() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let run = "run -i inventory.yaml --key alice --allowed-signers allowed_signers greet.md";
    succeeded(&bench.runsheet(run));
    bench.cut_journal("\"event\":\"verdict\"");
    let said = refused(&bench.runsheet("resume -i inventory.yaml --key alice"), 3);
    assert!(
        said.contains("the run was approved when it began"),
        "{said}"
    );
}

/// A run under a policy that only wants it signed, cut before its verdict.
fn cut_under_policy(change: &str) -> Bench {
    let bench = Bench::new();
    bench.file("policy.yaml", "signature: true\nemergency: true\n");
    succeeded(&bench.runsheet(&format!("{RUN} {change}")));
    bench.cut_journal("\"event\":\"verdict\"");
    bench
}

fn sha256(bench: &Bench, name: &str) -> String {
    runsheet::plan::sha256(bench.read(name).as_bytes())
}

#[test]
fn what_began_under_a_policy_does_not_go_on_without_one() {
    for change in ["", "--emergency"] {
        let bench = cut_under_policy(change);
        let then = sha256(&bench, "policy.yaml");
        for resume in ["resume -i inventory.yaml", "undo -i inventory.yaml --yes"] {
            assert_eq!(
                refused(&bench.runsheet(resume), 3),
                format!(
                    "error: the run began under a policy, and none is named now; nothing was \
                     sent\nhelp: name it with --policy FILE; its SHA-256 is {then}\n"
                )
            );
        }
        assert!(bench.path("greeting").exists());
        let again = "resume -i inventory.yaml --key alice --policy policy.yaml";
        let said = succeeded(&bench.runsheet(again));
        let said = succeeded(&bench.verify(&bench.named(&said)));
        assert!(!said.contains("under another policy"), "{said}");
    }
}

#[test]
fn another_policy_is_asked_instead_and_is_a_deviation() {
    let bench = cut_under_policy("--emergency");
    let then = sha256(&bench, "policy.yaml");
    bench.file("policy.yaml", "signature: true\n");
    let again = "resume -i inventory.yaml --key alice --policy policy.yaml";
    let said = refused(&bench.runsheet(again), 3);
    assert!(said.contains("emergencies are no exception"), "{said}");

    bench.file("policy.yaml", "emergency: true\n");
    let now = sha256(&bench, "policy.yaml");
    let told = |what: &str| {
        format!(
            "deviation  {what} under another policy (SHA-256 {now}) than the run began under \
             (SHA-256 {then})"
        )
    };
    let said = succeeded(&bench.runsheet(again));
    let said = succeeded(&bench.verify(&bench.named(&said)));
    assert!(said.contains(&told("goes on")), "{said}");
    let undo = again.replace("resume", "undo");
    let said = succeeded(&bench.runsheet(&undo));
    let said = succeeded(&bench.verify(&bench.named(&said)));
    assert!(said.contains(&told("taken back")), "{said}");
}

#[test]
fn a_policy_that_came_later_is_on_record_too() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml --key alice greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    bench.file("policy.yaml", "signature: true\n");
    let now = sha256(&bench, "policy.yaml");
    let again = "resume -i inventory.yaml --key alice --policy policy.yaml";
    let said = succeeded(&bench.runsheet(again));
    let said = succeeded(&bench.verify(&bench.named(&said)));
    let told =
        format!("deviation  goes on under a policy (SHA-256 {now}); the run began under none");
    assert!(said.contains(&told), "{said}");
}

#[test]
fn only_what_plan_prints_is_approved_and_only_for_a_time_that_comes() {
    let bench = strict();
    let plan = bench.read("plan.txt");
    bench.file("windows.txt", plan.replace('\n', "\r\n"));
    bench.file("half.txt", &plan[..plan.len() - 1]);
    bench.file("binary.txt", b"\xff\xfe");
    for (words, why) in [
        (
            "greet.md",
            "greet.md is not what `runsheet plan` prints: its line 1 stands in no plan",
        ),
        ("windows.txt", "its lines end with CRLF"),
        ("half.txt", "its last line is cut off"),
        ("binary.txt", "it is no text"),
        (
            "plan.txt --until 2020-01-01T00:00:00Z",
            "it would be valid until 2020-01-01T00:00:00Z, which is over",
        ),
        (
            "plan.txt --from 2101-01-01T00:00:00Z --until 2100-01-01T00:00:00Z",
            "from 2101-01-01T00:00:00Z until 2100-01-01T00:00:00Z, which is at no time",
        ),
    ] {
        let said = refused(&bench.runsheet(&format!("approve {words} --key bob")), 2);
        assert!(said.contains(why), "{said}");
    }
    assert!(
        !bench.path(".runsheet/approvals").exists(),
        "nothing was signed"
    );
}

#[test]
fn an_approval_without_a_window_does_not_stand_in_the_way_of_one_that_has_it() {
    let bench = strict();
    let policy = bench.read("policy.yaml") + "window: true\n";
    bench.file("policy.yaml", policy);
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(said.contains("does not say from when until when"), "{said}");
    let window = "--from 2020-01-01T00:00:00Z --until 2100-01-01T00:00:00Z";
    succeeded(&bench.runsheet(&format!("approve plan.txt --key bob {window}")));
    succeeded(&bench.runsheet(RUN));
}

#[test]
fn what_a_failure_leads_to_is_part_of_what_is_approved() {
    let bench = strict();
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml --on-failure stop greet.md"));
    assert!(plan.contains("1 step, on failure: stop"), "{plan}");
    bench.file("plan.txt", plan);
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    refused(&bench.runsheet(RUN), 3);
    let run = format!("{RUN} --on-failure stop");
    succeeded(&bench.runsheet(&run));
    // It goes on, and is taken back, as it was approved; with another answer it is another plan.
    bench.cut_journal("\"event\":\"verdict\"");
    let again = "resume -i inventory.yaml --key alice --policy policy.yaml";
    let said = refused(&bench.runsheet(&format!("{again} --on-failure undo")), 3);
    assert!(
        said.contains("1 approval is needed, 0 approvals are there"),
        "{said}"
    );
    let said = succeeded(&bench.runsheet(again));
    succeeded(&bench.verify(&bench.named(&said)));
    succeeded(&bench.runsheet(&again.replace("resume", "undo")));
}

#[test]
fn a_record_that_another_key_seals_says_so_and_so_does_one_whose_approver_does() {
    let bench = strict();
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    let said = succeeded(&bench.runsheet(RUN));
    let first = bench.named(&said);
    let public = bench.read("bob.pub");
    let key = public.rsplit_once(' ').expect("a comment").0;
    let both = bench.read("allowed_signers") + &format!("bob@example.org {key}\n");
    bench.file("both", both);

    let sealed = bench.runsheet("seal -i inventory.yaml --key bob");
    let said = succeeded(&sealed);
    let complaint = String::from_utf8_lossy(&sealed.stderr).into_owned();
    assert!(
        complaint.contains("not signed with a key of those who ran it: SHA256:"),
        "{complaint}"
    );
    let second = bench.named(&said);
    assert_ne!(first, second, "the first is Alice's");
    let said = succeeded(&bench.verify_by("both", &second));
    assert!(said.contains("sealed by  bob@example.org"), "{said}");
    assert!(
        said.contains("not with a key of those who ran it: SHA256:"),
        "{said}"
    );
    assert!(said.contains(": who sealed it too\n"), "{said}");
    let said = succeeded(&bench.verify(&first));
    assert!(
        !said.contains("who sealed it too") && !said.contains("not with a key"),
        "{said}"
    );
}

#[test]
fn what_no_record_can_hold_is_not_run() {
    let bench = Bench::new();
    bench.file("*greet.md", bench.read("greet.md"));
    let said = refused(&bench.runsheet("run -i inventory.yaml *greet.md"), 2);
    assert!(
        said.contains("no record can hold a file called `*greet.md`; nothing was sent"),
        "{said}"
    );
    assert!(!bench.path("greeting").exists());
}

#[test]
fn a_time_that_can_t_be_read_is_told_how_to_be_written() {
    let bench = Bench::new();
    for (text, why) in [
        (
            "tomorrow",
            "write a date, a time and the offset from UTC, like 2026-12-01T18:00Z",
        ),
        (
            "2026-12-01",
            "it is a day, and the time is missing: write a date, a time",
        ),
    ] {
        let words = format!("approve plan.txt --key bob --until {text}");
        let told = refused(&bench.runsheet(&words), 2);
        assert!(told.contains(why), "{told}");
    }
    let help = succeeded(&bench.runsheet("approve --help"));
    assert!(help.contains("2026-12-01T18:00Z"), "{help}");
}
