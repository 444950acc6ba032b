use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Entry, IllegalEvent, Status, next};
use crate::event::{Event, Outcome, Place};

/// An effect of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRecord {
    /// Index of the fence in its step.
    pub fence: usize,
    /// Where it went.
    pub target: String,
    /// How it ended; `None` if the journal ends before it did.
    pub outcome: Option<Outcome>,
}

/// What a journal says about one step on one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepRecord {
    /// Where it stands.
    pub status: Status,
    /// Its effects in the order sent.
    pub effects: Vec<EffectRecord>,
    /// Names it bound, the last binding of each.
    pub bound: Map<String, Value>,
}

impl StepRecord {
    /// Whether something may have been sent.
    pub fn has_intent(&self) -> bool {
        !self.effects.is_empty()
    }
}

/// A run's events, folded by step. The order of `order` is the order of first intents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// By place.
    pub steps: BTreeMap<Place, StepRecord>,
    /// Places with an intent, oldest first.
    pub order: Vec<Place>,
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
        let Some(place) = place(event) else {
            return Ok(());
        };
        let record = self.steps.entry(place.clone()).or_default();
        record.status = next(record.status, event)?;
        match event {
            Event::Intent {
                fence,
                target,
                undo: false,
                ..
            } => {
                if record.effects.is_empty() {
                    self.order.push(place.clone());
                }
                let effect = EffectRecord {
                    fence: *fence,
                    target: target.clone(),
                    outcome: None,
                };
                record.effects.push(effect);
            }
            Event::Outcome {
                outcome,
                undo: false,
                bound,
                ..
            } => {
                if let Some(effect) = record.effects.last_mut() {
                    effect.outcome = Some(*outcome);
                }
                record.bound.extend(bound.clone());
            }
            Event::Looked { bound, .. } => record.bound.extend(bound.clone()),
            _ => {}
        }
        Ok(())
    }

    /// Where a step stands on a lane.
    pub fn status(&self, place: &Place) -> Status {
        self.steps
            .get(place)
            .map_or(Status::Pending, |record| record.status)
    }
}

fn place(event: &Event) -> Option<&Place> {
    match event {
        Event::StepStarted { place }
        | Event::Looked { place, .. }
        | Event::Decision { place, .. }
        | Event::Intent { place, .. }
        | Event::Sending { place, .. }
        | Event::Output { place, .. }
        | Event::Outcome { place, .. }
        | Event::Settled { place, .. }
        | Event::Verdict { place, .. } => Some(place),
        _ => None,
    }
}
