use std::collections::BTreeMap;

use super::channel::Part;
use super::operation::Flag;
use super::switch::{ChannelGroup, ChassisId, InterfaceConfig, InterfaceName, LacpMode};
use super::{Event, Millis, PortTrace, StatusWord, World};

/// What a switch tells about itself that can change while its ports settle.
struct Protocols {
    channels: Vec<(u16, bool)>,
    svis: Vec<(u16, bool)>,
}

impl World {
    /// Brings every port's operation in line with the state, on this switch and those it is
    /// cabled to, and logs what changed. What takes time is scheduled.
    pub fn settle(&mut self, id: &ChassisId) {
        let mut concerned = vec![id.clone()];
        let ports = self.state.chassis.get(id).into_iter();
        for port in ports.flat_map(|chassis| chassis.ports()) {
            if let Some((peer, _)) = self.peer(id, port)
                && !concerned.contains(peer)
            {
                concerned.push(peer.clone());
            }
        }
        self.settle_these(&concerned);
    }

    /// Settles every switch: after something on the floor changed.
    pub fn settle_all(&mut self) {
        let ids: Vec<ChassisId> = self.state.chassis.keys().cloned().collect();
        self.settle_these(&ids);
    }

    fn settle_these(&mut self, ids: &[ChassisId]) {
        self.traces.revision += 1;
        let running = |id: &&ChassisId| self.state.chassis.contains_key(*id);
        let ids: Vec<ChassisId> = ids.iter().filter(running).cloned().collect();
        let before: Vec<Protocols> = ids.iter().map(|id| self.protocols(id)).collect();
        for id in &ids {
            self.forget_absent_ports(id);
            for port in self.ports_of(id) {
                self.settle_link(id, port);
            }
        }
        for id in &ids {
            for port in self.ports_of(id) {
                self.settle_vlans(id, port);
                self.settle_neighbour(id, port);
            }
        }
        for (id, before) in ids.iter().zip(&before) {
            self.log_protocols(id, before);
        }
        self.find_duplicates();
    }

    fn ports_of(&self, id: &ChassisId) -> Vec<InterfaceName> {
        let chassis = self.state.chassis.get(id).into_iter();
        chassis.flat_map(|chassis| chassis.ports()).collect()
    }

    fn forget_absent_ports(&mut self, id: &ChassisId) {
        let present = self.ports_of(id);
        let ports = &mut self.traces.ports;
        ports.retain(|(owner, name), _| owner != id || present.contains(name));
    }

    fn protocols(&self, id: &ChassisId) -> Protocols {
        let chassis = self.state.chassis.get(id).into_iter();
        let names = chassis.flat_map(|chassis| chassis.running.interfaces.keys());
        let channels = names.filter_map(|name| match name {
            InterfaceName::PortChannel(n) => Some((*n, self.channel_is_up(id, *n))),
            _ => None,
        });
        Protocols {
            channels: channels.collect(),
            svis: self.svis(id),
        }
    }

    fn channel_is_up(&self, id: &ChassisId, group: u16) -> bool {
        self.port(id, InterfaceName::PortChannel(group))
            .is_some_and(|status| status.word == StatusWord::Connected)
    }

    fn log_protocols(&mut self, id: &ChassisId, before: &Protocols) {
        for (n, up) in self.protocols(id).channels {
            if before.channels.contains(&(n, !up)) {
                self.log_line_protocol(id, InterfaceName::PortChannel(n), up);
            }
        }
        for (vlan, up) in self.svis(id) {
            if before.svis.contains(&(vlan, !up)) {
                self.log_line_protocol(id, InterfaceName::Vlan(vlan), up);
            }
        }
    }

    /// Link and part in a port-channel: what happens on the wire itself.
    fn settle_link(&mut self, id: &ChassisId, port: InterfaceName) {
        let Some(chassis) = self.state.chassis.get(id) else {
            return;
        };
        let Some(config) = chassis.running.interfaces.get(&port).cloned() else {
            return;
        };
        let before = self.trace(id, port).clone();
        let link = self.has_link(chassis, port);
        let part = chassis.part(port, link, self.is_answered(id, port));
        let part = self.negotiated(id, port, &config, &before, part);

        let same = part.flag == before.flag;
        let since = if same { before.flag_since } else { self.now() };
        let mut trace = PortTrace {
            link,
            flag: part.flag,
            flag_since: since,
            suspended: part.suspended,
            ..before.clone()
        };
        // What comes up anew listens anew.
        if !trace.carries() {
            trace.forwards.clear();
        }
        let key = (id.clone(), port);
        self.traces.ports.insert(key, trace.clone());
        self.log_port(id, port, &config, &before, &trace);
    }

