use super::look::Holding;
use super::step::StepRun;
use super::survey::Stand;
use super::{Engine, EngineError};
use crate::event::{Ending, Event, Place, Verdict};
use crate::journal::Status;
use crate::plan::PlannedStep;
use crate::text::wording;

/// What a run builds on, and is not there or can't be seen.
struct Missing {
    /// The first step that says so.
    at: Place,
    /// The runbooks, by name.
    runbooks: Vec<String>,
    /// What was found there.
    found: Found,
}

/// Why what a run needs can't be built on.
enum Found {
    /// It does not hold.
    Misses(Vec<String>),
    /// Nobody can tell whether it does.
    CantTell(String),
}

/// What is on record of whoever goes on all the same.
const ALL_THE_SAME: &str = "to go on without it";

impl Engine<'_> {
    /// All steps, if what they need holds; if not, the run ends before it began.
    pub(super) async fn upon_what_it_needs(&self) -> Result<Ending, EngineError> {
        let missing = self.missing().await?;
        if self.interrupt.is_asked() {
            return self.interrupted().await;
        }
        let Some(missing) = missing else {
            return self.steps().await;
        };
        let names = missing.names();
        let summary = match &missing.found {
            Found::CantTell(reason) => format!("can't tell whether {names} is done: {reason}"),
            Found::Misses(misses) => {
                let first = misses.iter().flat_map(|miss| miss.lines()).next();
                format!(
                    "{names} must be done first; --needs does that. `{}` does not hold now: {}",
                    missing.at,
                    first.unwrap_or_default()
                )
            }
        };
        self.end(Ending::Failed, summary).await
    }

    /// The steps that are left. What they need held when the run began, and may be gone since: it
    /// is looked at again before the first step that had not begun.
    pub(super) async fn upon_what_it_still_needs(&self) -> Result<Ending, EngineError> {
        let Some(next) = self.first_ahead() else {
            return self.steps().await;
        };
        // Half a step may be the reason that nothing answers.
        if let Some(ending) = self.steps_before(next).await? {
            return Ok(ending);
        }
        let missing = self.missing().await?;
        if self.interrupt.is_asked() {
            return self.interrupted().await;
        }
        let Some(missing) = missing else {
            return self.steps().await;
        };
        let names = missing.names();
        let found = match &missing.found {
            Found::CantTell(reason) => format!("can't tell whether {names} holds: {reason}"),
            Found::Misses(_) => format!("{names} does not hold"),
        };
        let question = format!("{found}; the run builds on it: go on all the same?");
        if let Some((yes, by)) = self.operator.confirm(&question).await {
            let answer = if yes { ALL_THE_SAME } else { "no" };
            self.record(Event::Decision {
                place: missing.at,
                question,
                answer: answer.to_owned(),
                by,
            })?;
            if yes {
                return self.steps().await;
            }
        }
        let summary = format!("{found}, and the run builds on it: nothing more was sent");
        self.end(Ending::Stuck, summary).await
    }

    /// The first step that sent nothing and has no verdict yet, at any of its targets.
    fn first_ahead(&self) -> Option<&PlannedStep> {
        let recorder = self.recorder.borrow();
        let history = recorder.history();
        let is_ahead = |status: Status| {
            matches!(
                status,
                Status::Pending | Status::Looking | Status::Closed(Verdict::Stopped)
            )
        };
        let all = self.plan.runbooks.iter();
        let mut steps = all.flat_map(|book| book.steps.iter().map(move |step| (book, step)));
        let ahead = steps.find(|(runbook, step)| {
            let lanes = step.lanes.iter();
            let status = lanes.map(|lane| history.status(&step.place(&runbook.name, lane)));
            let mut open = status.filter(|status| match status {
                Status::Closed(verdict) => !verdict.is_good(),
                _ => true,
            });
            let first = open.next();
            first.is_some_and(is_ahead) && open.all(is_ahead)
        });
        ahead.map(|(_, step)| step)
    }

    /// What the named runbooks need, and does not hold.
    async fn missing(&self) -> Result<Option<Missing>, EngineError> {
        let mut missing: Option<Missing> = None;
        for runbook in &self.needed.runbooks {
            for step in runbook.steps.iter().filter(|step| !step.drill) {
                for lane in &step.lanes {
                    if self.interrupt.is_asked() {
                        return Ok(None);
                    }
                    let run = StepRun::new(self, runbook, step, lane);
                    let found = match run.survey().await? {
                        Stand::DoesNotApply(_) | Stand::Served(_) | Stand::Drill => continue,
                        Stand::Checked(Holding::Holds) => continue,
                        // What builds on a missing need often can't be reached for that reason.
                        Stand::Checked(Holding::CantTell(_)) if missing.is_some() => {
                            return Ok(missing);
                        }
                        Stand::Checked(Holding::CantTell(reason)) => Found::CantTell(reason),
                        Stand::Checked(Holding::DoesNotHold(misses)) | Stand::Unread(misses) => {
                            Found::Misses(misses)
                        }
                    };
                    let is_untold = matches!(found, Found::CantTell(_));
                    let all = missing.get_or_insert(Missing {
                        at: run.place,
                        runbooks: Vec::new(),
                        found,
                    });
                    if all.runbooks.last() != Some(&runbook.name) {
                        all.runbooks.push(runbook.name.clone());
                    }
                    if is_untold {
                        return Ok(missing);
                    }
                }
            }
        }
        Ok(missing)
    }
}

impl Missing {
    fn names(&self) -> String {
        let names = self.runbooks.iter().map(|name| format!("`{name}`"));
        wording::list(&names.collect::<Vec<_>>(), "and")
    }
}
