use super::look::Holding;
use super::step::StepRun;
use super::toward::Served;
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
    /// `already`, `to do`, `does not apply`, `drill`, `can't tell`.
    pub finding: &'static str,
    /// Why it is so, where that is not the step's own check.
    pub reason: Option<String>,
}

/// How a step stands, as looking tells.
pub(super) enum Stand {
    /// Why it does not apply here.
    DoesNotApply(String),
    /// It only serves a step whose check holds.
    Served(String),
    /// It is done each time.
    Drill,
    /// A run would stop at its reads.
    Unread(Vec<String>),
    /// What its checks say, or what keeps them from being asked.
    Checked(Holding),
}

impl Stand {
    fn told(self) -> (&'static str, Option<String>) {
        match self {
            Self::DoesNotApply(reason) => ("does not apply", Some(reason)),
            Self::Served(evidence) => ("already", Some(evidence)),
            Self::Drill => ("drill", None),
            Self::Unread(misses) => ("can't tell", Some(misses.join("\n"))),
            Self::Checked(Holding::Holds) => ("already", None),
            Self::Checked(Holding::DoesNotHold(_)) => ("to do", None),
            Self::Checked(Holding::CantTell(reason)) => ("can't tell", Some(reason)),
        }
    }
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
                    let (finding, reason) = run.survey().await?.told();
                    surveys.push(Survey {
                        place: run.place,
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
    /// Reads and checks, nothing else, in the order in which a run looks.
    pub(super) async fn survey(&self) -> Result<Stand, EngineError> {
        self.engine.record(Event::StepStarted {
            place: self.place.clone(),
        })?;
        let step = self.step;
        if let Ok(Some(reason)) = self.does_not_apply_unread() {
            return Ok(Stand::DoesNotApply(reason));
        }
        let reads = step.fences(Role::Read);
        match self.look_once(reads, Phase::Before).await? {
            Holding::Holds => {}
            Holding::DoesNotHold(misses) => return Ok(Stand::Unread(misses)),
            untold => return Ok(Stand::Checked(untold)),
        }
        match self.does_not_apply() {
            Ok(None) => {}
            Ok(Some(reason)) => return Ok(Stand::DoesNotApply(reason)),
            Err(reason) => return Ok(Stand::Checked(Holding::CantTell(reason))),
        }
        if step.fences(Role::SkipIf).next().is_some() {
            let skips = step.fences(Role::SkipIf);
            match self.look_once(skips, Phase::Applies).await? {
                Holding::Holds => {
                    return Ok(Stand::DoesNotApply("its `skip-if` holds".to_owned()));
                }
                Holding::DoesNotHold(_) => {}
                untold => return Ok(Stand::Checked(untold)),
            }
        }
        if step.drill {
            return Ok(Stand::Drill);
        }
        match self.already_served().await? {
            Served::Already(evidence) => return Ok(Stand::Served(evidence)),
            Served::NotYet => {}
            Served::CantTell(reason) => return Ok(Stand::Checked(Holding::CantTell(reason))),
        }
        let found = self.look_once(step.checks(), Phase::Before).await?;
        Ok(Stand::Checked(found))
    }
}
