use serde::{Deserialize, Serialize};

use super::operation::Flag;
use super::switch::{
    ChannelGroup, Chassis, ChassisId, InterfaceConfig, InterfaceName, LacpMode, SwitchportMode,
};
use super::{Jack, World};

/// What a port wants to be in its port-channel, given its link and its partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) flag: Flag,
    pub(super) suspended: Option<Suspension>,
}

/// Why a member does not carry frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suspension {
    /// Its settings are not those of the port-channel; how the device says it.
    Incompatible(String),
    /// The partner does not speak LACP.
    NoLacp,
}

/// What a bundle can have at its other end. All its links must lead to the same.
#[derive(Debug, PartialEq, Eq)]
enum System<'w> {
    Bond(&'w str, &'w str),
    Switch(&'w ChassisId, u16),
}

impl Chassis {
    /// The members of a port-channel, in order.
    pub fn channel_members(&self, group: u16) -> impl Iterator<Item = InterfaceName> + '_ {
        self.running
            .interfaces
            .iter()
            .filter_map(move |(name, config)| {
                (config.channel_group?.group == group).then_some(*name)
            })
    }

    /// Whether a member's settings are those of its port-channel.
    fn agrees(&self, port: InterfaceName) -> bool {
        let interfaces = &self.running.interfaces;
        let Some(config) = interfaces.get(&port) else {
            return false;
        };
        let Some(group) = config.channel_group else {
            return false;
        };
        let name = InterfaceName::PortChannel(group.group);
        let channel = interfaces.get(&name);
        channel.is_some_and(|channel| mismatch(port, config, name, channel).is_none())
    }

    pub(super) fn part(&self, port: InterfaceName, link: bool, answered: bool) -> Part {
        let none = Part {
            flag: Flag::None,
            suspended: None,
        };
        let Some(config) = self.running.interfaces.get(&port) else {
            return none;
        };
        let Some(ChannelGroup { group, mode }) = config.channel_group else {
            return none;
        };
        let only = |flag| Part {
            flag,
            suspended: None,
        };
        if !link {
            return only(Flag::Down);
        }
        let suspended = |why: Suspension| Part {
            flag: Flag::Suspended,
            suspended: Some(why),
        };
        let name = InterfaceName::PortChannel(group);
        let Some(channel) = self.running.interfaces.get(&name) else {
            return none;
        };
        if let Some(reason) = mismatch(port, config, name, channel) {
            return suspended(Suspension::Incompatible(reason));
        }
        match mode {
            LacpMode::On => only(Flag::Bundled),
            _ if answered => only(Flag::Bundled),
            // PAgP ports without a partner stand alone.
            LacpMode::Desirable | LacpMode::Auto => only(Flag::StandAlone),
            LacpMode::Active | LacpMode::Passive if channel.standalone_disable => {
                suspended(Suspension::NoLacp)
            }
            LacpMode::Active | LacpMode::Passive => only(Flag::StandAlone),
        }
    }
}

impl World {
    /// Whether the other end of a port negotiates as its port-channel does.
    pub fn is_answered(&self, id: &ChassisId, port: InterfaceName) -> bool {
        self.system(id, port).is_some()
    }

    /// Whether both ends of a port take it into the same bundle. What leads elsewhere than the
    /// first link waits.
    pub(super) fn is_taken_in(&self, id: &ChassisId, port: InterfaceName) -> bool {
        let chosen = match self.system(id, port) {
            Some(System::Bond(server, bond)) => self.bond_partner(server, bond) == Some(id),
            Some(System::Switch(peer, group)) => {
                let own = self
                    .group(id, port)
                    .map(|own| System::Switch(id, own.group));
                self.chosen(peer, group) == own
            }
            None => false,
        };
        let own = self
            .group(id, port)
            .map(|group| self.chosen(id, group.group));
        chosen && own == Some(self.system(id, port))
    }

    /// What the first negotiated link of a port-channel leads to.
    fn chosen(&self, id: &ChassisId, group: u16) -> Option<System<'_>> {
        let chassis = self.state.chassis.get(id)?;
        let linked = chassis
            .channel_members(group)
            .filter(|member| self.has_link(chassis, *member));
        linked
            .filter(|member| chassis.agrees(*member))
            .find_map(|member| self.system(id, member))
    }

    /// What negotiates at the other end of a member.
    fn system(&self, id: &ChassisId, port: InterfaceName) -> Option<System<'_>> {
        let own = self.group(id, port)?.mode;
        let jack = self.partner(self.state.chassis.get(id)?, port)?;
        if let Some((name, server)) = self.state.servers.get_key_value(&jack.device) {
            let (bond, _) = server.system()?.bond_of(&jack.port)?;
            let speaks = own.is_lacp() && server.speaks_lacp(&jack.port);
            return speaks.then_some(System::Bond(name, bond));
        }
        let (peer, far) = self.switch_port(jack)?;
        let there = self.group(peer, far)?;
        let sends = self.state.chassis.get(peer)?.agrees(far);
        (sends && own.negotiates(there.mode)).then_some(System::Switch(peer, there.group))
    }

    fn group(&self, id: &ChassisId, port: InterfaceName) -> Option<ChannelGroup> {
        let running = &self.state.chassis.get(id)?.running;
        running.interfaces.get(&port)?.channel_group
    }

    /// The switch that a bond talks to: that of its first card with an LACP link.
    fn bond_partner(&self, server: &str, bond: &str) -> Option<&ChassisId> {
        let bond = self.state.servers.get(server)?.system()?.bonds.get(bond)?;
        let partner = |card: &String| {
            let (id, port) = self.switch_port(self.opposite(&Jack::new(server, card))?)?;
            let speaks = self.group(id, port)?.mode.is_lacp();
            (speaks && self.has_link(self.state.chassis.get(id)?, port)).then_some(id)
        };
        bond.nics.iter().find_map(partner)
    }
}

/// The first difference that keeps a member out of its port-channel, as the device words it.
fn mismatch(
    port: InterfaceName,
    member: &InterfaceConfig,
    name: InterfaceName,
    channel: &InterfaceConfig,
) -> Option<String> {
    let (port, name) = (port.short(), name.short());
    if member.mode != channel.mode {
        let (a, b) = (mode(member.mode), mode(channel.mode));
        return Some(format!("trunk mode of {port} is {a}, {name} is {b}"));
    }
    if member.mode == SwitchportMode::Trunk {
        if member.native_vlan != channel.native_vlan {
            let (a, b) = (member.native_vlan, channel.native_vlan);
            return Some(format!("native vlan of {port} is {a}, {name} id {b}"));
        }
        if member.allowed != channel.allowed {
            return Some("vlan mask is different".to_owned());
        }
    } else if member.access_vlan != channel.access_vlan {
        let (a, b) = (member.access_vlan, channel.access_vlan);
        return Some(format!("access vlan of {port} is {a}, {name} id {b}"));
    }
    None
}

fn mode(mode: SwitchportMode) -> &'static str {
    match mode {
        SwitchportMode::DynamicAuto => "dynamic auto",
        SwitchportMode::DynamicDesirable => "dynamic desirable",
        SwitchportMode::Access => "access",
        SwitchportMode::Trunk => "trunk",
    }
}
