use serde::{Deserialize, Serialize};

use super::switch::{ChassisId, InterfaceName, Power};
use super::{PortTrace, World};

/// A port's part in a port-channel, as `show etherchannel summary` flags it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flag {
    /// In no port-channel.
    #[default]
    None,
    /// `D`: no link.
    Down,
    /// `w`: negotiating.
    Waiting,
    /// `P`: bundled.
    Bundled,
    /// `I`: stands alone.
    StandAlone,
    /// `s`: suspended.
    Suspended,
}

/// The `Status` column of `show interfaces status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWord {
    /// It has a link.
    Connected,
    /// It has none.
    NotConnect,
    /// It is shut down.
    Disabled,
    /// Its port-channel does not let it take part.
    Suspended,
}

/// What a port does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortStatus {
    /// The word for it.
    pub word: StatusWord,
    /// It works as a trunk.
    pub trunk: bool,
    /// Its part in a port-channel.
    pub flag: Flag,
    /// The port-channel it is bundled in.
    pub bundled_in: Option<u16>,
}

impl World {
    /// The chassis that a unit is a member of, and its number there.
    pub fn chassis_of(&self, unit: &str) -> Option<(&ChassisId, u8)> {
        self.state.chassis.iter().find_map(|(id, chassis)| {
            let (number, _) = chassis.members.iter().find(|(_, label)| *label == unit)?;
            Some((id, *number))
        })
    }

    /// The running chassis of a console, if its unit is up.
    pub fn running_chassis(&self, unit: &str) -> Option<ChassisId> {
        let running = self
            .state
            .units
            .get(unit)
            .is_some_and(|u| u.power == Power::Running);
        self.chassis_of(unit)
            .filter(|_| running)
            .map(|(id, _)| id.clone())
    }

    /// What a port does. Port-channels are up while at least one member is bundled.
    pub fn port(&self, id: &ChassisId, port: InterfaceName) -> Option<PortStatus> {
        let chassis = self.state.chassis.get(id)?;
        let config = chassis.running.interfaces.get(&port)?;
        let trace = self.trace(id, port);
        let link = match port {
            InterfaceName::PortChannel(group) => self.bundled(id, group).next().is_some(),
            _ => trace.link,
        };
        let word = match (config.shutdown, link, trace.flag) {
            (true, ..) => StatusWord::Disabled,
            (false, false, _) => StatusWord::NotConnect,
            (false, true, Flag::Suspended) => StatusWord::Suspended,
            (false, true, _) => StatusWord::Connected,
        };
        let bundled = (trace.flag == Flag::Bundled)
            .then_some(config.channel_group)
            .flatten();
        let trunk = || self.switchport(id, port).is_some_and(|s| s.is_trunk());
        Some(PortStatus {
            word,
            trunk: word == StatusWord::Connected && trunk(),
            flag: trace.flag,
            bundled_in: bundled.map(|group| group.group),
        })
    }

    /// The members that a port-channel is made of now.
    pub fn bundled(&self, id: &ChassisId, group: u16) -> impl Iterator<Item = InterfaceName> {
        let chassis = self.state.chassis.get(id).into_iter();
        let members = chassis.flat_map(move |chassis| chassis.channel_members(group));
        members.filter(|member| self.trace(id, *member).flag == Flag::Bundled)
    }

    /// The port-channel that a bundled port is part of, or the port.
    pub fn logical(&self, id: &ChassisId, port: InterfaceName) -> InterfaceName {
        let chassis = self.state.chassis.get(id);
        let config = chassis.and_then(|chassis| chassis.running.interfaces.get(&port));
        match config.and_then(|config| config.channel_group) {
            Some(group) if self.trace(id, port).flag == Flag::Bundled => {
                InterfaceName::PortChannel(group.group)
            }
            _ => port,
        }
    }

    /// Whether frames of a VLAN pass a port now; a port-channel's through any member.
    pub fn forwards(&self, id: &ChassisId, port: InterfaceName, vlan: u16) -> bool {
        match port {
            InterfaceName::PortChannel(group) => self
                .bundled(id, group)
                .any(|member| self.forwards(id, member, vlan)),
            _ => {
                let from = self.trace(id, port).forwards.get(&vlan);
                from.is_some_and(|from| *from <= self.traces.now)
            }
        }
    }

    /// Whether an SVI is up: its VLAN exists and some port forwards in it.
    pub fn svi_is_up(&self, id: &ChassisId, vlan: u16) -> bool {
        let Some(chassis) = self.state.chassis.get(id) else {
            return false;
        };
        !chassis.is_shut(InterfaceName::Vlan(vlan))
            && chassis.vlans.carries(vlan)
            && chassis.ports().any(|port| self.forwards(id, port, vlan))
    }

    /// The SVIs, and whether they are up.
    pub(super) fn svis(&self, id: &ChassisId) -> Vec<(u16, bool)> {
        let chassis = self.state.chassis.get(id).into_iter();
        let names = chassis.flat_map(|chassis| chassis.running.interfaces.keys());
        names
            .filter_map(|name| match name {
                InterfaceName::Vlan(vlan) => Some((*vlan, self.svi_is_up(id, *vlan))),
                _ => None,
            })
            .collect()
    }

    pub(super) fn trace(&self, id: &ChassisId, port: InterfaceName) -> &PortTrace {
        static NOTHING: PortTrace = PortTrace::NOTHING;
        self.traces
            .ports
            .get(&(id.clone(), port))
            .unwrap_or(&NOTHING)
    }
}
