//! The names that a step gives, and those that it sees once it is taken up again, or back.

use serde_json::{Map, Value};

use super::step::StepRun;
use crate::journal::Bound;
use crate::plan::PlannedFence;
use crate::runbook::Role;

impl StepRun<'_, '_> {
    /// Gives names their values.
    pub(super) fn give(&self, values: &Map<String, Value>) {
        let at = self.engine.recorder.borrow().history().events;
        let mut names = self.names();
        for (name, value) in values {
            if self.reads_again.is_some() {
                names.bind_again(&self.place, name, value.clone());
            } else if self.engine.takes_back.get() {
                names.lend(&self.place, name, value);
            } else {
                names.bind(Bound {
                    place: self.place.clone(),
                    name: name.clone(),
                    value: Some(value.clone()),
                    at,
                });
            }
        }
    }

    /// Gives all names the values that they had when the step was done, whatever has taken them
    /// since: it is about what it made then.
    pub(super) fn has_its_names(&self) {
        let last = {
            let done = self.engine.done.borrow();
            let recorder = self.engine.recorder.borrow();
            let own = &recorder.history().steps;
            let steps = if done.is_empty() { own } else { &done };
            steps.get(&self.place).map(|record| record.last)
        };
        self.names().go_to(last.unwrap_or(u64::MAX));
    }

    /// Gives names the values that those of its effects gave them that need not be sent again: what
    /// is sent now counts on them, and checks were made since.
    pub(super) fn has_names_of_what_arrived(&self, undo: bool) {
        let fences: Vec<&PlannedFence> = match undo {
            true => self.step.undo(),
            false => self.step.fences(Role::Run).collect(),
        };
        let given: Vec<Map<String, Value>> = {
            let recorder = self.engine.recorder.borrow();
            let Some(record) = recorder.history().steps.get(&self.place) else {
                return;
            };
            let parts = fences.into_iter().flat_map(|fence| {
                let targets = fence.targets(self.lane).into_iter();
                targets.map(move |target| (fence.index, target))
            });
            let arrived = parts.filter_map(|(fence, target)| record.arrived(fence, &target, undo));
            arrived.map(|effect| effect.bound.clone()).collect()
        };
        given.iter().for_each(|values| self.give(values));
    }
}
