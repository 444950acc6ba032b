use super::step::{Left, StepRun};
use super::{Engine, EngineError};
use crate::event::{Ending, Event, Outcome, Place, Verdict};
use crate::plan::PlannedRunbook;
use crate::runbook::{OnFailure, OnUnknown};
use crate::text::wording::count;

impl Engine<'_> {
    /// Does what the failure policy says.
    pub(crate) async fn failed(
        &self,
        runbook: &PlannedRunbook,
        at: &Place,
    ) -> Result<Ending, EngineError> {
        if self.interrupt.is_asked() {
            return self.interrupted().await;
        }
        let back_out = match self.policy.unwrap_or(runbook.on_failure) {
            OnFailure::Undo => true,
            OnFailure::Stop => false,
            OnFailure::Ask => match self.operator.back_out(at, "back out?").await {
                None if self.interrupt.is_asked() => return self.interrupted().await,
                None => {
                    return self
                        .end(Ending::Stuck, format!("`{at}` failed: back out or not?"))
                        .await;
                }
                Some((yes, by)) => {
                    self.record(Event::Decision {
                        place: at.clone(),
                        question: "back out?".to_owned(),
                        answer: if yes { "yes" } else { "no" }.to_owned(),
                        by,
                    })?;
                    yes
                }
            },
        };
        let reason = format!("`{at}` failed");
        if !back_out {
            let alone = self.done_in(&runbook.name);
            let alone: Vec<&Place> = alone.iter().filter(|p| self.wants_undo(p)).collect();
            if let Some(ended) = self.take_back_all(&alone, &reason).await? {
                return Ok(ended);
            }
            let what = match alone.len() {
                0 => "nothing was taken back".to_owned(),
                n => format!("{} taken back, and nothing else", count(n, "step")),
            };
            return self.end(Ending::Failed, format!("{reason}; {what}")).await;
        }
        if self.done_in(&runbook.name).is_empty() {
            return self
                .end(Ending::Failed, format!("{reason}; nothing was sent"))
                .await;
        }
        self.back_out(&runbook.name, &reason).await
    }

    /// Takes back what the run did in a runbook, newest first, as far as that is not done yet.
    pub(crate) async fn back_out(
        &self,
        runbook: &str,
        reason: &str,
    ) -> Result<Ending, EngineError> {
        let all = self.done_in(runbook);
        let open: Vec<&Place> = all.iter().filter(|place| !self.is_undone(place)).collect();
        self.record(Event::BackingOut {
            steps: open.len(),
            reason: reason.to_owned(),
        })?;
        if let Some(ended) = self.take_back_all(&open, reason).await? {
            return Ok(ended);
        }
        let undone = self.taken_back(&all);
        self.end(Ending::Failed, format!("{reason}; {undone}"))
            .await
    }

    /// Takes steps back, newest first as they are given oldest first. How the run ends if that
    /// can't be done.
    async fn take_back_all(
        &self,
        places: &[&Place],
        reason: &str,
    ) -> Result<Option<Ending>, EngineError> {
        self.takes_back.set(true);
        for place in places.iter().rev() {
            if self.interrupt.is_asked() {
                return self.interrupted().await.map(Some);
            }
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            let summary = match StepRun::new(self, runbook, step, lane).take_back().await? {
                Left::Closed(Verdict::Undone | Verdict::Kept) => continue,
                Left::Interrupted => return self.interrupted().await.map(Some),
                Left::NeedsPerson(need) => {
                    format!("{reason}, and taking back `{place}` needs {need}")
                }
                Left::Closed(_) => format!("{reason}, and `{place}` could not be taken back"),
            };
            return self.end(Ending::Stuck, summary).await.map(Some);
        }
        Ok(None)
    }

    /// Whether a step is to be taken back whatever a failure leads to: nobody knows what became of
    /// its effect, and its runbook or a person says `undo` to that.
    fn wants_undo(&self, place: &Place) -> bool {
        let recorder = self.recorder.borrow();
        let Some(record) = recorder.history().steps.get(place) else {
            return false;
        };
        let mut sent = record.effects.iter().rev();
        let last = sent.find(|effect| effect.sent);
        let is_unknown = last.is_some_and(|effect| effect.outcome == Some(Outcome::Unknown));
        let chosen = record.chosen.as_deref() == Some(OnUnknown::Undo.word());
        let declared = self.find(place).is_some_and(|(runbook, step, lane)| {
            let declared = StepRun::new(self, runbook, step, lane).on_unknown();
            declared == Some(OnUnknown::Undo)
        });
        is_unknown && (chosen || declared) && !self.is_undone(place)
    }

    /// Where the run sent something in a runbook, oldest first.
    fn done_in(&self, runbook: &str) -> Vec<Place> {
        let recorder = self.recorder.borrow();
        let order = recorder.history().order.iter();
        order
            .filter(|place| place.runbook == runbook)
            .cloned()
            .collect()
    }
}
