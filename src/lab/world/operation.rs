use serde::{Deserialize, Serialize};

use super::channel::Suspension;
use super::switch::{Chassis, ChassisId, InterfaceConfig, InterfaceName, Power, SwitchportMode};
use super::{Event, Jack, PortTrace, World};

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
    /// Why it is suspended.
    pub suspended: Option<String>,
    /// Frames pass through it now.
    pub forwards: bool,
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

    /// The jack of a physical port.
    pub fn jack(&self, chassis: &Chassis, port: InterfaceName) -> Option<Jack> {
        let InterfaceName::Gigabit(member, number) = port else {
            return None;
        };
        Some(Jack::new(
            chassis.members.get(&member)?,
            &number.to_string(),
        ))
    }

    /// What a physical port is cabled to.
    pub fn partner(&self, chassis: &Chassis, port: InterfaceName) -> Option<&Jack> {
        self.opposite(&self.jack(chassis, port)?)
    }

    /// What a port does. Port-channels are up while at least one member is bundled.
    pub fn port(&self, id: &ChassisId, port: InterfaceName) -> Option<PortStatus> {
        let chassis = self.state.chassis.get(id)?;
        let config = chassis.running.interfaces.get(&port)?;
        let trace = self.trace(id, port);
        let link = match port {
            InterfaceName::PortChannel(group) => chassis
                .channel_members(group)
                .any(|member| self.trace(id, member).flag == Flag::Bundled),
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
        let taking_part = !matches!(trace.flag, Flag::Suspended | Flag::Waiting | Flag::Down);
        Some(PortStatus {
            word,
            trunk: word == StatusWord::Connected && config.mode == SwitchportMode::Trunk,
            flag: trace.flag,
            bundled_in: bundled.map(|group| group.group),
            suspended: trace.suspended.clone(),
            forwards: word == StatusWord::Connected
                && taking_part
                && self.traces.now >= trace.forwards_from,
        })
    }

    /// The switchport settings that count for a port: its port-channel's while it is bundled.
    pub(super) fn effective<'c>(
        &self,
        id: &ChassisId,
        chassis: &'c Chassis,
        port: InterfaceName,
    ) -> Option<&'c InterfaceConfig> {
        let own = chassis.running.interfaces.get(&port)?;
        match (self.trace(id, port).flag, own.channel_group) {
            (Flag::Bundled, Some(group)) => chassis
                .running
                .interfaces
                .get(&InterfaceName::PortChannel(group.group)),
            _ => Some(own),
        }
    }

    /// Whether an SVI is up: its VLAN exists and some port forwards in it.
    pub fn svi_is_up(&self, id: &ChassisId, vlan: u16) -> bool {
        let Some(chassis) = self.state.chassis.get(id) else {
            return false;
        };
        let svi = chassis.running.interfaces.get(&InterfaceName::Vlan(vlan));
        svi.is_some_and(|svi| !svi.shutdown)
            && chassis.vlans.carries(vlan)
            && chassis.ports().any(|port| {
                self.port(id, port).is_some_and(|status| status.forwards)
                    && self
                        .effective(id, chassis, port)
                        .is_some_and(|c| c.is_in(vlan))
            })
    }

    pub(super) fn trace(&self, id: &ChassisId, port: InterfaceName) -> &PortTrace {
        static NOTHING: PortTrace = PortTrace {
            link: false,
            flag: Flag::None,
            flag_since: 0,
            suspended: None,
            forwards_from: 0,
        };
        self.traces
            .ports
            .get(&(id.clone(), port))
            .unwrap_or(&NOTHING)
    }

    pub(super) fn has_link(&self, chassis: &Chassis, port: InterfaceName) -> bool {
        let shut = chassis
            .running
            .interfaces
            .get(&port)
            .is_none_or(|config| config.shutdown);
        let Some(partner) = self.partner(chassis, port).filter(|_| !shut) else {
            return false;
        };
        if let Some(server) = self.state.servers.get(&partner.device) {
            return server.powered;
        }
        match self.state.units.get(&partner.device) {
            Some(unit) => unit.power == Power::Running,
            None => true,
        }
    }

    /// Brings every port's operation in line with the state, and logs what changed. What
    /// takes time is scheduled.
    pub fn settle(&mut self, id: &ChassisId) {
        self.traces.revision += 1;
        let Some(chassis) = self.state.chassis.get(id) else {
            return;
        };
        let ports: Vec<InterfaceName> = chassis.ports().collect();
        let channels: Vec<u16> = chassis
            .running
            .interfaces
            .keys()
            .filter_map(|name| match name {
                InterfaceName::PortChannel(n) => Some(*n),
                _ => None,
            })
            .collect();
        let gone = |name: &InterfaceName| !ports.contains(name);
        let was_up: Vec<bool> = channels
            .iter()
            .map(|n| self.channel_is_up(id, *n))
            .collect();
        let svis_before = self.svis(id);
        self.traces
            .ports
            .retain(|(owner, name), _| owner != id || !gone(name));
        for port in ports {
            self.settle_port(id, port);
        }
        for (n, before) in channels.iter().zip(was_up) {
            let after = self.channel_is_up(id, *n);
            if before != after {
                self.log_line_protocol(id, InterfaceName::PortChannel(*n), after);
            }
        }
        for (vlan, up) in self.svis(id) {
            let before = svis_before.iter().find(|(known, _)| *known == vlan);
            if before.is_some_and(|(_, before)| *before != up) {
                self.log_line_protocol(id, InterfaceName::Vlan(vlan), up);
            }
        }
    }

    /// Settles every chassis: after something on the floor changed.
    pub fn settle_all(&mut self) {
        let ids: Vec<ChassisId> = self.state.chassis.keys().cloned().collect();
        for id in ids {
            self.settle(&id);
        }
    }

    fn channel_is_up(&self, id: &ChassisId, group: u16) -> bool {
        self.port(id, InterfaceName::PortChannel(group))
            .is_some_and(|status| status.word == StatusWord::Connected)
    }

    fn svis(&self, id: &ChassisId) -> Vec<(u16, bool)> {
        let Some(chassis) = self.state.chassis.get(id) else {
            return Vec::new();
        };
        let names = chassis.running.interfaces.keys();
        names
            .filter_map(|name| match name {
                InterfaceName::Vlan(vlan) => Some((*vlan, self.svi_is_up(id, *vlan))),
                _ => None,
            })
            .collect()
    }

    fn settle_port(&mut self, id: &ChassisId, port: InterfaceName) {
        let Some(chassis) = self.state.chassis.get(id) else {
            return;
        };
        let Some(config) = chassis.running.interfaces.get(&port).cloned() else {
            return;
        };
        let edge_by_default = chassis.running.spanning_tree.portfast_default;
        let now = self.traces.now;
        let before = self.trace(id, port).clone();
        let link = self.has_link(chassis, port);
        let lacp = self.partner(chassis, port).is_some_and(|jack| {
            let server = self.state.servers.get(&jack.device);
            server.is_some_and(|server| server.speaks_lacp(&jack.port))
        });
        let mut part = chassis.part(port, link, lacp);

        let negotiates = config
            .channel_group
            .is_some_and(|group| !matches!(group.mode, super::switch::LacpMode::On));
        let settings = self.state.settings.clone();
        if part.flag == Flag::Bundled && negotiates && !self.takes_in(id, port) {
            part.flag = Flag::Waiting;
        } else if part.flag == Flag::Bundled && negotiates && before.flag != Flag::Bundled {
            let since = if before.flag == Flag::Waiting {
                before.flag_since
            } else {
                now
            };
            let ready = since + settings.lacp_negotiation;
            if now < ready {
                part.flag = Flag::Waiting;
                self.schedule(ready, Event::Settle(id.clone()));
            }
        }

        let mut trace = PortTrace {
            link,
            flag: part.flag,
            flag_since: if part.flag == before.flag {
                before.flag_since
            } else {
                now
            },
            suspended: part.suspended.as_ref().map(|s| s.reason().to_owned()),
            forwards_from: before.forwards_from,
        };
        let carried = |trace: &PortTrace| {
            trace.link && !matches!(trace.flag, Flag::Suspended | Flag::Waiting | Flag::Down)
        };
        if carried(&trace) && !carried(&before) {
            let delay = if config.is_edge(edge_by_default) {
                0
            } else {
                settings.forward_delay
            };
            trace.forwards_from = now + delay;
            if delay > 0 {
                self.schedule(now + delay, Event::Settle(id.clone()));
            }
        }
        self.traces.ports.insert((id.clone(), port), trace.clone());
        self.log_port(id, port, &config, &before, &trace, part.suspended.as_ref());
    }

    fn log_port(
        &mut self,
        id: &ChassisId,
        port: InterfaceName,
        config: &InterfaceConfig,
        before: &PortTrace,
        after: &PortTrace,
        why: Option<&Suspension>,
    ) {
        let short = port.short();
        if before.link != after.link {
            match (after.link, config.shutdown) {
                (true, _) => {
                    self.syslog(
                        id,
                        format!("%LINK-3-UPDOWN: Interface {port}, changed state to up"),
                    );
                }
                (false, true) => self.syslog(
                    id,
                    format!(
                        "%LINK-5-CHANGED: Interface {port}, changed state to administratively down"
                    ),
                ),
                (false, false) => {
                    self.syslog(
                        id,
                        format!("%LINK-3-UPDOWN: Interface {port}, changed state to down"),
                    );
                }
            }
        }
        if before.suspended != after.suspended {
            match why {
                Some(Suspension::Incompatible(reason)) => {
                    let group = config.channel_group.map_or(0, |group| group.group);
                    self.syslog(
                        id,
                        format!(
                            "%EC-5-CANNOT_BUNDLE2: {short} is not compatible with Po{group} and \
                             will be suspended ({reason})"
                        ),
                    );
                }
                Some(Suspension::NoLacp) => self.syslog(
                    id,
                    format!(
                        "%ETC-5-L3DONTBNDL2: {short} suspended: LACP currently not enabled on \
                         the remote port."
                    ),
                ),
                None if config.channel_group.is_some() && after.link => self.syslog(
                    id,
                    format!("%EC-5-COMPATIBLE: {short} is compatible with port-channel members"),
                ),
                None => {}
            }
        }
        let group = config.channel_group.map(|group| group.group);
        match (
            before.flag == Flag::Bundled,
            after.flag == Flag::Bundled,
            group,
        ) {
            (false, true, Some(n)) => {
                self.syslog(
                    id,
                    format!("%EC-5-BUNDLE: Interface {short} joined port-channel Po{n}"),
                );
            }
            (true, false, Some(n)) => {
                self.syslog(
                    id,
                    format!("%EC-5-UNBUNDLE: Interface {short} left the port-channel Po{n}"),
                );
            }
            _ => {}
        }
        let protocol = |trace: &PortTrace| {
            trace.link && !matches!(trace.flag, Flag::Suspended | Flag::Waiting | Flag::Down)
        };
        if protocol(before) != protocol(after) {
            self.log_line_protocol(id, port, protocol(after));
        }
    }

    fn log_line_protocol(&mut self, id: &ChassisId, name: InterfaceName, up: bool) {
        let word = if up { "up" } else { "down" };
        self.syslog(
            id,
            format!(
                "%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {word}"
            ),
        );
    }
}
