use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{self, Event, Finding, Phase, Place, StepInfo};
use crate::journal::Entry;
use crate::runbook::{Role, Runbook};

/// What a step came to, with the journal's lines that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepAccount {
    /// The step.
    #[serde(flatten)]
    pub place: Place,
    /// Its heading.
    pub title: String,
    /// How many checks it has.
    pub checks: usize,
    /// How it is taken back.
    pub backout: String,
    /// What it came to; `None`: it was not reached, or not ended.
    pub verdict: Option<event::Verdict>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was seen before the first effect.
    pub before: Vec<Evidence>,
    /// What was sent.
    pub effects: Vec<EffectAccount>,
    /// What was seen after the first effect.
    pub after: Vec<Evidence>,
}

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectAccount {
    /// Where it went.
    pub target: String,
    /// Whether it took an effect back.
    pub undo: bool,
    /// Which try it was.
    pub attempt: u32,
    /// When it was about to be sent.
    pub at: Timestamp,
    /// The journal's line with exactly what was sent.
    pub entry: u64,
    /// How it ended; `None`: the journal ends before it did.
    pub outcome: Option<event::Outcome>,
    /// The journal's line with what came back.
    pub outcome_entry: Option<u64>,
}

/// A look, and the journal's line with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The journal's line.
    pub entry: u64,
    /// Why it was looked.
    pub phase: Phase,
    /// Whether it holds; `None`: no answer.
    pub holds: Option<bool>,
}

/// The accounts of all planned steps, in the order of the plan.
pub(crate) fn accounts(
    steps: &[StepInfo],
    entries: &[Entry],
    runbooks: &[Runbook],
) -> Vec<StepAccount> {
    let of_step = |info: &StepInfo| account(info, entries, runbooks);
    steps.iter().map(of_step).collect()
}

fn account(info: &StepInfo, entries: &[Entry], runbooks: &[Runbook]) -> StepAccount {
    let (checks, backout) = written(&info.place, runbooks);
    let mut account = StepAccount {
        place: info.place.clone(),
        title: info.title.clone(),
        checks,
        backout,
        verdict: None,
        reason: None,
        before: Vec::new(),
        effects: Vec::new(),
        after: Vec::new(),
    };
    for entry in entries {
        account.note(entry);
    }
    account
}

impl StepAccount {
    fn note(&mut self, entry: &Entry) {
        match &entry.body {
            Event::Looked {
                place,
                phase,
                finding,
                ..
            } if *place == self.place => {
                let evidence = Evidence {
                    entry: entry.seq,
                    phase: *phase,
                    holds: match finding {
                        Finding::Holds => Some(true),
                        Finding::DoesNotHold { .. } => Some(false),
                        Finding::CantTell { .. } => None,
                    },
                };
                if self.effects.is_empty() {
                    self.before.push(evidence);
                } else {
                    self.after.push(evidence);
                }
            }
            Event::Intent {
                place,
                target,
                undo,
                attempt,
                ..
            } if *place == self.place => self.effects.push(EffectAccount {
                target: target.clone(),
                undo: *undo,
                attempt: *attempt,
                at: entry.at,
                entry: entry.seq,
                outcome: None,
                outcome_entry: None,
            }),
            Event::Outcome { place, outcome, .. } if *place == self.place => {
                if let Some(effect) = self.effects.last_mut() {
                    effect.outcome = Some(*outcome);
                    effect.outcome_entry = Some(entry.seq);
                }
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } if *place == self.place => {
                self.verdict = Some(*verdict);
                self.reason.clone_from(reason);
            }
            _ => {}
        }
    }
}

/// What the runbook says about testing the step and taking it back.
fn written(place: &Place, runbooks: &[Runbook]) -> (usize, String) {
    let step = runbooks
        .iter()
        .find(|runbook| runbook.name == place.runbook)
        .and_then(|runbook| runbook.steps.iter().find(|step| step.id == place.step));
    let Some(step) = step else {
        return (0, "the runbook does not say".to_owned());
    };
    let reason = step
        .fences(Role::Run)
        .find_map(|fence| fence.attributes.undo_none.as_ref());
    let backout = match (step.fences(Role::Undo).count(), reason) {
        (_, Some(reason)) => format!("none: {}", reason.value),
        (0, None) if step.fences(Role::Run).next().is_none() => "nothing to take back".to_owned(),
        (0, None) => "none".to_owned(),
        (_, None) => "`undo` in the plan".to_owned(),
    };
    (step.fences(Role::Check).count(), backout)
}
