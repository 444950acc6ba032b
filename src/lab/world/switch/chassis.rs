use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{InterfaceName, SwitchConfig, VlanDatabase};

/// Names a running switch: the label of the unit that leads it. No two can have the same.
pub type ChassisId = String;

/// Units that run as one switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chassis {
    /// Its members: number to rack label.
    pub members: BTreeMap<u8, String>,
    /// The number of the member that leads.
    pub active: u8,
    /// The number of the member that takes over.
    pub standby: Option<u8>,
    /// running-config.
    pub running: SwitchConfig,
    /// The VLANs in use; every change is in `vlan.dat` at once.
    pub vlans: VlanDatabase,
    /// The size of its RSA key in bits.
    pub rsa_key: Option<u16>,
    /// The MTU that ports use; may lag behind the configured one.
    pub system_mtu: u16,
}

impl Chassis {
    /// The label of the unit that leads.
    pub fn active_unit(&self) -> &str {
        self.members.get(&self.active).map_or("", String::as_str)
    }

    /// The physical ports that are there: members' ports, not provisioned ones.
    pub fn ports(&self) -> impl Iterator<Item = InterfaceName> + '_ {
        self.running
            .interfaces
            .keys()
            .copied()
            .filter(|name| self.is_present(*name))
    }

    /// Whether a physical port's member is there.
    pub fn is_present(&self, name: InterfaceName) -> bool {
        match name {
            InterfaceName::Gigabit(member, _) | InterfaceName::Uplink(member, _) => {
                self.members.contains_key(&member)
            }
            _ => false,
        }
    }

    /// Whether a port is shut down, or not there.
    pub fn is_shut(&self, name: InterfaceName) -> bool {
        let config = self.running.interfaces.get(&name);
        config.is_none_or(|config| config.shutdown)
    }
}
