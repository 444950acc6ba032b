//! What an undo's own attributes say: `once`, `on-unknown` and `approve`.

use runsheet::event::Ending;
use runsheet::runbook::OnUnknown;

use crate::bench::{Bench, Fault, Person};

/// A step that fails, and whose undo has these attributes.
fn book(attributes: &str) -> String {
    format!(
        "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n\
         ```sh check\nget three\n```\n\n```sh undo {attributes}\nunset one\n```\n\n\
         ```sh check after=undo\nget gone\n```\n"
    )
}

/// The journal of a run that was cut right behind the intent of its undo.
fn cut_in_undo(book: &str) -> Vec<u8> {
    let journal = Bench::new().run(book).journal;
    let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    let is_undo = |line: &&[u8]| {
        let line = String::from_utf8_lossy(line);
        line.contains("\"event\":\"intent\"") && line.contains("\"undo\":true")
    };
    let undo = lines.iter().position(is_undo).expect("it was sent");
    lines[..=undo].concat()
}

fn attempts(journal: &[u8]) -> Vec<u64> {
    let lines = std::str::from_utf8(journal).expect("text").lines();
    let intents = lines
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|line| line["body"].clone())
        .filter(|event| event["event"] == "intent");
    intents
        .map(|event| event["attempt"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn an_undo_that_may_not_be_repeated_waits_for_a_person() {
    let once = book("once");
    let bench = Bench::new();
    let told = bench.resume(&once, &cut_in_undo(&once));
    assert_eq!(told.story, "  unknown\nstuck");
    assert_eq!(told.ending, Ok(Ending::Stuck));
    assert_eq!(bench.effects(), [""; 0]);

    let person = Person {
        decides: Some(OnUnknown::Rerun),
        ..Person::default()
    };
    let bench = Bench::new().person(person);
    let told = bench.resume(&once, &cut_in_undo(&once));
    assert!(
        told.story
            .starts_with("  unknown\nAda says rerun\nundo unset one\n  ok\n"),
        "{}",
        told.story
    );
}

#[test]
fn the_runbook_may_decide_that_too() {
    let fails = book("once on-unknown=fail");
    let bench = Bench::new();
    let told = bench.resume(&fails, &cut_in_undo(&fails));
    assert_eq!(told.story, "  unknown\none stuck\nstuck");
    assert_eq!(bench.effects(), [""; 0]);
}

#[test]
fn one_that_may_be_repeated_is_and_that_is_on_record() {
    let plain = book("");
    let bench = Bench::new();
    let told = bench.resume(&plain, &cut_in_undo(&plain));
    assert!(
        told.story.starts_with("  unknown\nundo unset one\n  ok\n"),
        "{}",
        told.story
    );
    assert_eq!(attempts(&told.journal), [2]);
}

#[test]
fn one_that_needs_approval_waits_for_it_and_its_step_does_not() {
    let asks = book("approve");
    let bench = Bench::new();
    let told = bench.run(&asks);
    assert_eq!(told.story, "send set one 1\n  ok\none failed\nstuck");
    assert_eq!(bench.effects(), ["set one 1"]);

    let person = |answer| Person {
        approves: Some(answer),
        ..Person::default()
    };
    let bench = Bench::new().person(person(false));
    let told = bench.run(&asks);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none failed\nAda says no\none stuck\nstuck"
    );
    let bench = Bench::new().person(person(true));
    let told = bench.run(&asks);
    assert!(
        told.story
            .contains("one failed\nAda says yes\nundo unset one\n  ok\n"),
        "{}",
        told.story
    );
}

#[test]
fn a_refused_undo_is_heard_where_no_check_can_vouch() {
    // Its check never held, so it says nothing of what is left.
    let fails = "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n\
                 ```sh check\nget three\n```\n\n```sh undo\nunset one\n```\n";
    for (fault, word) in [(Fault::Refused, "error"), (Fault::LostBefore, "unknown")] {
        let bench = Bench::new().fault(2, fault);
        let told = bench.run(fails);
        let story =
            format!("send set one 1\n  ok\none failed\nundo unset one\n  {word}\none stuck\nstuck");
        assert_eq!(told.story, story);
        assert_eq!(bench.values(), "one=1");
    }
    // Whoever has looked knows.
    for (confirms, ends) in [(true, "one undone\nfailed"), (false, "one stuck\nstuck")] {
        let person = Person {
            confirms: Some(confirms),
            ..Person::default()
        };
        let told = Bench::new()
            .fault(2, Fault::Refused)
            .person(person)
            .run(fails);
        assert!(told.story.ends_with(ends), "{}", told.story);
        assert!(told.story.contains("\nAda says "), "{}", told.story);
    }
    // What was refused may have half happened, and its undo too.
    let bench = Bench::new()
        .fault(1, Fault::Refused)
        .fault(2, Fault::Refused);
    let told = bench.run(fails);
    assert!(told.story.ends_with("one stuck\nstuck"), "{}", told.story);
}

#[test]
fn on_unknown_undo_takes_the_step_back_whatever_else_a_failure_leads_to() {
    let book = "---\ntitle: B\non: box\non-failure: stop\n---\n\n## Zero\n\n```sh run\nset zero 0\n\
                ```\n\n```sh check\nget zero\n```\n\n```sh undo\nunset zero\n```\n\n\
                ## One\n\n```sh run once on-unknown=undo\nset one 1\n```\n\n\
                ```sh check\nget three\n```\n\n```sh undo\nunset one\n```\n\n\
                ```sh check after=undo\nget zero\n```\n";
    let bench = Bench::new().fault(2, Fault::LostAfter);
    let told = bench.run(book);
    assert!(
        told.story
            .ends_with("one failed\nundo unset one\n  ok\none undone\nfailed"),
        "{}",
        told.story
    );
    assert_eq!(bench.values(), "zero=0");
    // Killed before that, it still is.
    let journal = &told.journal;
    let text = std::str::from_utf8(journal).expect("text");
    let failed = text.find("\"verdict\":\"failed\"").expect("it failed");
    let end = failed + text[failed..].find('\n').expect("a line") + 1;
    let bench = Bench::new();
    let resumed = bench.resume(book, &journal[..end]);
    assert_eq!(bench.effects(), ["unset one"], "{}", resumed.story);
}
