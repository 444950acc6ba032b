use serde::{Deserialize, Serialize};

use crate::event::{Change, ChangeKind, Event, Outcome, Purpose, Verdict};
use crate::journal::Entry;

/// Something that did not go as the runbooks say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// Its kind.
    pub kind: DeviationKind,
    /// What happened.
    pub what: String,
    /// The journal's line.
    pub entry: u64,
}

/// Kinds of deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviationKind {
    /// Not the whole runbooks were run.
    Selection,
    /// It ran before it was approved.
    Emergency,
    /// A connection used an algorithm that is no longer good.
    WeakAlgorithm,
    /// A step was left out.
    Skipped,
    /// An effect was sent, and nobody knows whether it arrived.
    UnknownOutcome,
    /// A device said no to an effect.
    RefusedEffect,
    /// An effect was sent again.
    Repeated,
    /// A person chose what to do.
    Decision,
    /// A device took a change back by itself, or could not be told to keep it.
    Reverted,
    /// A step's check showed that an effect with unknown outcome had arrived.
    Reconciled,
    /// A step did not come to what it is for.
    NotDone,
    /// What was done was taken back.
    BackedOut,
    /// A person ended the run early.
    Interrupted,
    /// The run went on where its journal ended.
    Resumed,
    /// It went on with something other than what it began with.
    Edited,
    /// The journal ends in the middle.
    Incomplete,
}

impl DeviationKind {
    /// Whether a run that ended well did not go smoothly.
    pub(crate) fn is_an_issue(self) -> bool {
        !matches!(
            self,
            Self::Selection | Self::Emergency | Self::WeakAlgorithm | Self::Skipped
        )
    }
}

/// All deviations that a journal shows, in its order.
pub(crate) fn deviations(entries: &[Entry], purpose: Purpose) -> Vec<Deviation> {
    let mut found = Vec::new();
    for entry in entries {
        let mut add = |kind, what: String| {
            found.push(Deviation {
                kind,
                what,
                entry: entry.seq,
            });
        };
        match &entry.body {
            Event::RunStarted {
                deviations, change, ..
            } => {
                let selected = deviations.iter().cloned();
                selected.for_each(|what| add(DeviationKind::Selection, what));
                if let Some(what) = emergency(change) {
                    add(DeviationKind::Emergency, what);
                }
            }
            Event::Resumed {
                by,
                torn,
                deviations,
            } => {
                let torn = torn.as_ref().map_or_else(String::new, |torn| {
                    format!("; {} bytes were set aside in {}", torn.bytes, torn.kept_in)
                });
                add(DeviationKind::Resumed, format!("by {by}{torn}"));
                let edited = deviations.iter().cloned();
                edited.for_each(|what| add(DeviationKind::Edited, what));
            }
            Event::TargetSeen { target, weak, .. } if !weak.is_empty() => {
                let what = format!("{target}: {}", weak.join(", "));
                add(DeviationKind::WeakAlgorithm, what);
            }
            Event::Decision {
                place, answer, by, ..
            } if !matches!(answer.as_str(), "yes" | "no" | "done") => {
                add(DeviationKind::Decision, format!("{place}: {answer} ({by})"));
            }
            Event::Intent { place, attempt, .. } if *attempt > 1 => {
                add(DeviationKind::Repeated, format!("{place}: try {attempt}"));
            }
            Event::Outcome {
                place,
                outcome,
                reason,
                ..
            } if *outcome != Outcome::Ok => {
                let kind = match outcome {
                    Outcome::Unknown => DeviationKind::UnknownOutcome,
                    _ => DeviationKind::RefusedEffect,
                };
                add(kind, with(&place.to_string(), reason.as_deref()));
            }
            Event::Settled {
                place,
                confirmed,
                error,
                ..
            } if !confirmed || error.is_some() => {
                add(
                    DeviationKind::Reverted,
                    with(&place.to_string(), error.as_deref()),
                );
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } => {
                if let Some(kind) = of_verdict(*verdict, purpose) {
                    let step = format!("{place}: {}", verdict.word());
                    add(kind, with(&step, reason.as_deref()));
                }
            }
            Event::BackingOut { reason, .. } => add(DeviationKind::BackedOut, reason.clone()),
            Event::Interrupted => {
                add(
                    DeviationKind::Interrupted,
                    "a person ended the run".to_owned(),
                );
            }
            _ => {}
        }
    }
    if let Some(last) = entries.last()
        && !matches!(last.body, Event::RunEnded { .. })
    {
        found.push(Deviation {
            kind: DeviationKind::Incomplete,
            what: "the journal ends before the run did".to_owned(),
            entry: last.seq,
        });
    }
    found
}

fn emergency(change: &Change) -> Option<String> {
    (change.kind == ChangeKind::Emergency && change.approvals.is_empty())
        .then(|| "not approved before the run".to_owned())
}

fn of_verdict(verdict: Verdict, purpose: Purpose) -> Option<DeviationKind> {
    match verdict {
        Verdict::Already | Verdict::Passed => None,
        Verdict::Undone if purpose == Purpose::Undo => None,
        Verdict::Undone => Some(DeviationKind::BackedOut),
        Verdict::Skipped => Some(DeviationKind::Skipped),
        Verdict::Reconciled => Some(DeviationKind::Reconciled),
        Verdict::Failed | Verdict::Stopped | Verdict::Stuck => Some(DeviationKind::NotDone),
    }
}

fn with(what: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{what}: {reason}"),
        None => what.to_owned(),
    }
}
