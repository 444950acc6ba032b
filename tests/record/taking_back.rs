//! What the policy says holds for taking back, too.

use super::bench::{Bench, refused, succeeded};

const RUN: &str = "run -i inventory.yaml --key alice greet.md";
const UNDO: &str = "undo -i inventory.yaml --key alice --policy policy.yaml";

/// A bench with a policy, and a plan that can be approved.
fn with_policy(policy: &str) -> Bench {
    let bench = Bench::new();
    let policy = format!("allowed-signers: allowed_signers\n{policy}");
    bench.file("policy.yaml", policy);
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    bench
}

#[test]
fn an_approval_of_the_run_counts_for_its_undo() {
    let bench = with_policy("approvals: 1\n");
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    succeeded(&bench.runsheet(&format!("{RUN} --policy policy.yaml")));
    // It is the run's own now, wherever it was found.
    std::fs::remove_dir_all(bench.path(".runsheet/approvals")).expect("removed");
    // The text was edited since; what is taken back is what was run.
    let edited = bench.read("greet.md").replace("hello", "good day");
    bench.file("greet.md", edited);

    let said = succeeded(&bench.runsheet(UNDO));
    assert!(!bench.path("greeting").exists());
    let (_, path) = said.split_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("approved   by bob@example.org (SHA256:"),
        "{said}"
    );
}

#[test]
fn what_nobody_approved_is_not_taken_back_where_the_policy_wants_approvals() {
    let bench = with_policy("approvals: 1\n");
    succeeded(&bench.runsheet(RUN));
    let said = refused(&bench.runsheet(UNDO), 3);
    assert!(
        said.contains("1 approval is needed, 0 approvals are there\nnothing was sent"),
        "{said}"
    );
    assert!(bench.path("greeting").exists());

    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    succeeded(&bench.runsheet(UNDO));
    assert!(!bench.path("greeting").exists());
}

#[test]
fn a_window_that_is_over_and_a_missing_key_stop_an_undo_and_an_emergency_may_go_on() {
    let bench = with_policy("approvals: 1\nwindow: true\nsignature: true\nemergency: true\n");
    succeeded(&bench.runsheet(RUN));
    let unsigned = UNDO.replace(" --key alice", "");
    let said = refused(&bench.runsheet(&unsigned), 3);
    assert!(said.contains("no key is named"), "{said}");

    bench.approved_long_ago(
        "\"from\": \"2020-01-01T00:00:00Z\", \"until\": \"2020-01-01T04:00:00Z\"",
    );
    let said = refused(&bench.runsheet(UNDO), 3);
    assert!(
        said.contains("it is valid from 2020-01-01T00:00:00Z until 2020-01-01T04:00:00Z only"),
        "{said}"
    );
    succeeded(&bench.runsheet(&format!("{UNDO} --emergency")));
    assert!(!bench.path("greeting").exists());
}

#[test]
fn an_undo_has_the_ticket_of_its_run() {
    let bench = with_policy("ticket: 'CHG[0-9]+'\n");
    succeeded(&bench.runsheet(RUN));
    let said = refused(&bench.runsheet(UNDO), 3);
    assert!(said.contains("no ticket is named with --ticket"), "{said}");
    succeeded(&bench.runsheet(&format!("{UNDO} --ticket CHG2")));

    succeeded(&bench.runsheet(&format!("{RUN} --ticket CHG1")));
    succeeded(&bench.runsheet(UNDO));
}

#[test]
fn an_undo_that_goes_on_asks_again() {
    let bench = with_policy("approvals: 1\n");
    succeeded(&bench.runsheet("approve plan.txt --key bob"));
    succeeded(&bench.runsheet(RUN));
    succeeded(&bench.runsheet(UNDO));
    bench.cut_journal("\"event\":\"verdict\"");
    let said = refused(&bench.runsheet("resume -i inventory.yaml --key alice"), 3);
    assert!(
        said.contains("the run began under a policy, and none is named now"),
        "{said}"
    );
    let said = succeeded(&bench.runsheet(&UNDO.replace("undo", "resume")));
    assert!(said.contains("1 step taken back"), "{said}");
}

#[test]
fn an_inventory_that_was_edited_since_is_shown_and_has_to_be_accepted() {
    let bench = Bench::new();
    let inventory = |file: &str| {
        format!("targets:\n  local: {{driver: local, vars: {{file: {file}, other: 1}}}}\n")
    };
    bench.file("inventory.yaml", inventory("greeting"));
    let book = bench
        .read("greet.md")
        .replace("rm greeting", "rm -f {{ target.file }}");
    bench.file("greet.md", book);
    succeeded(&bench.runsheet(RUN));
    bench.file("precious", "do not lose this");

    // What no step says is no drift.
    bench.file(
        "inventory.yaml",
        inventory("precious").replace("other: 1", "other: 2"),
    );
    let said = refused(&bench.runsheet("undo -i inventory.yaml --key alice"), 3);
    assert!(
        said.contains("-      | rm -f greeting\n+      | rm -f precious\n"),
        "{said}"
    );
    assert!(
        said.contains("what would be taken back is not what the run was to do; nothing was sent"),
        "{said}"
    );
    assert!(bench.path("precious").exists());

    let again = bench.runsheet("undo -i inventory.yaml --key alice --yes");
    assert_eq!(again.status.code(), Some(3), "the greeting is still there");
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    let (_, path) = said.split_once("record: ").expect("a record is named");
    let record = bench.path(path.split_once(" (").expect("and who signed it").0);
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("deviation  the plan of what is taken back was not the run's, which "),
        "{said}"
    );
}
