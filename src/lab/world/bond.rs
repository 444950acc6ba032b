use serde::{Deserialize, Serialize};

use super::switch::InterfaceName;
use super::{Flag, Jack, System, World};

/// Network cards that act as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// How.
    pub mode: BondMode,
    /// Which, the primary one first.
    pub nics: Vec<String>,
    /// The MAC address of what it sends.
    pub mac: String,
    /// The bridge on it.
    pub bridge: String,
}

/// How a bond uses its cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BondMode {
    /// All, each source address on one of them. The host's own, and broadcasts, are on the first
    /// one with a link.
    BalanceSlb,
    /// The first one with a link.
    ActiveBackup,
    /// All, negotiated with the switch.
    Lacp {
        /// Where nobody negotiates it is as `ActiveBackup`; else nothing passes.
        falls_back: bool,
    },
}

impl BondMode {
    /// Whether it speaks LACP.
    pub fn is_lacp(self) -> bool {
        matches!(self, Self::Lacp { .. })
    }
}

impl System {
    /// The bond that a card is in, and its name.
    pub fn bond_of(&self, nic: &str) -> Option<(&str, &Bond)> {
        let mut bonds = self.bonds.iter();
        let found = bonds.find(|(_, bond)| bond.nics.iter().any(|member| member == nic));
        found.map(|(name, bond)| (name.as_str(), bond))
    }
}

impl World {
    /// The cards that frames of a host get in and out at, if they are for this card or for the
    /// bond that it is in; the preferred one first.
    pub(super) fn ways(&self, server: &str, nic: &str) -> Vec<String> {
        let system = self.state.servers.get(server).and_then(|own| own.system());
        let Some((_, bond)) = system.and_then(|system| system.bond_of(nic)) else {
            return vec![nic.to_owned()];
        };
        let active = || {
            let mut nics = bond.nics.iter();
            let active = nics.find(|nic| self.has_carrier(&Jack::new(server, nic)));
            active.into_iter().cloned().collect()
        };
        match bond.mode {
            BondMode::BalanceSlb | BondMode::ActiveBackup => active(),
            BondMode::Lacp { falls_back } => {
                let nics = bond.nics.iter();
                let agreed = nics.filter(|nic| self.has_negotiated(&Jack::new(server, nic)));
                let agreed: Vec<String> = agreed.cloned().collect();
                match agreed.is_empty() && falls_back {
                    true => active(),
                    false => agreed,
                }
            }
        }
    }

    /// How many cards of a bond take part in it now.
    pub fn links_up(&self, server: &str, bond: &Bond) -> usize {
        let jacks = bond.nics.iter().map(|nic| Jack::new(server, nic));
        match bond.mode {
            BondMode::Lacp { .. } => jacks.filter(|jack| self.has_negotiated(jack)).count(),
            _ => jacks.filter(|jack| self.has_carrier(jack)).count(),
        }
    }

    /// The MAC address that a host sends with from a card, or from the bond that it is in.
    pub fn mac_at(&self, server: &str, nic: &str) -> Option<String> {
        let server = self.state.servers.get(server)?;
        let bond = server.system().and_then(|system| system.bond_of(nic));
        match bond {
            Some((_, bond)) => Some(bond.mac.clone()),
            None => server.nics.get(nic).cloned(),
        }
    }

    /// Whether a card's link is in a bundle that both its ends have agreed on.
    fn has_negotiated(&self, card: &Jack) -> bool {
        let end = self.opposite(card).and_then(|jack| self.switch_port(jack));
        end.is_some_and(|(id, port)| {
            self.is_answered(id, port) && self.trace(id, port).flag == Flag::Bundled
        })
    }

    /// The member of a bundle that a switch sends frames of a station through; the port itself if
    /// it is in none. As a Catalyst does it by default, what one address sends takes one link.
    pub(super) fn leaves_through(
        &self,
        id: &str,
        port: InterfaceName,
        source: &str,
    ) -> InterfaceName {
        let id = id.to_owned();
        let InterfaceName::PortChannel(group) = self.logical(&id, port) else {
            return port;
        };
        let members: Vec<InterfaceName> = self.bundled(&id, group).collect();
        let last = source.chars().last().and_then(|digit| digit.to_digit(16));
        let at = last.unwrap_or_default() as usize % members.len().max(1);
        members.get(at).copied().unwrap_or(port)
    }
}
