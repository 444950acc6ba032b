//! Several later runs, of which each may have built on the one that is to be taken back.

use std::fs;

use super::desk::Desk;
use super::standing::{refused, runs};

/// A runbook whose effect kills the program when it is sent first, and is sent again by `resume`.
fn twice(name: &str) -> String {
    format!(
        "# {name}\n\n## Twice\n\n```sh run\n\
         echo x >> {name}; test $(wc -l <{name}) -gt 1 || kill -9 $PPID\n```\n\n\
         ```sh check\ntest $(wc -l <{name}) -gt 1\n```\n\n```sh undo\nrm {name}\n```\n"
    )
}

/// Two runs that were killed within their only steps.
fn two_killed() -> (Desk, [String; 2]) {
    let desk = Desk::local();
    for name in ["base", "side"] {
        desk.file(&format!("{name}.md"), twice(name));
        desk.call(&format!("run -i inventory.yaml {name}.md"))
            .interrupted();
    }
    let ids = runs(&desk).try_into().expect("two runs");
    (desk, ids)
}

fn resume(desk: &Desk, id: &str) {
    desk.call(&format!("resume -i inventory.yaml {id}"))
        .success();
}

/// One run built on the base after it was done, and another one went on by turns with the base and
/// did something last.
fn one_built_and_one_went_on_last() -> (Desk, [String; 3]) {
    let (desk, [base, side]) = two_killed();
    resume(&desk, &base);
    let top = "# Top\n\n## Make it\n\n```sh run\ncp base top\n```\n\n\
               ```sh check\ntest -e top\n```\n\n```sh undo\nrm top\n```\n";
    desk.file("top.md", top);
    desk.call("run -i inventory.yaml top.md").success();
    let top = runs(&desk).pop().expect("the third run");
    resume(&desk, &side);
    (desk, [base, side, top])
}

#[test]
fn a_run_that_built_on_another_one_is_not_passed_over_for_one_that_went_on_later() {
    let (desk, [base, _, top]) = one_built_and_one_went_on_last();
    for yes in ["", " --yes"] {
        let said = refused(&desk, &format!("undo -i inventory.yaml{yes} {base}"));
        assert_eq!(
            said,
            format!(
                "error: run {top} built on what {base} did\n\
                 help: take it back first: runsheet undo {top} -i inventory.yaml\n"
            )
        );
        assert!(desk.path("base").exists() && desk.path("top").exists());
    }
    // Once it is taken back, only the other one is left, of which a person may know.
    desk.call(&format!("undo -i inventory.yaml --yes {top}"))
        .success();
    desk.call(&format!("undo -i inventory.yaml --yes {base}"))
        .success();
    assert!(!desk.path("base").exists() && !desk.path("top").exists());
    assert!(desk.path("side").exists());
}

#[test]
fn nor_is_one_of_which_nobody_knows() {
    let (desk, [base, _, top]) = one_built_and_one_went_on_last();
    let journal = format!(".runsheet/runs/{top}/journal.jsonl");
    let sound = desk.read(&journal);
    desk.file(&journal, sound.replacen("cp base", "cp bass", 1));
    let said = refused(&desk, &format!("undo -i inventory.yaml --yes {base}"));
    assert!(
        said.contains(&format!("the journal of run {top} is damaged")),
        "{said}"
    );
    assert!(desk.path("base").exists() && desk.path("top").exists());
}

#[test]
fn who_says_that_none_of_several_built_on_it_is_told_and_recorded_which_they_are() {
    let (desk, [base, side]) = two_killed();
    desk.file("third.md", twice("third"));
    desk.call("run -i inventory.yaml third.md").interrupted();
    let third = runs(&desk).pop().expect("the third run");
    for id in [&base, &side, &third] {
        resume(&desk, id);
    }
    let said = refused(&desk, &format!("undo -i inventory.yaml {base}"));
    assert_eq!(
        said,
        format!(
            "error: runs {base}, {third} and {side} went on by turns, so each may have built on \
             the others\n\
             help: if you know that {third} and {side} did not build on {base}: runsheet undo \
             {base} --yes -i inventory.yaml\n"
        )
    );
    assert!(desk.path("base").exists());
    desk.call(&format!("undo -i inventory.yaml --yes {base}"))
        .success();
    assert!(!desk.path("base").exists());
    let undo = runs(&desk).pop().expect("the undo");
    let journal = desk.read(&format!(".runsheet/runs/{undo}/journal.jsonl"));
    for other in [&side, &third] {
        let named = format!("run {other} may have built on what was taken back");
        assert!(journal.contains(&named), "{journal}");
    }
    assert_eq!(
        fs::read_dir(desk.path(".runsheet/runs"))
            .expect("runs")
            .count(),
        4
    );
}
