//! A run that ended before its end goes on, and sends nothing blindly.

use runsheet::event::Ending;

use crate::bench::{Bench, Fault, Person};

/// Three steps, the second of which must never be done twice.
const THREE: &str = r#"---
title: Three values
on: box
---

## One

```sh run
set one 1
```

```sh check
get one
```

```sh undo
unset one
```

## Two

```sh run once
set two 2
```

```sh check
get two
```

```sh undo
unset two
```

## Three

```sh run
set three 3
```

```sh run
set third 3
```

```sh check
get three
```

```sh check
get third
```

```sh undo
unset three
```

```sh undo
unset third
```
"#;

#[test]
fn a_journal_cut_anywhere_leads_to_no_second_effect() {
    let done = Bench::new();
    let whole = done.run(THREE).journal;
    for cut in 0..=whole.len() {
        // The device has all that was done, whatever the journal still knows of it.
        let bench = Bench::new();
        *bench.device.borrow_mut() = done.device.borrow().clone();
        let told = bench.resume(THREE, &whole[..cut]);
        assert_eq!(
            bench.effects(),
            ["set one 1", "set two 2", "set three 3", "set third 3"],
            "cut at {cut}: {}",
            told.story
        );
        assert_eq!(
            told.ending,
            Ok(Ending::Done),
            "cut at {cut}: {}",
            told.story
        );
    }
    println!("{} cuts", whole.len() + 1);
}

#[test]
fn whatever_was_done_when_the_journal_stopped_the_run_can_be_finished() {
    let writes = Bench::new().run(THREE).journal;
    let writes = writes.iter().filter(|byte| **byte == b'\n').count();
    for left in 0..=writes {
        let mut bench = Bench::new().disk_full_after(left);
        let journal = bench.run(THREE).journal;
        bench.disk = None;
        let told = bench.resume(THREE, &journal);
        let twos = bench.effects().iter().filter(|e| *e == "set two 2").count();
        assert!(twos <= 1, "after {left} writes: {}", told.story);
        // Who may not send it twice must not guess whether it arrived.
        match told.ending {
            Ok(Ending::Done) => {
                assert_eq!(bench.values(), "one=1 third=3 three=3 two=2");
            }
            Ok(Ending::Stuck) => assert_eq!(twos, 0, "after {left} writes: {}", told.story),
            other => panic!("after {left} writes: {other:?}\n{}", told.story),
        }
    }
}

#[test]
fn an_effect_that_may_not_be_repeated_waits_for_a_person() {
    // Its intent is the last line: nothing was sent, but nobody can know that.
    let journal = Bench::new().run(THREE).journal;
    let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    let is_intent = |line: &&[u8]| String::from_utf8_lossy(line).contains(r#""sent":"set two 2"#);
    let intent = lines.iter().position(is_intent).expect("it was sent");
    let cut: Vec<u8> = lines[..=intent].concat();

    let bench = Bench::new();
    bench
        .device
        .borrow_mut()
        .values
        .insert("one".into(), "1".into());
    let told = bench.resume(THREE, &cut);
    assert_eq!(told.story, "  unknown\nstuck");
    assert_eq!(bench.effects(), [""; 0]);

    let bench = Bench::new().person(Person {
        decides: Some(runsheet::runbook::OnUnknown::Rerun),
        ..Person::default()
    });
    bench
        .device
        .borrow_mut()
        .values
        .insert("one".into(), "1".into());
    let told = bench.resume(THREE, &cut);
    assert_eq!(
        told.story,
        "  unknown\nAda says rerun\nsend set two 2\n  ok\ntwo passed\nsend set three 3\n  ok\n\
         send set third 3\n  ok\nthree passed\ndone"
    );
}

#[test]
fn a_back_out_that_was_cut_short_is_finished() {
    let failing = |bench: Bench| bench.fault(3, Fault::Ignored);
    let whole = failing(Bench::new()).run(THREE).journal;
    let writes = whole.iter().filter(|byte| **byte == b'\n').count();
    for left in 1..writes {
        let mut bench = failing(Bench::new()).disk_full_after(left);
        let journal = bench.run(THREE).journal;
        bench.disk = None;
        bench.device.borrow_mut().faults.clear();
        let told = bench.resume(THREE, &journal);
        match told.ending {
            // It was taken back, or the effect that failed was done in the second life.
            Ok(Ending::Failed) => assert_eq!(bench.values(), "", "{left}: {}", told.story),
            Ok(Ending::Done) => {
                assert_eq!(
                    bench.values(),
                    "one=1 third=3 three=3 two=2",
                    "{left}: {}",
                    told.story
                );
            }
            Ok(Ending::Stuck) => {
                let twos = bench.effects().iter().filter(|e| *e == "set two 2").count();
                assert_eq!(twos, 0, "{left}: {}", told.story);
            }
            other => panic!("after {left} writes: {other:?}\n{}", told.story),
        }
    }
}
