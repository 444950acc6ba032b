//! Looks for an input that breaks a promise, makes it small, and keeps what led to it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use proptest::test_runner::{
    Config, FileFailurePersistence, TestCaseError, TestError, TestRng, TestRunner,
};

use crate::mutation::{self, Input};

/// How many inputs a plain `cargo test` tries.
const FEW: u32 = 48;
/// No input is longer than some 20 KiB, so whatever takes so long would take forever on a large
/// one. A debug build on a busy machine is far below it.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(10);

/// Tries inputs made from `seeds` and `words` until time is up or one breaks `holds`. What led
/// to a failure is kept in `kept` and tried first from then on.
pub(crate) fn search(
    kept: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    holds: fn(&[u8]),
) {
    let seconds = std::env::var("RUNSHEET_FUZZ_SECONDS").ok();
    let seconds = seconds.map_or(0, |text| text.parse().expect("a number of seconds"));
    let config = Config {
        cases: FEW,
        max_shrink_time: 20_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(kept))),
        ..Config::default()
    };
    let inputs = mutation::inputs(seeds, words);
    let begun = Instant::now();
    let cases = Cell::new(0_u64);
    loop {
        // A plain `cargo test` tries the same inputs each time.
        let algorithm = config.rng_algorithm;
        let mut runner = match seconds {
            0 => TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(algorithm)),
            _ => TestRunner::new(config.clone()),
        };
        let outcome = runner.run(&inputs, |Input(bytes)| {
            cases.set(cases.get() + 1);
            let begun = computed();
            holds(&bytes);
            match computed() - begun < TOO_LONG {
                true => Ok(()),
                false => Err(TestCaseError::fail("it takes too long")),
            }
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(why, input)) => panic!("{why}\nwith {input:?}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
        if begun.elapsed().as_secs() >= seconds {
            break;
        }
    }
    let spent = begun.elapsed().as_secs_f64();
    let rate = cases.get() as f64 / spent;
    println!(
        "{kept}: {} inputs in {spent:.1} s, {rate:.0} a second",
        cases.get()
    );
}

/// How long this thread has computed so far: what else the machine does is not the reader's
/// fault. In nanoseconds it is the first number there.
pub(crate) fn computed() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(spent.expect("Linux counts what a thread computes"))
}
