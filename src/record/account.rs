use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::test_plan::{Backout, PlannedCheck, written};
use crate::event::{self, Attachment, Event, Finding, Phase, Place, StepInfo};
use crate::journal::{Entry, Journal};
use crate::runbook::Runbook;

/// What a step came to, with the journal's lines that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepAccount {
    /// The step.
    #[serde(flatten)]
    pub place: Place,
    /// Its heading.
    pub title: String,
    /// Its checks, in document order.
    pub checks: Vec<PlannedCheck>,
    /// How it is taken back.
    pub backout: Backout,
    /// When it began first.
    pub began: Option<Timestamp>,
    /// When it came to its last verdict.
    pub ended: Option<Timestamp>,
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
    /// When it had ended.
    pub ended: Option<Timestamp>,
    /// The journal's line with exactly what was sent.
    pub entry: u64,
    /// SHA-256 of that line, hex.
    pub sha256: String,
    /// How it ended; `None`: the journal ends before it did.
    pub outcome: Option<event::Outcome>,
    /// `false`: it is certain that nothing of it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<bool>,
    /// The journal's line with what came back.
    pub outcome_entry: Option<u64>,
    /// SHA-256 of that line, hex.
    pub outcome_sha256: Option<String>,
    /// The files that came back with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A look, and the journal's line with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The journal's line.
    pub entry: u64,
    /// SHA-256 of that line, hex.
    pub sha256: String,
    /// When.
    pub at: Timestamp,
    /// Why it was looked.
    pub phase: Phase,
    /// Whether it holds; `None`: no answer.
    pub holds: Option<bool>,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// Steps as a run planned them at one time: when it began, or when it went on with an edit.
pub(crate) struct Planned {
    /// Those that were not planned before, in order.
    pub(crate) steps: Vec<StepInfo>,
    /// The texts that they stand in.
    pub(crate) runbooks: Vec<Runbook>,
}

/// The accounts of all steps that were ever planned, in the order of the plans.
pub(crate) fn accounts(
    planned: &[Planned],
    journal: &Journal,
    on_failure: Option<&str>,
) -> Vec<StepAccount> {
    let entries = &journal.entries;
    let following = entries.iter().skip(1).map(|entry| entry.prev.as_str());
    let hashes = following.chain([journal.head.as_str()]);
    let lines: Vec<(&Entry, &str)> = entries.iter().zip(hashes).collect();
    let each = planned.iter().flat_map(|planned| {
        let of_step = |info: &StepInfo| account(info, &lines, &planned.runbooks, on_failure);
        planned.steps.iter().map(of_step).collect::<Vec<_>>()
    });
    each.collect()
}

fn account(
    info: &StepInfo,
    lines: &[(&Entry, &str)],
    runbooks: &[Runbook],
    on_failure: Option<&str>,
) -> StepAccount {
    let (checks, backout) = written(&info.place, runbooks, on_failure);
    let mut account = StepAccount {
        place: info.place.clone(),
        title: info.title.clone(),
        checks,
        backout,
        began: None,
        ended: None,
        verdict: None,
        reason: None,
        before: Vec::new(),
        effects: Vec::new(),
        after: Vec::new(),
    };
    for (entry, hash) in lines {
        account.note(entry, hash);
    }
    account
}

impl StepAccount {
    fn note(&mut self, entry: &Entry, hash: &str) {
        match &entry.body {
            Event::StepStarted { place } if *place == self.place => {
                self.began.get_or_insert(entry.at);
            }
            Event::Looked {
                place,
                phase,
                finding,
                answer,
                ..
            } if *place == self.place => {
                let evidence = Evidence {
                    entry: entry.seq,
                    sha256: hash.to_owned(),
                    at: entry.at,
                    phase: *phase,
                    holds: match finding {
                        Finding::Holds => Some(true),
                        Finding::DoesNotHold { .. } => Some(false),
                        Finding::CantTell { .. } => None,
                    },
                    attachments: answer
                        .as_ref()
                        .map_or_else(Vec::new, |answer| answer.attachments.clone()),
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
                ended: None,
                entry: entry.seq,
                sha256: hash.to_owned(),
                outcome: None,
                sent: None,
                outcome_entry: None,
                outcome_sha256: None,
                attachments: Vec::new(),
            }),
            Event::Outcome {
                place,
                outcome,
                sent,
                answer,
                ..
            } if *place == self.place => {
                if let Some(effect) = self.effects.last_mut() {
                    effect.ended = Some(entry.at);
                    effect.outcome = Some(*outcome);
                    effect.sent = (!sent).then_some(false);
                    effect.outcome_entry = Some(entry.seq);
                    effect.outcome_sha256 = Some(hash.to_owned());
                    effect.attachments.clone_from(&answer.attachments);
                }
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } if *place == self.place => {
                self.ended = Some(entry.at);
                self.verdict = Some(*verdict);
                self.reason.clone_from(reason);
            }
            _ => {}
        }
    }
}
