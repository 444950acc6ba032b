use serde::{Deserialize, Serialize};

use super::World;
use super::switch::ChassisId;
use crate::lab::{ios, xapi};

/// Something that happens by itself when its time has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// A unit has booted.
    Booted(String),
    /// Ports may have come further: negotiated, or begun to forward.
    Settle(ChassisId),
    /// A terminal session goes on with what it is doing.
    Wake(ios::SessionId),
    /// A server's management controller goes down, or has come up.
    ControllerStarts(String),
    /// A server's self-test is over.
    Posted(String),
    /// The installer on a server's screen has copied its packages, or could not.
    Copied(String),
    /// A host that was told to go down does; `true` if it starts again.
    GoesDown(String, bool),
    /// What a host's toolstack was asked for as the task of this reference is to be done.
    TaskDue(String, String),
    /// A host's toolstack goes down, to start again.
    ToolstackStops(String),
    /// A host's toolstack has come up.
    ToolstackIsUp(String),
    /// A server's controller has fetched the image of this volume, or could not.
    Fetched(String, String),
    /// A revert timer of this number warns or fires.
    Revert(ChassisId, u64),
    /// A scheduled restart of this number warns or happens.
    Reload(ChassisId, u64),
}

impl Event {
    /// The switch that it happens to.
    pub(super) fn switch(&self) -> Option<&ChassisId> {
        match self {
            Self::Settle(id) | Self::Revert(id, _) | Self::Reload(id, _) => Some(id),
            Self::Booted(_)
            | Self::Wake(_)
            | Self::ControllerStarts(_)
            | Self::Posted(_)
            | Self::Copied(_)
            | Self::GoesDown(..)
            | Self::TaskDue(..)
            | Self::ToolstackStops(_)
            | Self::ToolstackIsUp(_)
            | Self::Fetched(..) => None,
        }
    }

    /// The same for a switch that got another name.
    pub(super) fn renamed(mut self, from: &ChassisId, to: &ChassisId) -> Self {
        if let Self::Settle(id) | Self::Revert(id, _) | Self::Reload(id, _) = &mut self
            && id == from
        {
            id.clone_from(to);
        }
        self
    }
}

impl World {
    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Booted(unit) => self.booted(&unit),
            Event::ControllerStarts(server) => self.controller_started(&server),
            Event::Posted(server) => self.posted(&server),
            Event::Copied(server) => self.copied(&server),
            Event::GoesDown(server, again) => self.goes_down(&server, again),
            Event::TaskDue(server, task) => xapi::task_due(self, &server, &task),
            Event::ToolstackStops(server) => xapi::toolstack_stops(self, &server),
            Event::ToolstackIsUp(server) => xapi::toolstack_is_up(self, &server),
            Event::Fetched(server, volume) => self.fetched(&server, &volume),
            Event::Settle(chassis) => self.settle(&chassis),
            Event::Wake(session) => ios::wake(self, session),
            Event::Revert(chassis, number) => ios::revert_due(self, &chassis, number),
            Event::Reload(chassis, number) => ios::reload_due(self, &chassis, number),
        }
    }
}
