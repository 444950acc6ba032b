use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::bound::{Bound, BoundNames};
use super::{Entry, IllegalEvent, Status, next};
use crate::event::{Ending, Event, Finding, Outcome, Phase, Place, Verdict};

/// An effect of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRecord {
    /// Index of the fence in its step.
    pub fence: usize,
    /// Where it went.
    pub target: String,
    /// Whether it takes an effect back.
    pub undo: bool,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// How it ended; `None` if the journal ends before it did.
    pub outcome: Option<Outcome>,
    /// Whether anything of it may have been sent.
    pub sent: bool,
    /// The names that its answer gave, as far as the journal kept their values.
    pub bound: Map<String, Value>,
}

/// What a journal says about one step on one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepRecord {
    /// Where it stands.
    pub status: Status,
    /// Its effects in the order sent.
    pub effects: Vec<EffectRecord>,
    /// What was sent to take them back.
    pub undos: Vec<EffectRecord>,
    /// Its check was seen to hold behind its effects: only then it says something that it no
    /// longer does.
    pub held: bool,
    /// A person said yes to something about it.
    pub agreed: bool,
    /// What a person last chose to do about it: `undo`, `fail` or `rerun`.
    pub chosen: Option<String>,
    /// Whether looks, by fence and target, held before anything was sent.
    pub before: BTreeMap<(usize, String), bool>,
    /// Names it bound until it was taken back, the last binding of each.
    pub bound: BoundNames,
    /// The number of the last event before it was taken back.
    pub last: u64,
}

impl StepRecord {
    /// Whether something may have been sent to change something.
    pub fn has_intent(&self) -> bool {
        self.effects.iter().any(|effect| effect.sent)
    }

    /// What was on its way when the journal ended.
    pub fn open(&self) -> Option<&EffectRecord> {
        let last = match self.status {
            Status::Sent => self.effects.last(),
            Status::UndoSent => self.undos.last(),
            _ => None,
        };
        last.filter(|effect| effect.outcome.is_none())
    }

    /// The last try of an effect, if it arrived: by the target's own word, or because the step's
    /// check told it, so that the next one was sent in the same try.
    pub fn arrived(&self, fence: usize, target: &str, undo: bool) -> Option<&EffectRecord> {
        let all = if undo { &self.undos } else { &self.effects };
        let is_it = |effect: &EffectRecord| effect.fence == fence && effect.target == target;
        let at = all.iter().rposition(is_it)?;
        let has_arrived = match all[at].outcome {
            Some(Outcome::Ok) => true,
            Some(Outcome::Unknown) if !undo => {
                let mut later = all[at + 1..].iter();
                later.any(|effect| effect.attempt == all[at].attempt)
            }
            _ => false,
        };
        has_arrived.then_some(&all[at])
    }

    /// Whether an effect was sent at all.
    pub fn was_sent(&self, fence: usize, target: &str) -> bool {
        let mut effects = self.effects.iter();
        effects.any(|effect| effect.sent && effect.fence == fence && effect.target == target)
    }
}

/// A run's events, folded by step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// By place.
    pub steps: BTreeMap<Place, StepRecord>,
    /// Places where something may have been sent, in the order of what was sent there first.
    pub order: Vec<Place>,
    /// Devices by the target over which they were last seen.
    pub seen: BTreeMap<String, Seen>,
    /// The run is taking back what it did.
    pub backing_out: bool,
    /// How it ended, unless it was resumed after that.
    pub ended: Option<Ending>,
    /// It was resumed without having said that it ended: what it did last may not be on record.
    pub was_cut: bool,
    /// How many events at steps there were.
    pub events: u64,
}

/// By what a device is known again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Serial numbers.
    pub serials: Vec<String>,
    /// Fingerprint of its host key.
    pub host_key: Option<String>,
}

