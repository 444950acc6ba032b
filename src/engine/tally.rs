//! What a run came to, in numbers and names.

use super::{Engine, EngineError};
use crate::event::{Ending, Event, Outcome, Verdict};
use crate::journal::{EffectRecord, Status, StepRecord};
use crate::text::wording::{count, list, quoted};

impl Engine<'_> {
    /// Ends a run that a person wants to end.
    pub(crate) async fn interrupted(&self) -> Result<Ending, EngineError> {
        self.record(Event::Interrupted)?;
        let mut told = vec![self.tally()];
        told.extend(self.unjudged());
        told.push("nothing more was sent".to_owned());
        self.end(Ending::Interrupted, told.join("; ")).await
    }

    /// `12 steps: 9 passed, 3 already`.
    pub(super) fn tally(&self) -> String {
        let mut counts: Vec<(Verdict, usize)> = Vec::new();
        for record in self.recorder.borrow().history().steps.values() {
            let Status::Closed(verdict) = record.status else {
                continue;
            };
            match counts.iter_mut().find(|(known, _)| *known == verdict) {
                Some((_, n)) => *n += 1,
                None => counts.push((verdict, 1)),
            }
        }
        let total = counts.iter().map(|(_, n)| n).sum();
        let parts: Vec<String> = counts
            .iter()
            .map(|(v, n)| format!("{n} {}", v.word()))
            .collect();
        match parts.is_empty() {
            true => count(total, "step"),
            false => format!("{}: {}", count(total, "step"), parts.join(", ")),
        }
    }

    /// What was sent, or may have been, and has no verdict.
    fn unjudged(&self) -> Vec<String> {
        let recorder = self.recorder.borrow();
        let steps = &recorder.history().steps;
        let all = [
            (Sent::Effect, "was sent and is not judged yet"),
            (Sent::MaybeEffect, "may have been sent"),
            (Sent::Undo, "was sent and is not judged yet"),
            (Sent::MaybeUndo, "may have been sent"),
        ];
        let told = all.into_iter().filter_map(|(sent, how)| {
            let places = steps
                .iter()
                .filter(|(_, record)| Sent::of(record) == Some(sent));
            let places: Vec<String> = places.map(|(place, _)| place.to_string()).collect();
            let names = list(&quoted(places.iter().map(String::as_str)), "and");
            (!places.is_empty()).then(|| format!("{} {names} {how}", sent.what()))
        });
        told.collect()
    }
}

/// What a step without a verdict has sent last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Effect,
    MaybeEffect,
    Undo,
    MaybeUndo,
}

impl Sent {
    fn of(record: &StepRecord) -> Option<Self> {
        let was_sent = |all: &[EffectRecord]| all.iter().any(|effect| effect.sent);
        match record.status {
            Status::Acted(outcome) if was_sent(&record.effects) => Some(match outcome {
                Outcome::Unknown => Self::MaybeEffect,
                Outcome::Ok | Outcome::Error => Self::Effect,
            }),
            Status::UndoActed(outcome) if was_sent(&record.undos) => Some(match outcome {
                Outcome::Unknown => Self::MaybeUndo,
                Outcome::Ok | Outcome::Error => Self::Undo,
            }),
            _ => None,
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Effect | Self::MaybeEffect => "the effect of",
            Self::Undo | Self::MaybeUndo => "the undo of",
        }
    }
}
