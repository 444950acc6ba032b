use super::look::Holding;
use super::step::StepRun;
use super::{Engine, EngineError};
use crate::event::{Event, Phase};
use crate::journal::Status;
use crate::plan::{PlannedRunbook, PlannedStep};

/// Whether what a step serves is there already.
pub(crate) enum Served {
    /// It is, as this says.
    Already(String),
    /// It is not, or there is nothing that the step serves.
    NotYet,
    /// Nobody can tell, and so nothing is done for it.
    CantTell(String),
}

impl<'a> StepRun<'_, 'a> {
    /// A step that only serves another one (`toward=`) is done if that one's check holds, asked as
    /// that one asks it: where it is for, and with its runbook's names.
    pub(crate) async fn already_served(&self) -> Result<Served, EngineError> {
        let Some(toward) = &self.step.toward else {
            return Ok(Served::NotYet);
        };
        let (runbook, id) = match toward.split_once('#') {
            Some((runbook, id)) => (runbook, id),
            None => (self.runbook.name.as_str(), toward.as_str()),
        };
        let Some((runbook, served)) = self.engine.any_step(runbook, id) else {
            return Ok(Served::NotYet);
        };
        let own = served
            .lanes
            .iter()
            .find(|l| l.name.is_some() && l.name == self.lane.name);
        let lanes = own.map_or(served.lanes.as_slice(), std::slice::from_ref);
        if served.checks().next().is_none() || lanes.is_empty() {
            return Ok(Served::NotYet);
        }
        for lane in lanes {
            let run = StepRun::new(self.engine, runbook, served, lane);
            if run.status() == Status::Pending {
                self.engine.record(Event::StepStarted {
                    place: run.place.clone(),
                })?;
            }
            let holding = run.look_once(served.checks(), Phase::Before).await?;
            match holding {
                Holding::Holds => {}
                Holding::DoesNotHold(_) => return Ok(Served::NotYet),
                Holding::CantTell(reason) => {
                    let reason = format!("can't tell whether `{toward}` holds: {reason}");
                    return Ok(Served::CantTell(reason));
                }
            }
        }
        Ok(Served::Already(format!("`{toward}` holds")))
    }
}

impl<'a> Engine<'a> {
    /// A step of the plan, or of what it needs.
    fn any_step(&self, runbook: &str, id: &str) -> Option<(&'a PlannedRunbook, &'a PlannedStep)> {
        let mut runbooks = self.plan.runbooks.iter().chain(&self.needed.runbooks);
        let runbook = runbooks.find(|known| known.name == runbook)?;
        let step = runbook.steps.iter().find(|step| step.id == id)?;
        Some((runbook, step))
    }
}
