use serde::{Deserialize, Serialize};

use super::operation::Flag;
use super::switch::{
    ChannelGroup, Chassis, ChassisId, InterfaceConfig, InterfaceName, LacpMode, SwitchportMode,
};
use super::{Jack, World};

/// What a port wants to be in its port-channel, given its link and its partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) flag: Flag,
    pub(super) suspended: Option<Suspension>,
}

/// Why a member does not carry frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Suspension {
    /// Its settings are not those of the port-channel.
    Incompatible(String),
    /// The partner does not speak LACP.
    NoLacp,
}

impl Suspension {
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Incompatible(reason) => reason,
            Self::NoLacp => "LACP currently not enabled on the remote port",
        }
    }
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

    pub(super) fn part(&self, port: InterfaceName, link: bool, partner_lacp: bool) -> Part {
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
            // PAgP ports without a partner stand alone.
            LacpMode::Desirable | LacpMode::Auto => only(Flag::StandAlone),
            LacpMode::Active | LacpMode::Passive if partner_lacp => only(Flag::Bundled),
            LacpMode::Active | LacpMode::Passive if channel.standalone_disable => {
                suspended(Suspension::NoLacp)
            }
            LacpMode::Active | LacpMode::Passive => only(Flag::StandAlone),
        }
    }
}

impl World {
    /// Whether the bond at the other end of a port takes it in. A bond has one partner: the
    /// switch that its first card with an LACP link leads to. What leads elsewhere waits.
    pub(super) fn takes_in(&self, id: &ChassisId, port: InterfaceName) -> bool {
        let Some(chassis) = self.state.chassis.get(id) else {
            return false;
        };
        let Some(jack) = self.partner(chassis, port) else {
            return false;
        };
        let Some(bond) = self
            .state
            .servers
            .get(&jack.device)
            .and_then(|s| s.bond.as_ref())
        else {
            return false;
        };
        let mut cards = bond.nics.iter().map(|card| Jack::new(&jack.device, card));
        cards.find_map(|card| self.lacp_partner(&card)) == Some(id)
    }

    /// The switch that speaks LACP at the other end of a server's card.
    fn lacp_partner(&self, card: &Jack) -> Option<&ChassisId> {
        let opposite = self.opposite(card)?;
        let (id, member) = self.chassis_of(&opposite.device)?;
        let port = InterfaceName::Gigabit(member, opposite.port.parse().ok()?);
        let chassis = self.state.chassis.get(id)?;
        let group = chassis.running.interfaces.get(&port)?.channel_group?;
        let speaks = matches!(group.mode, LacpMode::Active | LacpMode::Passive);
        (speaks && self.has_link(chassis, port)).then_some(id)
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
