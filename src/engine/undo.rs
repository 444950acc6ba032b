use super::look::Holding;
use super::step::{Left, StepRun};
use super::toward::Served;
use super::{Engine, EngineError, RunInfo};
use crate::event::{Compared, Ending, Event, Finding, Irreversible, Phase, Place, Verdict};
use crate::journal::{History, Status};
use crate::text::wording::count;

impl Engine<'_> {
    /// What changed since a run is taken back all the same, and what can't be is kept; `by`
    /// said so.
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
        let of = info.of.as_deref().unwrap_or_default();
        self.compare_and_take_back(of, places, done).await
    }

    pub(crate) async fn compare_and_take_back(
        &self,
        of: &str,
        places: &[Place],
        done: &History,
    ) -> Result<Ending, EngineError> {
        self.done.borrow_mut().clone_from(&done.steps);
        if let Some(other) = self.meet(places, done).await? {
            let summary = format!("{other}\nnothing was sent");
            return self.end(Ending::Stuck, summary).await;
        }
        if let Some(ending) = self.read_again(&done.bound()).await? {
            return Ok(ending);
        }
        self.takes_back.set(true);
        let Some(steps) = self.compare(places).await? else {
            return self.interrupted().await;
        };
        let irreversible = self.irreversible(places);
        let changed = steps.iter().filter(|step| step.finding != Finding::Holds);
        let changed = changed.map(|step| &step.place);
        let lasting = irreversible.iter().map(|step| &step.place);
        let open = |places: &[&Place]| -> Vec<Place> {
            let open = places.iter().filter(|place| !self.is_agreed(place));
            open.map(|place| (*place).clone()).collect()
        };
        let doubts = [
            (Doubt::Changed, open(&changed.collect::<Vec<_>>())),
            (Doubt::Irreversible, open(&lasting.collect::<Vec<_>>())),
        ];
        if !steps.is_empty() || !irreversible.is_empty() {
            self.record(Event::Compared {
                steps,
                irreversible,
            })?;
        }
        for (doubt, places) in doubts {
            if !places.is_empty() && !self.agreed(doubt, &places).await? {
                return self
                    .end(Ending::Stuck, doubt.summary(of, places.len()))
                    .await;
            }
        }
        self.take_all_back(places).await
    }

    /// The steps that have no undo and of which something is left, newest first.
    fn irreversible(&self, places: &[Place]) -> Vec<Irreversible> {
        let open = places.iter().rev().filter(|place| !self.is_undone(place));
        open.filter_map(|place| {
            let (_, step, _) = self.find(place)?;
            Some(Irreversible {
                place: place.clone(),
                reason: step.irreversible()?.to_owned(),
            })
        })
        .collect()
    }

    /// Looks whether what the run left is still there, at every step that it brought to a good
    /// end and of which nothing was taken back yet. `None`: a person wants it to end.
    async fn compare(&self, places: &[Place]) -> Result<Option<Vec<Compared>>, EngineError> {
        let mut steps = Vec::new();
        for place in places.iter().rev() {
            if self.interrupt.is_asked() {
                return Ok(None);
            }
            let was_good = {
                let done = self.done.borrow();
                let status = done.get(place).map(|done| done.status);
                matches!(
                    status,
                    Some(Status::Closed(Verdict::Passed | Verdict::Reconciled))
                )
            };
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
            run.has_its_names();
            // Scaffolding may be gone while what it served stands.
            let finding = match run.already_served().await? {
                Served::Already(_) => Finding::Holds,
                Served::NotYet | Served::CantTell(_) => {
                    match run.look_once(step.checks(), Phase::Before).await? {
                        Holding::Holds => Finding::Holds,
                        Holding::DoesNotHold(misses) => Finding::DoesNotHold { misses },
                        Holding::CantTell(reason) => Finding::CantTell { reason },
                    }
                }
            };
            steps.push(Compared {
                place: place.clone(),
                finding,
            });
        }
        // What was cut short says nothing about what changed.
        if self.interrupt.is_asked() {
            return Ok(None);
        }
        Ok(Some(steps))
    }

    /// Whether a person wants to go on in spite of a doubt about some places.
    async fn agreed(&self, doubt: Doubt, places: &[Place]) -> Result<bool, EngineError> {
        let (yes, by) = match &self.accepts_changes {
            Some(by) => (true, by.clone()),
            None => match self.operator.confirm(doubt.question()).await {
                Some(answer) => answer,
                None => return Ok(false),
            },
        };
        for place in places {
            self.record(Event::Decision {
                place: place.clone(),
                question: doubt.question().to_owned(),
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
            let run = StepRun::new(self, runbook, step, lane);
            let left = match step.irreversible() {
                Some(reason) => run.close(Verdict::Kept, Some(reason.to_owned()))?,
                None => run.take_back().await?,
            };
            if left == Left::Interrupted {
                return self.interrupted().await;
            }
            if let Left::NeedsPerson(need) = left {
                let summary = format!("taking back `{place}` needs {need}");
                return self.end(Ending::Stuck, summary).await;
            }
            if !matches!(left, Left::Closed(Verdict::Undone | Verdict::Kept)) {
                return self
                    .end(Ending::Stuck, format!("`{place}` could not be taken back"))
                    .await;
            }
        }
        let summary = self.taken_back(places);
        self.end(Ending::Done, summary).await
    }
}

impl Engine<'_> {
    /// `3 steps taken back, 1 kept`.
    pub(super) fn taken_back(&self, places: &[Place]) -> String {
        let is_kept = |place: &&Place| self.status(place) == Status::Closed(Verdict::Kept);
        let kept = places.iter().filter(is_kept).count();
        let undone = count(places.len() - kept, "step");
        match kept {
            0 => format!("{undone} taken back"),
            kept => format!("{undone} taken back, {kept} kept"),
        }
    }
}

/// Why an undo asks before it sends anything.
#[derive(Clone, Copy)]
enum Doubt {
    Changed,
    Irreversible,
}

impl Doubt {
    fn question(self) -> &'static str {
        match self {
            Self::Changed => "not as the run left it: take it back all the same?",
            Self::Irreversible => "it can't be taken back: keep it, and take back the others?",
        }
    }

    /// What the undo of a run says that ends here.
    fn summary(self, of: &str, steps: usize) -> String {
        let (are, them) = match steps {
            1 => ("is", "it"),
            _ => ("are", "them"),
        };
        let steps = count(steps, "step");
        match self {
            Self::Changed => format!(
                "{steps} {are} not as the run left {them}; nothing was sent; \
                 `undo {of} --yes` takes it back all the same"
            ),
            Self::Irreversible => format!(
                "{steps} can't be taken back; nothing was sent; \
                 `undo {of} --yes` keeps {them} and takes back the others, \
                 `undo {of} --to STEP` only what came after"
            ),
        }
    }
}
