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
                None => return self.end(Ending::Stuck, format!("`{at}` failed: back out or not?")),
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
            return self.end(
                Ending::Failed,
                format!("`{at}` failed; nothing was taken back"),
            );
        }
        let places: Vec<Place> = self
            .recorder
            .borrow()
            .history()
            .order
            .iter()
            .filter(|place| place.runbook == runbook.name)
            .cloned()
            .collect();
        if places.is_empty() {
            return self.end(Ending::Failed, format!("`{at}` failed; nothing was sent"));
        }
        self.record(Event::BackingOut {
            steps: places.len(),
            reason: format!("`{at}` failed"),
        })?;
        for place in places.iter().rev() {
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            let left = StepRun::new(self, runbook, step, lane).take_back().await?;
            if left != Left::Closed(Verdict::Undone) {
                let summary = format!("`{at}` failed, and `{place}` could not be taken back");
                return self.end(Ending::Stuck, summary);
            }
        }
        let undone = count(places.len(), "step");
        self.end(
            Ending::Failed,
            format!("`{at}` failed; {undone} taken back"),
        )
    }
}
