use serde::Serialize;

use super::{Act, Effect, Moment};
use crate::event::{Place, Verdict};

/// What happened to one step on one lane.
#[derive(Clone, Debug, Serialize)]
pub struct StepAccount {
    /// Which.
    pub place: Place,
    /// Its heading.
    pub title: String,
    /// The runbook's own words about it, as Markdown.
    pub prose: Option<String>,
    /// It was to be done. The others are of runbooks that the run builds on.
    pub announced: bool,
    /// An edit that was accepted while the run stood took it away.
    pub dropped: bool,
    /// When it was begun.
    pub started: Option<Moment>,
    /// What happened, in order.
    pub acts: Vec<Act>,
    /// What it came to; more than one if it was taken back later.
    pub rulings: Vec<Ruling>,
}

/// A verdict.
#[derive(Clone, Debug, Serialize)]
pub struct Ruling {
    /// When.
    pub moment: Moment,
    /// What the step came to.
    pub verdict: Verdict,
    /// Why.
    pub reason: Option<String>,
    /// How many acts there were before it.
    pub after: usize,
}

impl StepAccount {
    pub(super) fn new(place: Place, title: String) -> Self {
        Self {
            place,
            title,
            prose: None,
            announced: false,
            dropped: false,
            started: None,
            acts: Vec::new(),
            rulings: Vec::new(),
        }
    }

    /// Whether it was looked at only, because the run builds on it.
    pub fn is_only_looked_at(&self) -> bool {
        // Somebody may have been asked whether to go on without it.
        let looks = |act: &Act| matches!(act, Act::Look(_) | Act::Decision(_));
        !self.announced && self.acts.iter().all(looks) && self.rulings.is_empty()
    }

    /// Its heading, with its lane.
    pub fn name(&self) -> String {
        match &self.place.lane {
            Some(lane) => format!("{} [{lane}]", self.title),
            None => self.title.clone(),
        }
    }

    /// What it came to in the end.
    pub fn verdict(&self) -> Option<Verdict> {
        self.rulings.last().map(|ruling| ruling.verdict)
    }

    /// Whether it failed, also if it was taken back since.
    pub fn has_failed(&self) -> bool {
        self.rulings
            .iter()
            .any(|ruling| ruling.verdict == Verdict::Failed)
    }

    /// Whether it did not come to what it is for, at some time.
    pub fn was_not_done(&self) -> bool {
        let bad = |verdict| matches!(verdict, Verdict::Failed | Verdict::Stopped | Verdict::Stuck);
        self.rulings.iter().any(|ruling| bad(ruling.verdict))
    }

    /// Where it stands, in a word or two.
    pub fn word(&self) -> &'static str {
        match (self.verdict(), &self.started) {
            (Some(Verdict::Undone), _) if self.has_failed() => "failed, undone",
            (Some(verdict), _) => verdict.word(),
            (None, _) if self.dropped => "taken out",
            (None, Some(_)) if self.is_only_looked_at() => "looked at",
            (None, Some(_)) => "unfinished",
            (None, None) => "not reached",
        }
    }

    /// Milliseconds from its first event to its last, waits between them included. A step that
    /// is taken back later has ended at its first verdict.
    pub fn elapsed_ms(&self) -> Option<u64> {
        let started = self.started.as_ref()?;
        let ended = self.rulings.first().map(|ruling| ruling.moment);
        let last = ended.or_else(|| self.acts.last().map(Act::ended));
        Some(last.map_or(0, |moment| moment.since(started)))
    }

    /// What was sent, or may have been, since its last verdict.
    pub(super) fn unjudged(&self) -> Option<&Effect> {
        let judged = self.rulings.last().map_or(0, |ruling| ruling.after);
        let since = self.acts.get(judged..).unwrap_or_default();
        since.iter().rev().find_map(|act| match act {
            Act::Effect(effect) if effect.was_sent => Some(&**effect),
            _ => None,
        })
    }

    /// Whether anything may have been sent that changes a target.
    pub fn has_effect(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Effect(_)))
    }
}

impl Act {
    /// When it ended, or at least began.
    pub fn ended(&self) -> Moment {
        match self {
            Self::Look(look) => look.moment,
            Self::Effect(effect) => effect.ended.unwrap_or(effect.moment),
            Self::Decision(decision) => decision.moment,
            Self::Settled(settled) => settled.moment,
        }
    }
}
