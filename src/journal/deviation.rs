use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Entry;
use crate::event::{
    Answer, Change, Compared, Event, Finding, Outcome, Place, Purpose, READ_AT_DEVICE, Verdict,
};

/// Something that did not go as the runbooks say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// Its kind.
    pub kind: DeviationKind,
    /// The step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What happened, for a person.
    pub what: String,
    /// The journal's line that says so.
    pub entry: u64,
}

/// Kinds of deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviationKind {
    /// Not the whole runbooks were run.
    Selection,
    /// A failure was to lead to something else than the runbooks say.
    OnFailure,
    /// It ran before it was approved.
    Emergency,
    /// A connection used an algorithm that is no longer good.
    WeakAlgorithm,
    /// A key was trusted because a person read it at the device.
    KeyRead,
    /// It was made when its approvals did not let it be.
    OutsideWindow,
    /// The clock was put back while it went on: what its times say is not what was.
    ClockSetBack,
    /// A step was left out.
    Skipped,
    /// An effect was sent, and nobody knows whether it arrived.
    UnknownOutcome,
    /// A device said no to an effect, or it could not be sent.
    RefusedEffect,
    /// An effect was sent again.
    Repeated,
    /// A person chose what to do.
    Decision,
    /// A device took a change back by itself, or could not be told to keep it.
    Reverted,
    /// A step's check showed that an effect with unknown outcome had arrived.
    Reconciled,
    /// A step did not come to what it is for, or the run ended before any did.
    NotDone,
    /// What was to be taken back was not as the run had left it.
    Drift,
    /// What can't be taken back was left as it was.
    Kept,
    /// What was done was taken back.
    BackedOut,
    /// A person ended the run early.
    Interrupted,
    /// The run went on where its journal ended.
    Resumed,
    /// It went on with something other than what it began with, or what it takes back did.
    Edited,
    /// The journal ends in the middle.
    Incomplete,
}

impl DeviationKind {
    /// Whether a run that ended well did not go smoothly.
    pub(crate) fn is_an_issue(self) -> bool {
        !matches!(
            self,
            Self::Selection
                | Self::OnFailure
                | Self::Emergency
                | Self::WeakAlgorithm
                | Self::KeyRead
                | Self::Skipped
        )
    }
}

