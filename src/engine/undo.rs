use super::look::Holding;
use super::step::{Left, StepRun};
use super::{Engine, EngineError, RunInfo};
use crate::event::{Compared, Ending, Event, Finding, Phase, Place, Verdict};
use crate::journal::{History, Status};
use crate::text::wording::count;

impl Engine<'_> {
    /// What changed since a run is taken back all the same; `by` said so.
    pub fn accept_changes(&mut self, by: String) {
        self.accepts_changes = Some(by);
    }

    /// Takes back what an earlier run did at these places, oldest first as they are given, with
    /// the names that it had: newest first. What changed since is shown before anything is sent.
    ///
    /// # Errors
    /// Only if the run can't go on at all.
    pub async fn undo(
        &self,
        info: &RunInfo,
        places: &[Place],
        done: &History,
    ) -> Result<Ending, EngineError> {
        self.announce(info, places)?;
        self.bind(&done.bound());
        self.compare_and_take_back(places, done).await
    }

    pub(crate) async fn compare_and_take_back(
        &self,
        places: &[Place],
        done: &History,
    ) -> Result<Ending, EngineError> {
        let Some(steps) = self.compare(places, done).await? else {
            return self.interrupted().await;
        };
        let changed: Vec<Compared> = steps
            .iter()
            .filter(|step| step.finding != Finding::Holds && !self.is_agreed(&step.place))
            .cloned()
            .collect();
        if !steps.is_empty() {
            self.record(Event::Compared { steps })?;
        }
        if !changed.is_empty() && !self.agreed(&changed).await? {
            let (is, them) = match changed.len() {
                1 => ("is", "it"),
                _ => ("are", "them"),
            };
            let steps = count(changed.len(), "step");
            let summary = format!(
                "{steps} {is} not as the run left {them}; nothing was sent; \
                 `undo --yes` takes it back all the same"
            );
            return self.end(Ending::Stuck, summary).await;
        }
        self.take_all_back(places).await
    }

    /// Looks whether what the run left is still there, at every step that it brought to a good
    /// end and of which nothing was taken back yet. `None`: a person wants it to end.
    async fn compare(
        &self,
        places: &[Place],
        done: &History,
    ) -> Result<Option<Vec<Compared>>, EngineError> {
        let mut steps = Vec::new();
        for place in places.iter().rev() {
            if self.interrupt.is_asked() {
                return Ok(None);
            }
            let was_good = matches!(
                done.status(place),
                Status::Closed(Verdict::Passed | Verdict::Reconciled)
            );
            let untouched = matches!(self.status(place), Status::Pending | Status::Looking);
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            if !was_good || !untouched || step.drill || step.checks().next().is_none() {
                continue;
            }
            self.record(Event::StepStarted {
                place: place.clone(),
            })?;
            let run = StepRun::new(self, runbook, step, lane);
            // Scaffolding may be gone while what it served stands.
            let finding = match run.already_served().await? {
                Some(_) => Finding::Holds,
                None => match run.look_once(step.checks(), Phase::Before).await? {
                    Holding::Holds => Finding::Holds,
                    Holding::DoesNotHold(misses) => Finding::DoesNotHold { misses },
                    Holding::CantTell(reason) => Finding::CantTell { reason },
                },
            };
            steps.push(Compared {
                place: place.clone(),
                finding,
            });
        }
        // The undo is of what the run made, whatever has taken its name since.
        self.bind(&done.bound());
        Ok(Some(steps))
    }

    /// Whether a person wants to take back what is no longer as the run left it.
    async fn agreed(&self, changed: &[Compared]) -> Result<bool, EngineError> {
        let (yes, by) = match &self.accepts_changes {
            Some(by) => (true, by.clone()),
            None => match self.operator.take_back_changed(changed).await {
                Some(answer) => answer,
                None => return Ok(false),
            },
        };
        for step in changed {
            self.record(Event::Decision {
                place: step.place.clone(),
                question: "not as the run left it: take it back all the same?".to_owned(),
                answer: if yes { "yes" } else { "no" }.to_owned(),
                by: by.clone(),
            })?;
        }
        Ok(yes)
    }

    /// Whether that was asked before this undo was cut short, and the answer was yes.
    fn is_agreed(&self, place: &Place) -> bool {
        let recorder = self.recorder.borrow();
        let record = recorder.history().steps.get(place);
        record.is_some_and(|step| step.agreed)
    }

    fn status(&self, place: &Place) -> Status {
        self.recorder.borrow().history().status(place)
    }

    /// Takes back what is not taken back yet.
    async fn take_all_back(&self, places: &[Place]) -> Result<Ending, EngineError> {
        for place in places.iter().rev() {
            if self.interrupt.is_asked() {
                return self.interrupted().await;
            }
            if self.is_undone(place) {
                continue;
            }
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            self.record(Event::StepStarted {
                place: place.clone(),
            })?;
            let left = StepRun::new(self, runbook, step, lane).take_back().await?;
            if left != Left::Closed(Verdict::Undone) {
                return self
                    .end(Ending::Stuck, format!("`{place}` could not be taken back"))
                    .await;
            }
        }
        self.end(
            Ending::Done,
            format!("{} taken back", count(places.len(), "step")),
        )
        .await
    }
}
