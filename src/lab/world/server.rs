use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::machine::{Host, Machine};
use super::{Address, System};

/// A server on the floor, as the network sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// The machine itself.
    pub machine: Machine,
    /// Its network cards: name to MAC address.
    pub nics: BTreeMap<String, String>,
}

impl Server {
    /// The system that it runs, if it does, and if the volume under it is still there.
    pub fn system(&self) -> Option<&System> {
        let Host::Running(drive) = &self.machine.host else {
            return None;
        };
        self.machine.drives.get(drive)?.system.as_ref()
    }

    /// The same, to be changed.
    pub fn system_mut(&mut self) -> Option<&mut System> {
        let Host::Running(drive) = &self.machine.host else {
            return None;
        };
        self.machine.drives.get_mut(drive)?.system.as_mut()
    }

    /// The addresses that it has now.
    pub fn addresses(&self) -> &[Address] {
        self.system().map_or(&[], |system| &system.addresses)
    }

    /// Whether a card speaks LACP.
    pub fn speaks_lacp(&self, nic: &str) -> bool {
        let bond = self.system().and_then(|system| system.bond_of(nic));
        bond.is_some_and(|(_, bond)| bond.mode.is_lacp())
    }
}
