use std::iter;

use super::EngineError;
use super::look::Holding;
use super::step::StepRun;
use crate::event::Phase;
use crate::plan::PlannedFence;
use crate::runbook::Role;

impl StepRun<'_, '_> {
    /// The key that a check would have somebody read, if nobody need: its target is trusted by
    /// one already.
    pub(crate) fn known_key(&self, fence: &PlannedFence) -> Option<String> {
        let asks_for_no_more = fence.role == Role::Check && fence.fields.len() == 1;
        let target = fence
            .attributes
            .pins
            .as_ref()
            .filter(|_| asks_for_no_more)?;
        self.engine.sessions.key(&target.value)
    }

    /// Has the key of a target read that answers and that nobody knows yet, if one of the step's
    /// checks says how. Whether it is known now.
    pub(crate) async fn reads_key(
        &self,
        target: &str,
        phase: Phase,
        attempt: u32,
    ) -> Result<bool, EngineError> {
        if self.engine.sessions.key(target).is_some() {
            return Ok(false);
        }
        let pins = |fence: &&PlannedFence| {
            let pins = fence.attributes.pins.as_ref();
            pins.is_some_and(|pins| pins.value == target)
        };
        let Some(fence) = self.step.checks().find(pins) else {
            return Ok(false);
        };
        let reader = fence.targets(self.lane).into_iter().next();
        let Some(reader) = reader.filter(|_| !self.lacks_hands(iter::once(fence))) else {
            return Ok(false);
        };
        let read = Box::pin(self.look(fence, &reader, phase, attempt)).await?;
        Ok(matches!(read, Holding::Holds))
    }
}
