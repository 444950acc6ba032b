use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::machine::{Host, Machine};

/// A server on the floor, as the network sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// The machine itself.
    pub machine: Machine,
    /// Its network cards: name to MAC address.
    pub nics: BTreeMap<String, String>,
    /// Cards that act as one.
    pub bond: Option<Bond>,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// Its default gateway.
    pub gateway: Option<Ipv4Addr>,
}

/// Network cards that act as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// How.
    pub mode: BondMode,
    /// Which.
    pub nics: Vec<String>,
}

/// How a bond uses its cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BondMode {
    /// The first one with a link.
    ActiveBackup,
    /// All, negotiated with the switch.
    Lacp,
}

/// An address of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: Ipv4Addr,
    /// Its prefix length.
    pub prefix: u8,
    /// The card it is on; any card of the bond if that is in one.
    pub nic: String,
    /// The VLAN tag its frames carry.
    pub tag: Option<u16>,
    /// The largest IP packet it sends.
    pub mtu: u32,
}

impl Server {
    /// Whether a card speaks LACP.
    pub fn speaks_lacp(&self, nic: &str) -> bool {
        self.machine.host == Host::Running
            && self.bond.as_ref().is_some_and(|bond| {
                bond.mode == BondMode::Lacp && bond.nics.iter().any(|member| member == nic)
            })
    }

    /// The cards that an address can use, the preferred first.
    pub fn ways(&self, address: &Address) -> Vec<String> {
        match &self.bond {
            Some(bond) if bond.nics.contains(&address.nic) => bond.nics.clone(),
            _ => vec![address.nic.clone()],
        }
    }
}
