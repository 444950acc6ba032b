//! Ctrl-C is heard between any two effects, also of one step and of a back-out, and leaves a run
//! that goes on where it stood.

use runsheet::event::Ending;

use crate::bench::{Bench, Fault};

/// A step of two effects, whose check sees the first of them.
fn two_effects(attributes: &str) -> String {
    format!(
        "---\ntitle: B\non: box\n---\n\n## Both\n\n```sh run {attributes}\nset one 1\n```\n\n\
         ```sh run\nset two 2\n```\n\n```sh check\nget one\n```\n\n\
         ```sh undo\nunset two\n```\n\n```sh undo\nunset one\n```\n"
    )
}

/// Two steps, the second of which fails.
const FAILS: &str = "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n\
     ```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n\n## Two\n\n\
     ```sh run\nset two 2\n```\n\n```sh check\nget three\n```\n\n\
     ```sh undo\nunset two\n```\n\n```sh undo\nset last 1\n```\n";

#[test]
fn what_was_not_sent_yet_is_sent_although_the_check_holds_by_then() {
    for attributes in ["", "always"] {
        let bench = Bench::new().fault(1, Fault::Pressed);
        let book = two_effects(attributes);
        let told = bench.run(&book);
        assert_eq!(told.ending, Ok(Ending::Interrupted), "{}", told.story);
        assert_eq!(bench.effects(), ["set one 1"]);

        let resumed = bench.calm().resume(&book, &told.journal);
        assert_eq!(
            resumed.story, "send set two 2\n  ok\nboth passed\ndone",
            "{attributes}"
        );
        assert_eq!(bench.effects(), ["set one 1", "set two 2"]);
    }
}

#[test]
fn a_back_out_does_not_begin_once_it_was_pressed() {
    let bench = Bench::new().fault(2, Fault::Pressed);
    let told = bench.run(FAILS);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  ok\ntwo failed\ninterrupted"
    );
    let resumed = bench.calm().resume(FAILS, &told.journal);
    assert_eq!(
        resumed.story,
        "undo set last 1\n  ok\nundo unset two\n  ok\ntwo undone\n\
         undo unset one\n  ok\none undone\nfailed"
    );
}

#[test]
fn a_back_out_stops_between_two_effects() {
    let bench = Bench::new().fault(3, Fault::Pressed);
    let told = bench.run(FAILS);
    assert!(
        told.story
            .ends_with("two failed\nundo set last 1\n  ok\ninterrupted"),
        "{}",
        told.story
    );
    assert_eq!(told.ending, Ok(Ending::Interrupted));
    let resumed = bench.calm().resume(FAILS, &told.journal);
    assert_eq!(
        resumed.story,
        "undo unset two\n  ok\ntwo undone\nundo unset one\n  ok\none undone\nfailed"
    );
    assert_eq!(bench.effects().len(), 5, "{:?}", bench.effects());
}

#[test]
fn so_does_an_undo_and_twice_leaves_what_nobody_knows() {
    let bench = Bench::new();
    let run = bench.run(&two_effects(""));
    bench
        .device
        .borrow_mut()
        .faults
        .insert(3, Fault::PressedTwice);
    let undo = bench.undo(&two_effects(""), &run.journal);
    assert_eq!(undo.story, "undo unset one\n  unknown\ninterrupted");
    assert_eq!(undo.ending, Ok(Ending::Interrupted));
}
