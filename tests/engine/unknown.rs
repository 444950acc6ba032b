use runsheet::event::Ending;
use runsheet::runbook::OnUnknown;

use crate::bench::{Bench, Fault, Person};

fn book(attributes: &str) -> String {
    format!(
        "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run {attributes}\nset one 1\n```\n\n\
         ```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n"
    )
}

#[test]
fn an_effect_that_arrived_although_the_answer_was_lost_is_reconciled_by_the_check() {
    let bench = Bench::new().fault(1, Fault::LostAfter);
    let told = bench.run(&book(""));
    assert_eq!(
        told.story,
        "send set one 1\n  unknown\none reconciled\ndone"
    );
    assert_eq!(bench.effects(), ["set one 1"]);
}

#[test]
fn an_effect_that_ends_its_connection_is_through_once_all_of_it_has_left() {
    let bench = Bench::new().fault(1, Fault::Cut);
    let told = bench.run(&book("disconnects once"));
    assert_eq!(told.story, "send set one 1\n  ok\none passed\ndone");
    for (attributes, fault) in [
        ("disconnects once", Fault::LostBefore),
        ("once", Fault::Cut),
    ] {
        let bench = Bench::new().fault(1, fault);
        let story = bench.run(&book(attributes)).story;
        assert!(story.starts_with("send set one 1\n  unknown\n"), "{story}");
    }
}

#[test]
fn an_effect_that_did_not_arrive_is_sent_again_only_after_the_check_said_so() {
    let bench = Bench::new().fault(1, Fault::LostBefore);
    let told = bench.run(&book(""));
    assert_eq!(
        told.story,
        "send set one 1\n  unknown\nsend set one 1\n  ok\none passed\ndone"
    );
    assert_eq!(bench.effects(), ["set one 1"]);
}

#[test]
fn a_once_effect_is_never_sent_again_without_a_person() {
    let bench = Bench::new().fault(1, Fault::LostBefore);
    let told = bench.run(&book("once"));
    assert_eq!(told.story, "send set one 1\n  unknown\nstuck");
    assert_eq!(told.ending, Ok(Ending::Stuck));
    assert!(bench.effects().is_empty());
}

#[test]
fn a_person_may_have_it_sent_again() {
    let person = Person {
        decides: Some(OnUnknown::Rerun),
        ..Person::default()
    };
    let bench = Bench::new().fault(1, Fault::LostBefore).person(person);
    let told = bench.run(&book("once"));
    assert_eq!(
        told.story,
        "send set one 1\n  unknown\nAda says rerun\nsend set one 1\n  ok\none passed\ndone"
    );
}

#[test]
fn no_answer_to_the_check_is_no_reason_to_send_again() {
    let bench = Bench::new().fault(1, Fault::Gone);
    let told = bench.run(&book(""));
    assert_eq!(told.story, "send set one 1\n  unknown\nstuck");
    assert!(bench.effects().is_empty());
}

#[test]
fn on_unknown_undo_takes_the_step_back() {
    let bench = Bench::new().fault(1, Fault::LostBefore);
    let told = bench.run(&book("once on-unknown=undo"));
    assert_eq!(
        told.story,
        "send set one 1\n  unknown\none failed\nundo unset one\n  ok\none undone\nfailed"
    );
}