    /// A bundle that is negotiated takes its time, and the other end has a say.
    fn negotiated(
        &mut self,
        id: &ChassisId,
        port: InterfaceName,
        config: &InterfaceConfig,
        before: &PortTrace,
        part: Part,
    ) -> Part {
        let speaks = |group: ChannelGroup| group.mode != LacpMode::On;
        if part.flag != Flag::Bundled || !config.channel_group.is_some_and(speaks) {
            return part;
        }
        let waiting = Part {
            flag: Flag::Waiting,
            suspended: None,
        };
        if !self.is_taken_in(id, port) {
            return waiting;
        }
        let since = match before.flag {
            Flag::Bundled => return part,
            Flag::Waiting => before.flag_since,
            _ => self.now(),
        };
        let ready = since + self.state.settings.lacp_negotiation;
        if self.now() >= ready {
            return part;
        }
        self.schedule(ready, Event::Settle(id.clone()));
        waiting
    }

    /// The VLANs that a port carries. One that is new to it listens for loops before it forwards.
    fn settle_vlans(&mut self, id: &ChassisId, port: InterfaceName) {
        let trace = self.trace(id, port);
        if !trace.carries() {
            return;
        }
        let (Some(chassis), Some(switchport)) =
            (self.state.chassis.get(id), self.switchport(id, port))
        else {
            return;
        };
        let now = self.now();
        let edge = switchport.is_edge(chassis.running.spanning_tree.portfast_default);
        let delay = if edge {
            0
        } else {
            self.state.settings.forward_delay
        };
        let trunk = switchport.is_trunk();
        let carried = chassis.vlans.vlans.keys().copied().filter(|vlan| {
            chassis.vlans.carries(*vlan)
                && switchport.is_in(*vlan)
                && !self.is_blocked(id, port, *vlan)
        });
        let from = |vlan: u16| {
            let own = trace.forwards.get(&vlan).filter(|_| trace.trunk == trunk);
            let known = own
                .copied()
                .or_else(|| self.bundle_forwards(id, port, trunk, vlan));
            (vlan, known.unwrap_or(now + delay))
        };
        let forwards: BTreeMap<u16, Millis> = carried.map(from).collect();
        let due = forwards.values().copied().filter(|at| *at > now).max();
        let listens = due.is_some() && forwards != trace.forwards;
        if let (true, Some(due)) = (listens, due) {
            self.schedule(due, Event::Settle(id.clone()));
        }
        if let Some(trace) = self.traces.ports.get_mut(&(id.clone(), port)) {
            trace.trunk = trunk;
            trace.forwards = forwards;
        }
    }

    /// A link that joins a bundle forwards what the bundle forwards.
    fn bundle_forwards(
        &self,
        id: &ChassisId,
        port: InterfaceName,
        trunk: bool,
        vlan: u16,
    ) -> Option<Millis> {
        let InterfaceName::PortChannel(group) = self.logical(id, port) else {
            return None;
        };
        let others = self.bundled(id, group).filter(|member| *member != port);
        let traces = others.map(|member| self.trace(id, member));
        traces
            .filter(|trace| trace.trunk == trunk)
            .filter_map(|trace| trace.forwards.get(&vlan).copied())
            .min()
    }

    /// What a port hears from the switch port at the other end.
    fn settle_neighbour(&mut self, id: &ChassisId, port: InterfaceName) {
        let before = self.trace(id, port).clone();
        let heard = before.carries();
        let after = PortTrace {
            inconsistency: self.inconsistency(id, port).filter(|_| heard),
            native_heard: self.foreign_native(id, port).filter(|_| heard),
            ..before.clone()
        };
        if after != before {
            self.traces.ports.insert((id.clone(), port), after.clone());
            self.log_neighbour(id, port, &before, &after);
        }
    }
}
