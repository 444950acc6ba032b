use super::step::{Left, StepRun};
use super::{Engine, EngineError};
use crate::event::{Ending, Event, Place, Verdict};
use crate::plan::PlannedRunbook;
use crate::runbook::OnFailure;
use crate::text::wording::count;

impl Engine<'_> {
    /// Does what the failure policy says.
    pub(crate) async fn failed(
        &self,
        runbook: &PlannedRunbook,
        at: &Place,
    ) -> Result<Ending, EngineError> {
        let back_out = match self.policy.unwrap_or(runbook.on_failure) {
            OnFailure::Undo => true,
            OnFailure::Stop => false,
            OnFailure::Ask => match self.operator.back_out(at, "back out?").await {
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
        if !back_out {
            return self
                .end(
                    Ending::Failed,
                    format!("`{at}` failed; nothing was taken back"),
                )
                .await;
        }
        let reason = format!("`{at}` failed");
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
        for place in open.into_iter().rev() {
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            let left = StepRun::new(self, runbook, step, lane).take_back().await?;
            if let Left::NeedsPerson(need) = left {
                let summary = format!("{reason}, and taking back `{place}` needs {need}");
                return self.end(Ending::Stuck, summary).await;
            }
            if left != Left::Closed(Verdict::Undone) {
                let summary = format!("{reason}, and `{place}` could not be taken back");
                return self.end(Ending::Stuck, summary).await;
            }
        }
        let undone = count(all.len(), "step");
        self.end(Ending::Failed, format!("{reason}; {undone} taken back"))
            .await
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
