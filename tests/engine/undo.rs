use runsheet::event::Ending;

use crate::bench::{Bench, Fault};

fn book(second: &str) -> String {
    format!(
        "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n```sh check\n\
         get one\n```\n\n```sh undo\nunset one\n```\n\n## Two\n\n{second}"
    )
}

const FAILS: &str = "```sh run\nset two 2\n```\n\n```sh check\nget three\n```\n\n\
                     ```sh undo\nunset two\n```\n";

#[test]
fn a_step_that_cannot_be_taken_back_leaves_the_run_stuck_and_sends_nothing_more() {
    let bench = Bench::new().fault(3, Fault::Gone);
    let told = bench.run(&book(FAILS));
    // The undo of `two` is lost, so nothing is known, and `one` is left alone.
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  ok\ntwo failed\n\
         undo unset two\n  unknown\ntwo stuck\nstuck"
    );
    assert_eq!(told.ending, Ok(Ending::Stuck));
    assert_eq!(bench.values(), "one=1 two=2");
}

#[test]
fn undo_none_says_why_and_stops_the_back_out() {
    let second = "```sh run undo=none reason=\"it is done\"\nset two 2\n```\n\n\
                  ```sh check\nget three\n```\n";
    let told = Bench::new().run(&book(second));
    assert!(
        told.story.ends_with("two failed\ntwo stuck\nstuck"),
        "{}",
        told.story
    );
}

#[test]
fn undo_fences_run_in_reverse_order() {
    let second = "```sh run\nset two 2\n```\n\n```sh check\nget three\n```\n\n\
                  ```sh undo\nunset two\n```\n\n```sh undo\nset last 1\n```\n";
    let bench = Bench::new();
    bench.run(&book(second));
    assert_eq!(
        bench.effects(),
        [
            "set one 1",
            "set two 2",
            "set last 1",
            "unset two",
            "unset one"
        ]
    );
}

#[test]
fn what_was_refused_is_taken_back_whatever_is_seen_of_it() {
    let second = "```sh run\nset two 2\n```\n\n```sh check\nget three\n```\n\n\
                  ```sh undo\nunset two\n```\n\n```sh check after=undo\nget one\n```\n";
    let bench = Bench::new().fault(2, Fault::Refused);
    let told = bench.run(&book(second));
    assert!(
        told.story
            .contains("two failed\nundo unset two\n  ok\ntwo undone\nundo unset one"),
        "{}",
        told.story
    );
}

#[test]
fn after_an_undo_that_was_lost_the_rest_is_not_sent() {
    let second = "```sh run\nset two 2\n```\n\n```sh check\nget three\n```\n\n\
                  ```sh undo\nunset two\n```\n\n```sh undo\nset last 1\n```\n";
    let bench = Bench::new().fault(3, Fault::LostAfter);
    let told = bench.run(&book(second));
    assert!(
        told.story
            .ends_with("undo set last 1\n  unknown\ntwo stuck\nstuck"),
        "{}",
        told.story
    );
    assert_eq!(bench.effects(), ["set one 1", "set two 2", "set last 1"]);
}
