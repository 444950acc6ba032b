//! The names that a fence gives a value to.

use crate::runbook::{Fence, Step};

/// What one fence binds.
pub(super) struct Bindings<'a> {
    pub(super) fence: &'a Fence,
    pub(super) names: Vec<&'a str>,
}

impl<'a> Bindings<'a> {
    /// What the fences of a step bind, in document order.
    pub(super) fn of(step: &'a Step) -> Vec<Self> {
        step.fences
            .iter()
            .map(|fence| Self {
                fence,
                names: fence.binds(),
            })
            .collect()
    }

    pub(super) fn binds(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
}
