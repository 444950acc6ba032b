//! Effects of which it is certain that they were never sent: nothing of them is taken back.

use runsheet::event::Ending;

use crate::bench::{Bench, Fault};

/// Two steps, the second of two effects. Each undo would harm what was there before.
const TWO: &str = "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n\
    ```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n\n\
    ## Two\n\n```sh run\nset two 2\n```\n\n```sh run\nset second 2\n```\n\n\
    ```sh check\nget two\n```\n\n```sh check\nget second\n```\n\n```sh undo\nunset two\n```\n";

#[test]
fn a_step_that_sent_nothing_is_not_taken_back_and_those_before_it_are() {
    let bench = Bench::new().fault(2, Fault::NotSent);
    let told = bench.run(TWO);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  not sent\ntwo failed\n\
         undo unset one\n  ok\none undone\nfailed"
    );
    assert_eq!(bench.effects(), ["set one 1", "unset one"]);
}

#[test]
fn where_an_earlier_effect_of_the_step_was_sent_the_step_is_taken_back() {
    let bench = Bench::new().fault(3, Fault::NotSent);
    let told = bench.run(TWO);
    assert!(
        told.story.contains("undo unset two\n  ok\ntwo undone\n"),
        "{}",
        told.story
    );
    let bench = Bench::new()
        .fault(2, Fault::LostAfter)
        .fault(3, Fault::NotSent);
    let told = bench.run(&TWO.replace("get second", "get two"));
    assert!(
        told.story.contains("undo unset two\n  ok\ntwo undone\n"),
        "nobody knew of the first: {}",
        told.story
    );
}

#[test]
fn a_run_that_was_cut_short_behind_it_takes_nothing_of_it_back_either() {
    let whole = Bench::new().fault(2, Fault::NotSent).run(TWO).journal;
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let is_it = |line: &&[u8]| String::from_utf8_lossy(line).contains(r#""sent":false"#);
    let outcome = lines.iter().position(is_it).expect("on record as not sent");
    for cut in outcome + 1..lines.len() {
        let journal = lines[..cut].concat();
        let bench = Bench::new();
        let mut values = vec![("two", "mine")];
        if !String::from_utf8_lossy(&journal).contains("unset one") {
            values.push(("one", "1"));
        }
        let values = values
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        bench.device.borrow_mut().values = values.collect();
        let told = bench.resume(TWO, &journal);
        assert_eq!(told.ending, Ok(Ending::Failed), "{cut}: {}", told.story);
        assert_eq!(bench.values(), "two=mine", "{cut}: {}", told.story);
    }
}

#[test]
fn a_later_undo_takes_back_the_steps_that_sent_something() {
    let stops = TWO.replace("on: box", "on: box\non-failure: stop");
    let bench = Bench::new().fault(2, Fault::NotSent);
    let journal = bench.run(&stops).journal;
    let told = bench.undo(&stops, &journal);
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
    assert_eq!(bench.effects(), ["set one 1", "unset one"]);
}

#[test]
fn what_may_have_arrived_before_it_is_still_taken_back_where_a_runbook_says_so() {
    let book = "---\ntitle: B\non: box\non-failure: stop\n---\n\n## One\n\n\
        ```sh run on-unknown=undo\nset one 1\n```\n\n```sh check\nget one\n```\n\n\
        ```sh undo\nunset one\n```\n";
    let bench = Bench::new()
        .fault(1, Fault::LostBefore)
        .fault(2, Fault::NotSent);
    let told = bench.run(book);
    assert_eq!(
        told.story,
        "send set one 1\n  unknown\nsend set one 1\n  not sent\none failed\n\
         undo unset one\n  ok\none undone\nfailed"
    );
    // And by itself it is not.
    let bench = Bench::new().fault(1, Fault::NotSent);
    let told = bench.run(book);
    assert_eq!(told.story, "send set one 1\n  not sent\none failed\nfailed");
}
