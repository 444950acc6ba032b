use super::step::StepRun;
use crate::plan::PlannedFence;

impl StepRun<'_, '_> {
    /// Whether a fence goes on in a shell that an earlier one of this run left behind: a new one
    /// would know nothing of what that one prepared.
    pub(super) fn goes_on_in_shell(&self, fence: &PlannedFence, target: &str) -> bool {
        let Some(name) = &fence.options.session else {
            return false;
        };
        let engine = self.engine;
        let recorder = engine.recorder.borrow();
        let steps = recorder.history().steps.iter();
        let sent = steps.flat_map(|(place, record)| {
            let effects = record.effects.iter().chain(&record.undos);
            effects.map(move |effect| (place, effect))
        });
        let mut ended = sent.filter(|(_, effect)| effect.outcome.is_some());
        ended.any(|(place, effect)| {
            let earlier = engine.find(place).and_then(|(_, step, _)| {
                let mut fences = step.fences.iter();
                fences.find(|fence| fence.index == effect.fence)
            });
            effect.target == target
                && earlier.is_some_and(|earlier| {
                    earlier.options.session.as_ref() == Some(name)
                        && earlier.options.become_user == fence.options.become_user
                })
        })
    }
}
