use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::machine::Machine;
use super::switch::{Chassis, ChassisId, Unit};
use super::{Cable, Event, Millis, Server, Settings, Traces};

/// The simulated data centre.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    /// What is the case.
    pub state: State,
    /// What use leaves behind.
    pub traces: Traces,
}

/// What is racked, cabled and configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What all chance followed from when the floor was made.
    pub seed: u64,
    /// Behaviour that is not verified on real devices.
    pub settings: Settings,
    /// The switches as boxes, by rack label.
    pub units: BTreeMap<String, Unit>,
    /// Boxes that run as one switch, by the label of the one that leads.
    pub chassis: BTreeMap<ChassisId, Chassis>,
    /// The servers, by name.
    pub servers: BTreeMap<String, Server>,
    /// All cables.
    pub cables: BTreeSet<Cable>,
}

impl PartialEq for World {
    /// Traces don't count: they differ after any look.
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl World {
    /// A server as a machine.
    pub fn machine(&self, server: &str) -> Option<&Machine> {
        self.state.servers.get(server).map(|server| &server.machine)
    }

    /// The same, to be changed.
    pub fn machine_mut(&mut self, server: &str) -> Option<&mut Machine> {
        let server = self.state.servers.get_mut(server);
        server.map(|server| &mut server.machine)
    }

    /// The world's time.
    pub fn now(&self) -> Millis {
        self.traces.now
    }

    /// When something happens next without anybody's doing.
    pub fn next_event(&self) -> Option<Millis> {
        self.traces.events.first().map(|(at, ..)| *at)
    }

    /// Lets something happen at a time. Events of one moment happen in the order scheduled.
    pub fn schedule(&mut self, at: Millis, event: Event) {
        self.traces.scheduled += 1;
        let number = self.traces.scheduled;
        self.traces
            .events
            .insert((at.max(self.traces.now), number, event));
    }

    /// Lets time pass: everything due until `at` happens, each at its moment.
    pub fn advance_to(&mut self, at: Millis) {
        while let Some((due, ..)) = self.traces.events.first() {
            if *due > at {
                break;
            }
            let Some((due, _, event)) = self.traces.events.pop_first() else {
                break;
            };
            self.traces.now = self.traces.now.max(due);
            self.happen(event);
        }
        self.traces.now = self.traces.now.max(at);
    }
}
