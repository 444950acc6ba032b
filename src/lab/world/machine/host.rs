use serde::{Deserialize, Serialize};

use super::Installer;
use crate::lab::world::{Event, Millis, World};
use crate::lab::xapi;

/// A system takes so long to stop what it does, in milliseconds.
const SHUTDOWN: Millis = 20_000;

/// What the host of a machine does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Host {
    /// Nothing.
    Off,
    /// It tests itself.
    Posting,
    /// It found nothing to boot, and says so on its screen.
    Idle,
    /// An installer was booted.
    Installer(Box<Installer>),
    /// The operating system on this virtual drive runs.
    Running(u8),
}

impl Host {
    /// Whether it has power.
    pub fn is_on(&self) -> bool {
        *self != Self::Off
    }
}

impl World {
    /// Switches a host on; `false` if it is on, or has no cord in.
    pub fn switch_on(&mut self, server: &str) -> bool {
        let Some(machine) = self.machine_mut(server) else {
            return false;
        };
        if !machine.corded || machine.host.is_on() {
            return false;
        }
        self.post(server);
        true
    }

    /// Switches a host off; `false` if it is.
    pub fn switch_off(&mut self, server: &str) -> bool {
        let Some(machine) = self.machine_mut(server).filter(|m| m.host.is_on()) else {
            return false;
        };
        machine.host = Host::Off;
        self.traces.hosts.remove(server);
        self.forget_what_comes(server);
        self.settle_all();
        true
    }

    /// Begins again, as a reset does; `false` if it is off.
    pub fn reset_host(&mut self, server: &str) -> bool {
        let on = self.machine(server).is_some_and(|m| m.host.is_on());
        if on {
            self.post(server);
        }
        on
    }

    /// A host's own system shuts it down in a moment; it starts again if `again`.
    pub fn shut_down(&mut self, server: &str, again: bool) {
        self.shut_down_after(server, 0, again);
    }

    /// The same, `wait` milliseconds from now.
    pub fn shut_down_after(&mut self, server: &str, wait: Millis, again: bool) {
        let at = self.now() + wait + SHUTDOWN;
        self.schedule(at, Event::GoesDown(server.to_owned(), again));
    }

    /// The moment has come.
    pub(in crate::lab::world) fn goes_down(&mut self, server: &str, again: bool) {
        match again {
            true => self.reset_host(server),
            false => self.switch_off(server),
        };
    }

    /// Since when a host has power.
    pub fn on_since(&self, server: &str) -> Option<Millis> {
        self.traces.hosts.get(server).copied()
    }

    fn post(&mut self, server: &str) {
        self.forget_what_comes(server);
        let now = self.now();
        self.traces.hosts.insert(server.to_owned(), now);
        if let Some(machine) = self.machine_mut(server) {
            machine.host = Host::Posting;
        }
        let done = now + self.state.settings.post;
        self.schedule(done, Event::Posted(server.to_owned()));
        self.settle_all();
    }

    fn forget_what_comes(&mut self, server: &str) {
        let keeps = |event: &Event| match event {
            Event::GoesDown(of, _)
            | Event::Posted(of)
            | Event::Copied(of)
            | Event::TaskDue(of, _)
            | Event::ToolstackStops(of)
            | Event::ToolstackIsUp(of) => of != server,
            _ => true,
        };
        self.traces.events.retain(|(_, _, event)| keeps(event));
    }

    /// The self-test is over: it boots what it finds.
    pub(in crate::lab::world) fn posted(&mut self, server: &str) {
        let Some(machine) = self.machine_mut(server) else {
            return;
        };
        if machine.host != Host::Posting {
            return;
        }
        machine.host = machine.boots();
        self.start_unattended(server);
        self.settle_all();
        xapi::toolstack_is_up(self, server);
    }
}
