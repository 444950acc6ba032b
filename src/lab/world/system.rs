use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Bond;
use super::xapi::{Database, PoolRole};

/// An operating system on a volume. A server is this as long as it runs from that volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// Its host name.
    pub hostname: String,
    /// The password of `root`.
    pub password: String,
    /// The layout of its keyboard.
    pub keymap: String,
    /// `Region/City`.
    pub timezone: String,
    /// Whom it asks for names.
    pub name_servers: Vec<Ipv4Addr>,
    /// Whom it asks for the time; nobody if its clock was set by hand.
    pub time_servers: Vec<String>,
    /// Cards that act as one, by the name of the bond.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bonds: BTreeMap<String, Bond>,
    /// Bridges that are on a VLAN of a card, by name. Every card, and every bond in the place of
    /// its cards, has one of its own besides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bridges: BTreeMap<String, TaggedBridge>,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// Its default gateway.
    pub gateway: Option<Ipv4Addr>,
    /// What this installation is called, as a UUID.
    #[serde(default)]
    pub installation: String,
    /// What its toolstack is in its pool.
    #[serde(default)]
    pub role: PoolRole,
    /// What its toolstack knows of itself and its pool; nothing at a member, whose master knows it.
    #[serde(default)]
    pub xapi: Database,
}

/// A bridge whose frames carry a tag on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedBridge {
    /// The card; the primary one of the bond if that is in one.
    pub nic: String,
    /// The tag.
    pub tag: u16,
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

impl System {
    /// What was made of its cards goes: bonds, bridges of VLANs, and the addresses on them. The
    /// first address stays, which its toolstack is reached at.
    pub fn take_apart(&mut self) {
        let bonds = std::mem::take(&mut self.bonds);
        self.bridges.clear();
        let is_bonded = |nic: &String| bonds.values().any(|bond| bond.nics.contains(nic));
        let mut is_first = true;
        self.addresses.retain(|own| {
            let is_bare = own.tag.is_none() && !is_bonded(&own.nic);
            std::mem::take(&mut is_first) || is_bare
        });
    }

    /// The bridge that an address is on: `xenbr0` over `eth0`, the lab's `nic1`, if it is not on
    /// one of a VLAN or of a bond.
    pub fn bridge_of(&self, address: &Address) -> String {
        let is_it =
            |bridge: &TaggedBridge| bridge.nic == address.nic && Some(bridge.tag) == address.tag;
        let mut tagged = self.bridges.iter();
        if let Some((name, _)) = tagged.find(|(_, bridge)| is_it(bridge)) {
            return name.clone();
        }
        if let Some((_, bond)) = self.bond_of(&address.nic) {
            return bond.bridge.clone();
        }
        let number = address.nic.strip_prefix("nic");
        let number = number.and_then(|number| number.parse::<u8>().ok());
        format!("xenbr{}", number.unwrap_or(1).saturating_sub(1))
    }
}
