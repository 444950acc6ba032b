//! A policy counts people, not keys and not names: whoever has two of either is one person.

use std::process::Command;

use super::bench::{Bench, refused, succeeded};

const RUN: &str = "run -i inventory.yaml --key alice --policy policy.yaml greet.md";

const RUN_UNASKED: &str = "run -i inventory.yaml --key alice greet.md";

/// A bench whose policy wants so many approvals, with a list of whose the keys are: lines of
/// principals and the key's name.
fn wants(approvals: usize, signers: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    for key in ["second", "third"] {
        bench.make_key(key);
    }
    bench.file(
        "policy.yaml",
        format!("approvals: {approvals}\nallowed-signers: allowed_signers\n"),
    );
    let lines = signers.iter().map(|(who, key)| bench.line(who, key));
    bench.file("allowed_signers", lines.collect::<String>());
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    bench
}

fn approve(bench: &Bench, key: &str) {
    succeeded(&bench.runsheet(&format!("approve plan.txt --key {key}")));
}

fn one_is_missing(bench: &Bench) {
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains("2 approvals are needed, 1 approval is there"),
        "{said}"
    );
    assert!(!bench.path("greeting").exists());
}

#[test]
fn keys_that_share_a_name_are_one_persons() {
    for (one, other) in [
        ("bob", "bob,bobby"),
        ("bob", "bob"),
        ("bob@example.org", "Bob@Example.org"),
        ("bob,robert", "\"bobby,robert\""),
    ] {
        let bench = wants(2, &[("alice", "alice"), (one, "bob"), (other, "second")]);
        approve(&bench, "bob");
        approve(&bench, "second");
        one_is_missing(&bench);
    }
}

#[test]
fn a_name_that_only_looks_like_another_is_nobodys() {
    for other in ["\u{feff}jose", "jose\u{200b}", "jose\u{301}"] {
        let bench = wants(1, &[("bob", "bob"), ("jose", "alice")]);
        // Alice's second key, for the same name to whoever reads the list.
        let list = bench.line(other, "second") + &bench.read("allowed_signers");
        bench.file("allowed_signers", list);
        approve(&bench, "second");
        let said = refused(&bench.runsheet(RUN), 2);
        assert!(
            said.contains("line 1 of the allowed signers names `"),
            "{said}"
        );
        assert!(said.contains("by it one person could be two"), "{said}");
        assert!(!bench.path("greeting").exists());
    }
}

#[test]
fn names_connect_keys_one_after_another_also_by_a_key_that_approved_nothing() {
    let bench = wants(
        2,
        &[
            ("alice", "alice"),
            ("bob", "bob"),
            ("bobby,robert", "second"),
            ("bob,bobby namespaces=\"git\"", "third"),
        ],
    );
    approve(&bench, "bob");
    approve(&bench, "second");
    one_is_missing(&bench);
    // The same holds for whoever runs.
    let bench = wants(
        1,
        &[("bobby", "alice"), ("bob", "bob"), ("bob,bobby", "third")],
    );
    approve(&bench, "bob");
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains("it is signed by the one who runs it"),
        "{said}"
    );
}

#[test]
fn one_key_in_two_lines_is_one_persons() {
    let bench = wants(
        2,
        &[
            ("alice", "alice"),
            ("bob", "bob"),
            ("eve", "second"),
            ("eve namespaces=\"git\"", "bob"),
        ],
    );
    approve(&bench, "bob");
    approve(&bench, "second");
    one_is_missing(&bench);
}

#[test]
fn two_people_are_two() {
    let bench = wants(
        2,
        &[("alice", "alice"), ("bob,", "bob"), ("eve,", "second")],
    );
    approve(&bench, "bob");
    one_is_missing(&bench);
    // Bob says it once more: that is not somebody else.
    approve(&bench, "bob");
    one_is_missing(&bench);
    approve(&bench, "second");
    succeeded(&bench.runsheet(RUN));
}

#[test]
fn what_two_people_approved_does_not_go_on_with_one_who_says_it_twice() {
    let bench = wants(2, &[("alice", "alice"), ("bob", "bob"), ("eve", "second")]);
    approve(&bench, "bob");
    approve(&bench, "second");
    let by_list = |words: &str| {
        bench.runsheet(&format!(
            "{words} -i inventory.yaml --key alice --allowed-signers allowed_signers"
        ))
    };
    succeeded(&by_list("run greet.md"));
    bench.cut_journal("\"event\":\"verdict\"");
    // Eve is trusted no more, and Bob says it once more.
    let list = bench.line("alice", "alice") + &bench.line("bob", "bob");
    bench.file("allowed_signers", list);
    approve(&bench, "bob");
    let said = refused(&by_list("resume"), 3);
    assert!(
        said.contains("the run was approved when it began, and it is not as it would go on now"),
        "{said}"
    );
    let list = bench.read("allowed_signers") + &bench.line("eve", "second");
    bench.file("allowed_signers", list);
    succeeded(&by_list("resume"));
}

