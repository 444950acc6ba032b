use runsheet::event::Ending;

use crate::bench::{Bench, Fault, Person};

const TWO_STEPS: &str = r#"---
title: Two values
on: box
---

## One

```sh run
set one 1
```

```sh check
get one
```

```expect
1
```

```sh undo
unset one
```

## Two

```sh run
set two 2
```

```sh check
get two
```

```expect
2
```

```sh undo
unset two
```
"#;

#[test]
fn a_run_sends_what_is_not_done_and_checks_it() {
    let bench = Bench::new();
    let told = bench.run(TWO_STEPS);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  ok\ntwo passed\ndone"
    );
    assert_eq!(told.ending, Ok(Ending::Done));
    assert_eq!(bench.values(), "one=1 two=2");
}

#[test]
fn a_second_run_sends_nothing() {
    let bench = Bench::new();
    bench.run(TWO_STEPS);
    let told = bench.run(TWO_STEPS);
    assert_eq!(told.story, "one already\ntwo already\ndone");
    assert_eq!(bench.effects(), ["set one 1", "set two 2"]);
}

#[test]
fn a_command_that_says_yes_and_does_nothing_is_a_failed_step() {
    let bench = Bench::new().fault(2, Fault::Ignored);
    let told = bench.run(TWO_STEPS);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  ok\ntwo failed\n\
         undo unset two\n  ok\ntwo undone\nundo unset one\n  ok\none undone\nfailed"
    );
    assert_eq!(bench.values(), "");
}

#[test]
fn a_refused_command_is_backed_out_newest_first() {
    let bench = Bench::new().fault(2, Fault::Refused);
    let told = bench.run(TWO_STEPS);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend set two 2\n  error\ntwo failed\n\
         undo unset two\n  ok\ntwo undone\nundo unset one\n  ok\none undone\nfailed"
    );
    assert_eq!(told.ending, Ok(Ending::Failed));
    assert_eq!(bench.values(), "");
}

#[test]
fn a_device_that_cannot_be_looked_at_stops_the_run_before_any_effect() {
    let bench = Bench::new();
    bench.device.borrow_mut().gone = true;
    let told = bench.run(TWO_STEPS);
    assert_eq!(told.story, "one stopped\nfailed");
    assert!(bench.effects().is_empty());
}

#[test]
fn approval_comes_from_a_person_and_never_from_silence() {
    let book = TWO_STEPS.replacen("```sh run", "```sh run approve", 1);
    let silent = Bench::new();
    let told = silent.run(&book);
    assert_eq!(
        (told.story.as_str(), told.ending),
        ("stuck", Ok(Ending::Stuck))
    );
    assert!(silent.effects().is_empty());

    let yes = Bench::new().person(Person {
        approves: Some(true),
        ..Person::default()
    });
    let told = yes.run(&book);
    assert!(
        told.story.starts_with("Ada says yes\nsend set one 1"),
        "{}",
        told.story
    );

    let no = Bench::new().person(Person {
        approves: Some(false),
        ..Person::default()
    });
    assert_eq!(no.run(&book).story, "Ada says no\none stopped\nfailed");
    assert!(no.effects().is_empty());
}

#[test]
fn nothing_is_sent_after_a_failed_journal_write() {
    let all = Bench::new();
    let written = {
        // The number of lines that the whole run writes, found by letting the disk fail later
        // and later.
        (1..).find(|&n| {
            Bench::new()
                .disk_full_after(n)
                .run(TWO_STEPS)
                .ending
                .is_ok()
        })
    };
    let written = written.expect("a finite run");
    all.run(TWO_STEPS);
    for writes in 0..written {
        let bench = Bench::new().disk_full_after(writes);
        let told = bench.run(TWO_STEPS);
        assert!(
            told.ending.is_err(),
            "after {writes} writes the run must not succeed"
        );
        let intents = told
            .story
            .lines()
            .filter(|line| line.starts_with("send"))
            .count();
        assert_eq!(bench.effects().len(), intents, "after {writes} writes");
    }
}

#[test]
fn an_interrupt_stops_between_two_effects() {
    let bench = Bench::new();
    bench.interrupt.ask();
    let told = bench.run(TWO_STEPS);
    assert_eq!(told.ending, Ok(Ending::Interrupted));
    assert!(bench.effects().is_empty());
}
