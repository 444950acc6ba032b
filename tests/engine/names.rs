//! Names that several steps bind: each step goes on, and is taken back, with its own.

use runsheet::event::Ending;

use crate::bench::Bench;

/// A step that says its name to know what to set, and what to unset.
fn simple(name: &str) -> String {
    step(name, "what")
}

fn step(name: &str, unsets: &str) -> String {
    format!(
        "## {name}\n\n```sh run capture=what\nsay {name}\n```\n\n\
         ```sh run\nset {{{{ what }}}} 1\n```\n\n\
         ```sh check\nget {name}\n```\n\n\
         ```sh undo\nunset {{{{ {unsets} }}}}\n```\n\n"
    )
}

/// The same, which says its name once more when it is taken back.
fn asking(name: &str) -> String {
    let step = step(name, "which");
    format!("{step}```sh undo\nsay {name}\n```\n\n```expect\n<which:word>\n```\n\n")
}

const FAILS: &str = "## Last\n\n```sh run\nset last 1\n```\n\n```sh check\nget never\n```\n\n\
                     ```sh undo\nunset last\n```\n";

fn set(bench: &Bench, name: &str, value: &str) {
    let mut device = bench.device.borrow_mut();
    device.values.insert(name.to_owned(), value.to_owned());
}

fn book(steps: &[String]) -> String {
    format!("---\ntitle: B\non: box\n---\n\n{}", steps.concat())
}

/// A journal up to the answer to what was said last.
fn cut_behind_what_was_said(journal: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    let binds = |line: &&[u8]| {
        let line = String::from_utf8_lossy(line);
        line.contains("\"event\":\"outcome\"") && line.contains("\"bound\":{")
    };
    let last = lines.iter().rposition(binds).expect("it was said");
    lines[..=last].concat()
}

#[test]
fn a_step_goes_on_with_what_it_learned_last_and_not_with_what_another_did() {
    // In the order of the alphabet the first would be last.
    let book = book(&[simple("zeta"), simple("alpha")]);
    let bench = Bench::new();
    let journal = bench.run(&book).journal;
    assert_eq!(bench.values(), "alpha=1 zeta=1");

    let bench = Bench::new();
    let told = bench.resume(&book, &cut_behind_what_was_said(&journal));
    assert_eq!(bench.effects(), ["set alpha 1"]);
    assert_eq!(told.ending, Ok(Ending::Done));
}

#[test]
fn a_step_is_taken_back_with_the_names_that_it_had() {
    let book = book(&[simple("alpha"), simple("zeta"), FAILS.to_owned()]);
    let bench = Bench::new();
    let told = bench.run(&book);
    assert_eq!(told.ending, Ok(Ending::Failed));
    assert_eq!(
        bench.effects()[5..],
        ["unset last", "unset zeta", "unset alpha"]
    );
    assert_eq!(bench.values(), "");
}

#[test]
fn an_undo_that_was_cut_short_goes_on_with_what_it_learned() {
    let book = book(&[asking("alpha"), asking("zeta"), FAILS.to_owned()]);
    let bench = Bench::new();
    let journal = bench.run(&book).journal;
    assert_eq!(bench.values(), "");

    // The last that was said is what is to be unset of the first step.
    let bench = Bench::new();
    set(&bench, "alpha", "1");
    let told = bench.resume(&book, &cut_behind_what_was_said(&journal));
    assert_eq!(bench.effects(), ["unset alpha"]);
    assert_eq!(told.ending, Ok(Ending::Failed));
    assert_eq!(bench.values(), "");
}

#[test]
fn what_a_later_step_only_found_is_not_what_an_earlier_one_made() {
    let found = "## Found\n\n```sh read capture=what\nget found\n```\n\n\
                 ```sh run\nset found 1\n```\n\n```sh check\nget found\n```\n\n\
                 ```sh undo\nunset found\n```\n";
    let book = book(&[simple("alpha"), found.to_owned()]);
    let bench = Bench::new();
    set(&bench, "found", "theirs");
    set(&bench, "theirs", "1");
    let journal = bench.run(&book).journal;
    assert_eq!(bench.effects(), ["say alpha", "set alpha 1"]);

    let told = bench.undo(&book, &journal);
    assert_eq!(bench.effects()[2..], ["unset alpha"]);
    assert_eq!(told.ending, Ok(Ending::Done));
    assert_eq!(bench.values(), "found=theirs theirs=1");
}
