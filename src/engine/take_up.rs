use super::EngineError;
use super::effect::Ended;
use super::look::Holding;
use super::step::{Left, Need, StepRun};
use crate::event::{Event, Outcome, Phase, Verdict};
use crate::journal::Status;
use crate::plan::PlannedFence;
use crate::runbook::Role;
use crate::text::wording::count;

impl<'e> StepRun<'e, '_> {
    /// The step from where the journal leaves it; a new run leaves every step at its beginning.
    pub(crate) async fn go_on(&self) -> Result<Left, EngineError> {
        let is_open =
            !matches!(self.status(), Status::Closed(verdict) if verdict != Verdict::Stopped);
        if is_open && self.lacks_hands(self.step.looks()) {
            return Ok(Left::NeedsPerson(Need::Hands));
        }
        match self.status() {
            Status::Pending | Status::Looking | Status::Closed(Verdict::Stopped) => {
                self.live().await
            }
            Status::Closed(verdict) => Ok(Left::Closed(verdict)),
            Status::Acted(outcome) => {
                self.engine.record(Event::StepStarted {
                    place: self.place.clone(),
                })?;
                self.take_up(outcome).await
            }
            // What was sent is on record as unknown by now, and an undo follows only a failure.
            Status::Sent | Status::UndoSent | Status::UndoActed(_) => {
                Ok(Left::Closed(Verdict::Failed))
            }
        }
    }

    /// Goes on behind the last effect that the journal knows of.
    async fn take_up(&self, outcome: Outcome) -> Result<Left, EngineError> {
        let attempt = self.attempts();
        let ended = |outcome, reason: &str| Ended {
            outcome,
            reason: Some(reason.to_owned()),
            is_refused: false,
        };
        match outcome {
            Outcome::Error => {
                let reason = "its effect failed, and then the run ended";
                self.fail_after_error(ended(outcome, reason)).await
            }
            // The device may have taken back by now what nobody confirmed.
            Outcome::Ok if self.armed().next().is_some() => {
                let reason = "the run ended before the change was confirmed";
                self.reconcile(ended(Outcome::Unknown, reason), attempt)
                    .await
            }
            Outcome::Ok => {
                if let Some(note) = self.left_alone(self.never_sent().len())
                    && let Holding::Holds = self.look_once(self.step.checks(), Phase::After).await?
                {
                    return self.close(Verdict::Reconciled, Some(note));
                }
                self.act(attempt).await
            }
            Outcome::Unknown => {
                let reason = "the run ended before the outcome was known";
                self.reconcile(ended(outcome, reason), attempt).await
            }
        }
    }

    /// Whether nothing was sent that could change anything.
    pub(super) fn has_not_begun(&self) -> bool {
        !self.status().is_begun()
    }

    pub(crate) fn status(&self) -> Status {
        self.engine.recorder.borrow().history().status(&self.place)
    }

    /// The step's effects that did not arrive, as far as the journal knows, or whose device takes
    /// them back unless they are confirmed.
    pub(super) fn unsent(&self) -> Vec<(&'e PlannedFence, String)> {
        let runs = self.step.fences(Role::Run);
        let parts = runs.flat_map(|fence| {
            let targets = fence.targets(self.lane);
            targets.into_iter().map(move |target| (fence, target))
        });
        let unsent = parts.filter(|(fence, target)| {
            fence.options.revert.is_some() || !self.arrived(fence.index, target, false)
        });
        unsent.collect()
    }

    /// Those that were not even sent.
    pub(super) fn never_sent(&self) -> Vec<(&'e PlannedFence, String)> {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place);
        let mut rest = self.unsent();
        rest.retain(|(fence, target)| {
            !record.is_some_and(|record| record.was_sent(fence.index, target))
        });
        rest
    }

    /// What is said where a step's check holds and some of its effects are not on record: a journal
    /// that was cut off may not know of them. `None`: it knows, or the check says nothing.
    pub(super) fn left_alone(&self, never_sent: usize) -> Option<String> {
        let was_cut = self.engine.recorder.borrow().history().was_cut;
        let effects = count(never_sent, "effect");
        (was_cut && never_sent > 0 && !self.step.drill).then(|| {
            format!("its check holds; {effects} that the journal does not know of not sent, as it was cut off")
        })
    }

    /// How often the step's effects were tried.
    fn attempts(&self) -> u32 {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place);
        let tries = record.map(|step| step.effects.iter().map(|effect| effect.attempt));
        tries.and_then(Iterator::max).unwrap_or(1)
    }

    /// Whether an effect need not be sent again: its target said yes, and did not take it back.
    pub(crate) fn arrived(&self, fence: usize, target: &str, undo: bool) -> bool {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place);
        record.is_some_and(|step| step.arrived(fence, target, undo).is_some())
    }
}
