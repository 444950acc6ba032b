//! A device that was replaced since the run spoke to it: nothing of the run is done there.

use runsheet::event::Ending;

use crate::bench::{Bench, Does, Person, Told};

const TWO: &str = "---\ntitle: Two values\non: box\n---\n\n\
    ## One\n\n```sh run\nset one 1\n```\n\n```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n\n\
    ## Two\n\n```sh run\nset two 2\n```\n\n```sh check\nget two\n```\n\n```sh undo\nunset two\n```\n";

/// A box by its serial number and the fingerprint of its key.
fn with(serial: &'static str, host_key: &'static str) -> Bench {
    let bench = Bench::new();
    bench.device.borrow_mut().serial = Some(serial);
    bench.device.borrow_mut().host_key = Some(host_key);
    bench
}

/// Another box at the same address, with everything on it that the run left on the first.
fn another(of: &Bench, serial: &'static str, host_key: &'static str) -> Bench {
    let bench = with(serial, host_key);
    bench.device.borrow_mut().values = of.device.borrow().values.clone();
    bench
}

const REPLACED: [(&str, &str, &str); 2] = [
    (
        "FDO2",
        "SHA256:a",
        "its serial number is FDO2, and was FDO1",
    ),
    (
        "FDO1",
        "SHA256:b",
        "its host key is SHA256:b, and was SHA256:a",
    ),
];

fn assert_nothing_was_sent(bench: &Bench, told: &Told, why: &str) {
    assert_eq!(bench.effects(), Vec::<String>::new(), "{}", told.story);
    let journal = String::from_utf8_lossy(&told.journal);
    let reason = format!("`box`: it is not the device that the run spoke to: {why}");
    assert!(journal.contains(&reason), "{journal}");
}

#[test]
fn what_a_run_did_to_one_device_is_not_taken_back_on_another() {
    let run = with("FDO1", "SHA256:a");
    let journal = run.run(TWO).journal;
    for (serial, host_key, why) in REPLACED {
        let bench = another(&run, serial, host_key);
        let told = bench.undo(TWO, &journal);
        assert_eq!(told.ending, Ok(Ending::Stuck));
        assert_nothing_was_sent(&bench, &told, why);
    }

    let told = run.undo(TWO, &journal);
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
    assert_eq!(run.values(), "");
}

#[test]
fn a_different_box_at_the_same_address_stops_the_run() {
    let run = with("FDO1", "SHA256:a");
    let whole = run.run(TWO).journal;
    let text = String::from_utf8(whole).expect("text");
    // Killed behind the verdict on the first step.
    let cut = text.find("\"event\":\"verdict\"").expect("a verdict");
    let cut = cut + text[cut..].find('\n').expect("its end") + 1;
    run.device.borrow_mut().values.remove("two");
    for (serial, host_key, why) in REPLACED {
        let bench = another(&run, serial, host_key);
        let told = bench.resume(TWO, &text.as_bytes()[..cut]);
        assert_eq!(told.ending, Ok(Ending::Failed), "{}", told.story);
        assert_nothing_was_sent(&bench, &told, why);
    }
}

#[test]
fn a_device_that_does_not_tell_its_serial_number_is_known_by_its_key() {
    let run = with("FDO1", "SHA256:a");
    let journal = run.run(TWO).journal;
    let bench = another(&run, "FDO1", "SHA256:a");
    bench.device.borrow_mut().serial = None;
    let told = bench.undo(TWO, &journal);
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
    assert_eq!(bench.effects(), ["unset two", "unset one"]);
}

/// A step by which the box gets another key, and one that meets it by that.
const REKEYED: &str = "---\ntitle: Another key\non: box\n---\n\n\
    ## One\n\n```sh run\nset one 1\n```\n\n```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n\n\
    ## Key\n\n```manual read pins=box\nRead the fingerprint of its key on its screen.\n```\n\n\
    ```sh check\nget one\n```\n\n\
    ## Two\n\n```sh run\nset two 2\n```\n\n```sh check\nget two\n```\n\n```sh undo\nunset two\n```\n";

#[test]
fn a_key_that_was_read_at_the_device_in_this_run_outweighs_the_one_before() {
    let (old, new) = (
        "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg",
    );
    let run = with("FDO1", old);
    let whole = run.run(REKEYED);
    assert_eq!(whole.ending, Ok(Ending::Stuck), "{}", whole.story);

    for read in [old, new] {
        let bench = another(&run, "FDO1", new).person(Person {
            does: Some(Does::It),
            fills: vec![read.to_owned()],
            ..Person::default()
        });
        let told = bench.resume(REKEYED, &whole.journal);
        match read == new {
            true => {
                assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
                assert_eq!(bench.effects(), ["set two 2"]);
            }
            false => {
                assert_eq!(told.ending, Ok(Ending::Failed), "{}", told.story);
                let why = format!("its host key is {new}, and was {old}");
                assert_nothing_was_sent(&bench, &told, &why);
            }
        }
    }
}
