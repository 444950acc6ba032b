use super::look::Holding;
use super::step::StepRun;
use super::{Engine, EngineError};
use crate::event::{Event, Phase, Place};
use crate::plan::{Plan, PlannedRunbook};
use crate::runbook::Role;

/// What looking at a step, without touching anything, says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Which step.
    pub place: Place,
    /// Its heading.
    pub title: String,
    /// `already`, `to do`, `drill`, `can't tell`.
    pub finding: &'static str,
    /// Why nobody can tell.
    pub reason: Option<String>,
}

impl Engine<'_> {
    /// Evaluates the reads and checks of the whole plan, read-only.
    ///
    /// # Errors
    /// Only if looking can't go on at all.
    pub async fn survey(&self) -> Result<Vec<Survey>, EngineError> {
        let plan = self.plan;
        let mut surveys = Vec::new();
        for runbook in &plan.runbooks {
            for step in &runbook.steps {
                for lane in &step.lanes {
                    let run = StepRun::new(self, runbook, step, lane);
                    let (finding, reason) = if step.drill {
                        ("drill", None)
                    } else {
                        match run.survey().await? {
                            Holding::Holds => ("already", None),
                            Holding::DoesNotHold(_) => ("to do", None),
                            Holding::CantTell(reason) => ("can't tell", Some(reason)),
                        }
                    };
                    let place = run.place;
                    surveys.push(Survey {
                        place,
                        title: step.title.clone(),
                        finding,
                        reason,
                    });
                }
            }
        }
        Ok(surveys)
    }

    /// Whether what the named runbooks need holds; if not, the run ends before it began.
    pub(crate) async fn needs_hold(&self, needed: &Plan) -> Result<Option<String>, EngineError> {
        let mut missing: Vec<&PlannedRunbook> = Vec::new();
        'needed: for runbook in &needed.runbooks {
            for step in runbook.steps.iter().filter(|step| !step.drill) {
                for lane in &step.lanes {
                    if self.interrupt.is_asked() {
                        return Ok(None);
                    }
                    let run = StepRun::new(self, runbook, step, lane);
                    match run.survey().await? {
                        Holding::Holds => {}
                        // What builds on a missing need often can't be reached for that reason.
                        Holding::CantTell(_) if !missing.is_empty() => break 'needed,
                        Holding::CantTell(reason) => {
                            let name = &runbook.name;
                            let message = format!("can't tell whether `{name}` is done: {reason}");
                            return Ok(Some(message));
                        }
                        Holding::DoesNotHold(_) => {
                            if missing.last().is_none_or(|last| last.name != runbook.name) {
                                missing.push(runbook);
                            }
                        }
                    }
                }
            }
        }
        if missing.is_empty() {
            return Ok(None);
        }
        let names: Vec<String> = missing.iter().map(|r| format!("`{}`", r.name)).collect();
        let names = crate::text::wording::list(&names, "and");
        Ok(Some(format!(
            "{names} must be done first; --needs does that"
        )))
    }
}

impl StepRun<'_, '_> {
    /// Reads and checks, nothing else. A step that does not apply here counts as holding, and
    /// so does one that only serves a step whose check holds.
    async fn survey(&self) -> Result<Holding, EngineError> {
        self.engine.record(Event::StepStarted {
            place: self.place.clone(),
        })?;
        let step = self.step;
        if let Ok(Some(_)) = self.does_not_apply() {
            return Ok(Holding::Holds);
        }
        match self
            .look_once(step.fences(Role::Read), Phase::Before)
            .await?
        {
            Holding::Holds => {}
            other => return Ok(other),
        }
        match self.does_not_apply() {
            Ok(None) => {}
            Ok(Some(_)) => return Ok(Holding::Holds),
            Err(reason) => return Ok(Holding::CantTell(reason)),
        }
        if step.fences(Role::SkipIf).next().is_some() {
            let applies = self
                .look_once(step.fences(Role::SkipIf), Phase::Applies)
                .await?;
            if !matches!(applies, Holding::DoesNotHold(_)) {
                return Ok(applies);
            }
        }
        if self.already_served().await?.is_some() {
            return Ok(Holding::Holds);
        }
        self.look_once(step.checks(), Phase::Before).await
    }
}
