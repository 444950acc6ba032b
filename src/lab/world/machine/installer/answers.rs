use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::lab::world::xapi::{Database, PoolRole};
use crate::lab::world::{Address, System};

/// What an installer was told so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Answers {
    pub keymap: String,
    /// The virtual drive to install on.
    pub drive: u8,
    pub password: String,
    pub interface: String,
    pub address: Option<(Ipv4Addr, u8)>,
    pub gateway: Option<Ipv4Addr>,
    pub hostname: String,
    pub name_servers: Vec<Ipv4Addr>,
    pub timezone: String,
    pub time_servers: Vec<String>,
    /// The virtual drives that are for virtual machines.
    #[serde(default)]
    pub guests: Vec<u8>,
}

impl Answers {
    /// The system that comes of them.
    pub(super) fn system(&self) -> System {
        let address = self.address.map(|(ip, prefix)| Address {
            ip,
            prefix,
            nic: self.interface.clone(),
            tag: None,
            mtu: 1500,
        });
        System {
            hostname: self.hostname.clone(),
            password: self.password.clone(),
            keymap: self.keymap.clone(),
            timezone: self.timezone.clone(),
            name_servers: self.name_servers.clone(),
            time_servers: self.time_servers.clone(),
            bonds: BTreeMap::new(),
            bridges: BTreeMap::new(),
            addresses: address.into_iter().collect(),
            gateway: self.gateway,
            installation: String::new(),
            role: PoolRole::default(),
            xapi: Database::default(),
        }
    }
}