impl Entry {
    /// What this line shows that did not go as the runbooks say, in a run for some purpose.
    pub(crate) fn deviations(&self, purpose: Purpose) -> Vec<Deviation> {
        use DeviationKind as Kind;
        let mut found = Vec::new();
        let mut add = |kind, place: Option<&Place>, what: String| {
            found.push(Deviation {
                kind,
                place: place.cloned(),
                what,
                entry: self.seq,
            });
        };
        match &self.body {
            Event::RunStarted {
                deviations,
                edited,
                on_failure,
                change,
                ..
            } => {
                for what in deviations {
                    add(Kind::Selection, None, what.clone());
                }
                for what in edited {
                    add(Kind::Edited, None, what.clone());
                }
                if let Some(policy) = on_failure {
                    add(Kind::OnFailure, None, on_failure_told(policy));
                }
                if change.is_unapproved_emergency() {
                    let what = "an emergency change, not approved before the run";
                    add(Kind::Emergency, None, what.to_owned());
                }
            }
            Event::Resumed {
                by,
                environment: _,
                torn,
                deviations,
                revision: _,
                on_failure,
            } => {
                let torn = torn.as_ref().map_or_else(String::new, |torn| {
                    let bytes = torn.bytes;
                    format!(
                        "; a torn line ({bytes} bytes) was set aside in {}",
                        torn.kept_in
                    )
                });
                add(Kind::Resumed, None, format!("taken up again by {by}{torn}"));
                for what in deviations {
                    add(Kind::Edited, None, what.clone());
                }
                if let Some(policy) = on_failure {
                    add(Kind::OnFailure, None, on_failure_told(policy));
                }
            }
            Event::TargetSeen {
                target,
                trusted_by,
                weak,
                ..
            } => {
                if !weak.is_empty() {
                    let what = format!("{target} was reached over weak {}", weak.join(", "));
                    add(Kind::WeakAlgorithm, None, what);
                }
                if let Some(by) = trusted_by
                    .as_ref()
                    .filter(|by| by.starts_with(READ_AT_DEVICE))
                {
                    let what = format!("the key of {target} was trusted as it was {by}");
                    add(Kind::KeyRead, None, what);
                }
            }
            // Whoever is asked for more than yes or no chooses a way of their own.
            Event::Decision {
                place, answer, by, ..
            } if !matches!(answer.as_str(), "yes" | "no" | "done") => {
                add(Kind::Decision, Some(place), format!("{by} chose: {answer}"));
            }
            Event::Intent {
                place,
                target,
                attempt,
                ..
            } if *attempt > 1 => {
                let what = format!("sent to {target} again, try {attempt}");
                add(Kind::Repeated, Some(place), what);
            }
            Event::Outcome {
                place,
                target,
                undo,
                outcome,
                sent,
                reason,
                answer,
                ..
            } => {
                let verb = if *undo { "an undo" } else { "an effect" };
                let (kind, how) = match outcome {
                    Outcome::Ok => return found,
                    Outcome::Error if !sent => (Kind::RefusedEffect, "was not sent"),
                    Outcome::Error => (Kind::RefusedEffect, "failed"),
                    Outcome::Unknown => (Kind::UnknownOutcome, "had no answer"),
                };
                let why = first_line(reason.as_deref(), answer);
                add(kind, Some(place), format!("{verb} on {target} {how}{why}"));
            }
            Event::Settled {
                place,
                target,
                confirmed,
                error,
            } if !confirmed || error.is_some() => {
                let what = match error {
                    None => format!("{target} took a change back"),
                    Some(error) => format!("the timer on {target} could not be told: {error}"),
                };
                add(Kind::Reverted, Some(place), what);
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } => {
                if let Some(kind) = of_verdict(*verdict, purpose) {
                    let why = first_line(reason.as_deref(), &Answer::default());
                    add(kind, Some(place), format!("{}{why}", verdict.word()));
                }
            }
            Event::Compared { steps, .. } => {
                for Compared { place, finding } in steps {
                    let what = match finding {
                        Finding::Holds => continue,
                        Finding::DoesNotHold { misses } => misses.join("\n"),
                        Finding::CantTell { reason } => format!("can't tell: {reason}"),
                    };
                    let what = format!("not as the run left it: {what}");
                    add(Kind::Drift, Some(place), what);
                }
            }
            Event::BackingOut { steps, reason } => {
                let steps = match steps {
                    1 => "a step".to_owned(),
                    steps => format!("{steps} steps"),
                };
                let what = format!("backed out {steps}: {reason}");
                add(Kind::BackedOut, None, what);
            }
            Event::Interrupted => {
                let what = "a person interrupted the run";
                add(Kind::Interrupted, None, what.to_owned());
            }
            // Every event by name: one that is new must not be left out unawares.
            Event::StepStarted { .. }
            | Event::Looked { .. }
            | Event::Decision { .. }
            | Event::Intent { .. }
            | Event::Settled { .. }
            | Event::Sending { .. }
            | Event::Output { .. }
            | Event::Moved { .. }
            | Event::RunEnded { .. } => {}
        }
        found
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

fn on_failure_told(policy: &str) -> String {
    format!("whatever the runbooks say, a failure was to lead to: {policy}")
}

/// What is to be said about a change that was not made when its approvals let it be. A lab's time
/// is its own.
pub fn outside_window(
    change: &Change,
    lab: bool,
    began: Timestamp,
    ended: Timestamp,
) -> Option<String> {
    let (from, until) = change.window();
    let too_early = from.is_some_and(|from| began < from);
    let too_late = until.is_some_and(|until| ended >= until);
    if lab || !(too_early || too_late) {
        return None;
    }
    let valid = [
        from.map(|from| format!(" from {from}")),
        until.map(|until| format!(" until {until}")),
    ];
    let valid: String = valid.into_iter().flatten().collect();
    Some(format!(
        "made from {began} to {ended}, and approved{valid} only"
    ))
}

/// What is to be said about a line that is, by the clock, earlier than the one before it. A lab's
/// time is its own.
pub fn clock_set_back(lab: bool, before: Timestamp, at: Timestamp) -> Option<String> {
    let is_back = !lab && at < before;
    is_back.then(|| format!("the clock was set back: from {before} to {at}"))
}

fn of_verdict(verdict: Verdict, purpose: Purpose) -> Option<DeviationKind> {
    match verdict {
        Verdict::Already | Verdict::Passed => None,
        Verdict::Undone if purpose == Purpose::Undo => None,
        Verdict::Undone => Some(DeviationKind::BackedOut),
        Verdict::Kept => Some(DeviationKind::Kept),
        Verdict::Skipped => Some(DeviationKind::Skipped),
        Verdict::Reconciled => Some(DeviationKind::Reconciled),
        Verdict::Failed | Verdict::Stopped | Verdict::Stuck => Some(DeviationKind::NotDone),
    }
}

/// The device's own words, or the first line of why; the journal's line has all of it.
fn first_line(reason: Option<&str>, answer: &Answer) -> String {
    let refusal = answer.refusal.as_ref().map(|r| r.message.as_str());
    let why = refusal.or(reason).unwrap_or_default().trim();
    match why.lines().next() {
        Some(line) => format!(": {}", line.trim_end()),
        None => String::new(),
    }
}
