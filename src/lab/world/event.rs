use serde::{Deserialize, Serialize};

use super::World;
use super::switch::ChassisId;
use crate::lab::ios;

/// Something that happens by itself when its time has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// A unit has booted.
    Booted(String),
    /// Ports may have come further: negotiated, or begun to forward.
    Settle(ChassisId),
    /// A terminal session goes on with what it is doing.
    Wake(ios::SessionId),
    /// A revert timer of this number warns or fires.
    Revert(ChassisId, u64),
    /// A scheduled restart of this number warns or happens.
    Reload(ChassisId, u64),
}

impl World {
    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Booted(unit) => self.booted(&unit),
            Event::Settle(chassis) => self.settle(&chassis),
            Event::Wake(session) => ios::wake(self, session),
            Event::Revert(chassis, number) => ios::revert_due(self, &chassis, number),
            Event::Reload(chassis, number) => ios::reload_due(self, &chassis, number),
        }
    }
}
