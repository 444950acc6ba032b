use super::EngineError;
use super::look::Holding;
use super::step::StepRun;
use crate::event::Phase;

impl StepRun<'_, '_> {
    /// A step that only serves another one (`toward=`) is done if that one's check holds.
    /// Returns the evidence.
    pub(crate) async fn already_served(&self) -> Result<Option<String>, EngineError> {
        let Some(toward) = &self.step.toward else {
            return Ok(None);
        };
        let (runbook, id) = match toward.split_once('#') {
            Some((runbook, id)) => (runbook, id),
            None => (self.runbook.name.as_str(), toward.as_str()),
        };
        let served = if runbook == self.runbook.name {
            self.runbook.steps.iter().find(|step| step.id == id)
        } else {
            self.engine.other_step(runbook, id)
        };
        let Some(served) = served else {
            return Ok(None);
        };
        let holding = self.look_once(served.checks(), Phase::Before).await?;
        Ok(matches!(holding, Holding::Holds).then(|| format!("`{toward}` holds")))
    }
}
