//! The same at every byte of what is within the encryption: the device has seen so much of what
//! was typed, or we have seen so much of what it shows, and the connection is gone.

use std::ops::RangeInclusive;
use std::time::Instant;

use runsheet::event::Outcome;
use runsheet::lab::Bytes;

use super::{
    Effect, End, Played, Protocol, controller_over_http, controller_over_its_xml_api, density,
    none_is, switch_on_its_console, switch_over_ssh, toolstack,
};

/// What a cut at one byte came to.
struct Tried {
    after: u64,
    is_unknown: bool,
    took_place: bool,
}

impl Tried {
    fn of(after: u64, played: &Played) -> Self {
        let effect = played.effects.first();
        Self {
            after,
            is_unknown: effect.is_some_and(|effect| effect.outcome == Outcome::Unknown),
            took_place: effect.is_some_and(|effect| effect.took_place),
        }
    }
}

impl Effect {
    /// The bytes that passed between its intent and its outcome.
    fn span(&self, of: Bytes) -> RangeInclusive<u64> {
        let (before, by) = self.plaintext;
        match of {
            Bytes::Typed => before.typed + 1..=by.typed,
            Bytes::Shown => before.shown + 1..=by.shown,
        }
    }
}

impl Protocol {
    /// Ends the session at each byte, or at one in so many, and judges what came of it.
    fn cut_within(&self, of: Bytes, whole: &Played) -> Vec<Tried> {
        let began = Instant::now();
        let (all, every) = match of {
            Bytes::Typed => (whole.plaintext.typed, density().0),
            Bytes::Shown => (whole.plaintext.shown, density().1),
        };
        let (mut tried, mut wrong) = (Vec::new(), Vec::new());
        for after in (1..=all).step_by(every) {
            let played = self.play(&End::OfPlaintext(self.reset(of, after)));
            if let Some(fault) = played.fault(&whole.world) {
                wrong.push(format!("after {after} {of:?}: {fault}"));
            }
            tried.push(Tried::of(after, &played));
        }
        let unknown: Vec<_> = tried.iter().filter(|tried| tried.is_unknown).collect();
        println!(
            "{} within the encryption: {all} bytes {of:?}; cut at {} places: {} outcomes unknown \
             ({:?} to {:?}), every run came to its end; {:.1} s",
            self.name,
            tried.len(),
            unknown.len(),
            unknown.first().map(|tried| tried.after),
            unknown.last().map(|tried| tried.after),
            began.elapsed().as_secs_f64(),
        );
        none_is(&wrong, tried.len());
        tried
    }

    /// The effect is one request and its answer: nobody knows from its first byte up to all but
    /// the answer's last, and it is done when its last has arrived.
    fn is_one_request(&self) {
        let whole = self.whole();
        for of in [Bytes::Typed, Bytes::Shown] {
            let tried = self.cut_within(of, &whole);
            let span = whole.effects[0].span(of);
            for Tried {
                after,
                is_unknown,
                took_place,
            } in tried
            {
                let is_answered = of == Bytes::Shown && after == *span.end();
                let expected = span.contains(&after) && !is_answered;
                assert_eq!(is_unknown, expected, "after {after} {of:?} of {span:?}");
                if expected {
                    let arrived = of == Bytes::Shown || after == *span.end();
                    assert_eq!(took_place, arrived, "after {after} {of:?} of {span:?}");
                }
            }
        }
    }

    /// The effect is typed line by line: nobody knows from the first byte of the first of its
    /// `lines` on, until the device has answered, and it is done with the last of them.
    fn is_typed(&self, lines: &str) {
        let whole = self.whole();
        for of in [Bytes::Typed, Bytes::Shown] {
            let tried = self.cut_within(of, &whole);
            let unknown: Vec<_> = tried.iter().filter(|tried| tried.is_unknown).collect();
            let (Some(first), Some(last)) = (unknown.first(), unknown.last()) else {
                assert!(density().0 > 1, "a sample may miss it");
                continue;
            };
            let (first, last) = (first.after, last.after);
            let span = whole.effects[0].span(of);
            assert!(span.contains(&first) && span.contains(&last));
            let between = tried.iter().filter(|t| (first..=last).contains(&t.after));
            assert_eq!(between.count(), unknown.len(), "in one piece");
            let done = tried.iter().find(|t| t.is_unknown && t.took_place);
            if of == Bytes::Typed && density().0 == 1 {
                let done = done.expect("it arrived").after;
                assert_eq!(done - first + 1, lines.len() as u64);
            }
        }
    }
}

/// What the switches' runbook types up to where the device is changed.
const LINES: &str = "vlan 77\r";

#[test]
fn a_switch_over_ssh() {
    switch_over_ssh().is_typed(LINES);
}

#[test]
fn a_switch_on_its_console() {
    switch_on_its_console().is_typed(LINES);
}

#[test]
fn a_controller_over_its_xml_api() {
    controller_over_its_xml_api().is_one_request();
}

#[test]
fn a_controller_over_http() {
    controller_over_http().is_one_request();
}

#[test]
fn a_toolstack() {
    toolstack().is_one_request();
}
