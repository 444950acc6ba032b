//! A secret that a run came to know, and that something written before holds: nothing is sealed.

use super::bench::{Bench, refused, succeeded};

/// A token that is captured, which the runbook itself has in plain text.
fn book(prints: &str, expectation: &str) -> String {
    format!(
        "# Fetch a token\n\n## Fetch it\n\n```sh read on=local secret capture=token\n{prints}\n```\n\n\
         {expectation}```sh run on=local undo=none reason=\"it is only asked for\"\ntrue\n```\n\n\
         ```sh check on=local\ntrue\n```\n"
    )
}

const RUN: &str = "run -i inventory.yaml --key alice token.md";

#[test]
fn what_was_captured_as_a_secret_is_looked_for_before_the_run_is_sealed() {
    let bench = Bench::new();
    bench.file("token.md", book("printf t0kent0kent0ken", ""));
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains("failed to seal the run: a secret is in ")
            && said.contains("`plan.txt`")
            && said.contains("`runbooks/token.md`"),
        "{said}"
    );
    assert!(!bench.path(".runsheet/records").exists());
}

#[test]
fn a_number_that_was_captured_as_a_secret_is_one() {
    let bench = Bench::new();
    let expectation = "```expect\npin <pin:int>\n```\n\n";
    bench.file("token.md", book("echo pin 4711081512", expectation));
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(said.contains("a secret is in "), "{said}");
}

#[test]
fn a_secret_that_nothing_else_holds_is_no_hindrance() {
    let bench = Bench::new();
    bench.file("token.md", book("printf t0ken%s t0kent0ken", ""));
    let said = succeeded(&bench.runsheet(RUN));
    assert!(said.contains("record: "), "{said}");
}

#[test]
fn a_secret_that_the_run_did_not_use_is_looked_for_too() {
    let bench = Bench::new();
    bench.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  other: \"file:other\"\n  gone: \"file:gone\"\n",
    );
    bench.file("other", "t0kent0kent0ken");
    bench.file(
        "token.md",
        book("cat other", "").replace(" secret capture=token", ""),
    );
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains("warning: the record can't be searched for the secret `gone`")
            && said.contains("failed to seal the run: a secret is in ")
            && said.contains("`journal.jsonl`"),
        "{said}"
    );
    assert!(!bench.path(".runsheet/records").exists());
}
