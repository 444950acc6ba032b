use super::look::Holding;
use super::step::StepRun;
use super::{Engine, EngineError};
use crate::event::{Event, Phase, Place};
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
}

impl StepRun<'_, '_> {
    /// Reads and checks, nothing else. A step that does not apply here counts as holding, and
    /// so does one that only serves a step whose check holds.
    pub(super) async fn survey(&self) -> Result<Holding, EngineError> {
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