#[test]
fn verify_tells_where_by_its_list_one_person_sealed_and_approved() {
    let bench = wants(1, &[("alice", "alice"), ("bob", "bob")]);
    approve(&bench, "bob");
    let record = bench.named(&succeeded(&bench.runsheet(RUN)));
    let said = succeeded(&bench.verify(&record));
    assert!(!said.contains("who sealed it too"), "{said}");
    let list = bench.line("alice,chief", "alice") + &bench.line("bob,chief", "bob");
    bench.file("auditors", list);
    let said = succeeded(&bench.verify_by("auditors", &record));
    assert!(said.contains("by bob,chief (SHA256:"), "{said}");
    assert!(said.contains(": who ran and sealed it too\n"), "{said}");
}

#[test]
fn verify_tells_where_one_person_ran_and_approved_with_another_key_and_somebody_else_sealed() {
    let bench = wants(
        0,
        &[("alice", "alice"), ("bob", "bob"), ("alice", "second")],
    );
    let run = "run -i inventory.yaml --key alice --emergency greet.md";
    succeeded(&bench.runsheet(run));
    approve(&bench, "second");
    let sealed = |key: &str| {
        let said = succeeded(&bench.runsheet(&format!("seal -i inventory.yaml --key {key}")));
        succeeded(&bench.verify(&bench.named(&said)))
    };
    let said = sealed("bob");
    assert!(said.contains("afterwards by alice (SHA256:"), "{said}");
    assert!(said.contains(": who ran it too\n"), "{said}");
    let said = sealed("alice");
    assert!(said.contains(": who ran and sealed it too\n"), "{said}");
    // By the list of somebody who knows of two people, it is no person's own change.
    let list = ["alice", "bob", "second"].map(|key| bench.line(key, key));
    bench.file("allowed_signers", list.concat());
    let said = sealed("bob");
    assert!(said.contains("afterwards by second (SHA256:"), "{said}");
    assert!(!said.contains("it too"), "{said}");
}

#[test]
fn a_pattern_names_nobody_who_could_approve() {
    let bench = wants(
        2,
        &[
            ("alice", "alice"),
            ("bob@example.org", "bob"),
            ("*@example.org", "second"),
        ],
    );
    approve(&bench, "bob");
    approve(&bench, "second");
    one_is_missing(&bench);
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains(
            "the list names its owner by the pattern `*@example.org`, which can be anybody"
        ),
        "{said}"
    );
}

#[test]
fn whoever_runs_by_the_key_of_a_pattern_could_be_any_approver() {
    let bench = wants(1, &[("*@example.org", "alice"), ("bob", "bob")]);
    approve(&bench, "bob");
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(
        said.contains(
            "the list names the one who runs it by the pattern `*@example.org`, which can be anybody"
        ),
        "{said}"
    );
}

#[test]
fn a_line_that_takes_back_every_name_is_nobodys() {
    let bench = wants(1, &[("alice", "alice"), ("bob,!bob", "bob")]);
    approve(&bench, "bob");
    let said = refused(&bench.runsheet(RUN), 3);
    assert!(said.contains("nobody is known to own it"), "{said}");
    let bench = wants(1, &[("alice", "alice"), ("bob,!mallory", "bob")]);
    approve(&bench, "bob");
    succeeded(&bench.runsheet(RUN));
}

#[test]
fn both_verifiers_read_what_a_line_takes_back() {
    let bench = wants(0, &[]);
    let record = bench.named(&succeeded(&bench.runsheet(RUN_UNASKED)));
    for (principals, who) in [
        ("!mallory,alice@example.org", Some("alice@example.org")),
        ("*@example.org,!bob@example.org", Some("*@example.org")),
        ("!alice@example.org", None),
        ("alice@example.org,!alice@example.org", None),
        ("alice@example.org,!*", None),
    ] {
        bench.file("auditors", bench.line(principals, "alice"));
        let output = bench.verify_by("auditors", &record);
        match who {
            Some(who) => {
                let said = succeeded(&output);
                assert!(said.contains(&format!("sealed by  {who} (")), "{said}");
            }
            None => {
                let said = refused(&output, 4);
                assert!(said.contains("nobody is known to own it"), "{said}");
            }
        }
    }
}

#[test]
fn a_certificate_makes_no_second_person_of_its_key() {
    let bench = wants(2, &[("alice", "alice"), ("bob", "bob")]);
    bench.make_key("authority");
    let words = "-q -s authority -I robert -n robert -V -1h:+1h bob.pub";
    let issued = Command::new("ssh-keygen")
        .args(words.split_whitespace())
        .current_dir(bench.path(""))
        .output()
        .expect("ssh-keygen is there");
    succeeded(&issued);
    let signers = bench.read("allowed_signers");
    let authority = bench.line("* cert-authority", "authority");
    // The authority's line first: by it the certificate is Robert's.
    bench.file("allowed_signers", authority + &signers);
    approve(&bench, "bob");
    let agent = super::keys::Agent::with(&bench, "bob");
    let words = "approve plan.txt --key bob-cert.pub";
    succeeded(&bench.runsheet_with_agent(words, Some(&agent.socket)));
    one_is_missing(&bench);
}