impl History {
    /// Folds a whole journal.
    pub fn of(entries: &[Entry]) -> Result<Self, IllegalEvent> {
        let mut history = Self::default();
        for entry in entries {
            history.note(&entry.body)?;
        }
        Ok(history)
    }

    /// Takes one more event.
    pub fn note(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        let Some(place) = event.place() else {
            self.note_run(event);
            return Ok(());
        };
        let record = self.steps.entry(place.clone()).or_default();
        let is_begun = record.status.is_begun();
        record.status = next(record.status, event)?;
        self.events += 1;
        match event {
            Event::Intent {
                fence,
                target,
                undo,
                attempt,
                ..
            } => {
                if !undo && !record.has_intent() {
                    self.order.push(place.clone());
                }
                let all = if *undo {
                    &mut record.undos
                } else {
                    &mut record.effects
                };
                all.push(EffectRecord {
                    fence: *fence,
                    target: target.clone(),
                    undo: *undo,
                    attempt: *attempt,
                    outcome: None,
                    sent: true,
                    bound: Map::new(),
                });
            }
            Event::Outcome {
                outcome,
                sent,
                undo,
                bound,
                withheld,
                ..
            } => {
                let all = if *undo {
                    &mut record.undos
                } else {
                    &mut record.effects
                };
                if let Some(effect) = all.last_mut() {
                    effect.outcome = Some(*outcome);
                    effect.sent = *sent;
                    effect.bound.clone_from(bound);
                }
                if !undo {
                    record.bound.give(self.events, bound, withheld);
                    record.last = self.events;
                }
                if !record.has_intent() {
                    self.order.retain(|other| other != place);
                }
            }
            Event::Verdict {
                verdict: Verdict::Passed | Verdict::Reconciled,
                ..
            } => record.held = true,
            Event::Decision { answer, .. } => {
                record.agreed = answer == "yes";
                if !matches!(answer.as_str(), "yes" | "no") {
                    record.chosen = Some(answer.clone());
                }
            }
            Event::Looked {
                fence,
                target,
                phase,
                finding,
                bound,
                withheld,
                ..
            } => {
                if *phase == Phase::Before && !record.has_intent() {
                    let held = *finding == Finding::Holds;
                    record.before.insert((*fence, target.clone()), held);
                }
                // Behind an effect that is to find a secret name's value again, which is what it was.
                let is_again = *phase == Phase::Before && is_begun;
                if *phase != Phase::Undone && !is_again {
                    record.bound.give(self.events, bound, withheld);
                    record.last = self.events;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note_run(&mut self, event: &Event) {
        match event {
            Event::TargetSeen {
                target,
                serials,
                host_key,
                ..
            } => {
                // One that can't be asked now is still who it was.
                let seen = self.seen.entry(target.clone()).or_default();
                if !serials.is_empty() {
                    seen.serials.clone_from(serials);
                }
                if host_key.is_some() {
                    seen.host_key.clone_from(host_key);
                }
            }
            Event::Compared { steps, .. } => {
                let as_left = steps.iter().filter(|step| step.finding == Finding::Holds);
                for step in as_left {
                    self.steps.entry(step.place.clone()).or_default().held = true;
                }
            }
            Event::BackingOut { .. } => self.backing_out = true,
            Event::RunEnded { ending, .. } => self.ended = Some(*ending),
            Event::Resumed { .. } => self.was_cut = self.ended.take().is_none(),
            _ => {}
        }
    }

    /// The names that steps bound, in the order in which they did.
    pub fn bound(&self) -> Vec<Bound> {
        let steps = self.steps.iter();
        let bound = steps.flat_map(|(place, step)| step.bound.of(place));
        let mut bound: Vec<Bound> = bound.collect();
        bound.sort_by_key(|bound| bound.at);
        bound
    }

    /// Where a step stands on a lane.
    pub fn status(&self, place: &Place) -> Status {
        self.steps
            .get(place)
            .map_or(Status::Pending, |record| record.status)
    }
}
