use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::switch::{ChassisId, InterfaceName};

/// A switch in one of its VLANs: each VLAN has a tree of its own.
type Bridge = (ChassisId, u16);
/// The end of a link: a port, or the port-channel that stands for it.
type End = (Bridge, InterfaceName);

/// What a port is for in the tree of a VLAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRole {
    /// The way to the root.
    Root,
    /// The way from the root.
    Designated,
    /// A second way to the root, which is blocked.
    Alternate,
    /// A second way to where the switch itself leads, which is blocked.
    Backup,
}

impl TreeRole {
    /// Whether it lets frames pass.
    pub fn forwards(self) -> bool {
        matches!(self, Self::Root | Self::Designated)
    }
}

/// How far a port has come with a VLAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// It lets nothing pass.
    Blocked,
    /// It listens for loops.
    Listens,
    /// It learns who is there.
    Learns,
    /// Frames pass.
    Forwards,
}

/// The tree that the switches connected in a VLAN agree on (IEEE 802.1D, one for each VLAN).
#[derive(Debug)]
pub struct Tree {
    root: Bridge,
    distance: BTreeMap<Bridge, u32>,
    roles: BTreeMap<End, TreeRole>,
}

impl Tree {
    /// The switch at the root.
    pub fn root(&self) -> &ChassisId {
        &self.root.0
    }

    /// The VLAN that the tree is for at its root.
    pub fn root_vlan(&self) -> u16 {
        self.root.1
    }

    /// What the way from a switch to the root costs.
    pub fn cost(&self, id: &ChassisId, vlan: u16) -> u32 {
        let bridge = (id.clone(), vlan);
        self.distance.get(&bridge).copied().unwrap_or_default()
    }

    /// What a port or port-channel is for. One that leads to no other switch is designated.
    pub fn role(&self, id: &ChassisId, vlan: u16, port: InterfaceName) -> TreeRole {
        let end = ((id.clone(), vlan), port);
        self.roles
            .get(&end)
            .copied()
            .unwrap_or(TreeRole::Designated)
    }
}

impl World {
    /// The tree that a switch is part of in a VLAN.
    pub fn spanning_tree(&self, id: &ChassisId, vlan: u16) -> Tree {
        let links = self.links((id.clone(), vlan));
        let start = (id.clone(), vlan);
        let bridges = links.iter().flat_map(|(a, b)| [&a.0, &b.0]).chain([&start]);
        let bridges: BTreeSet<Bridge> = bridges.cloned().collect();
        let root = bridges.iter().min_by_key(|bridge| self.bridge_id(bridge));
        let root = root.unwrap_or(&start).clone();

        let mut distance = BTreeMap::from([(root.clone(), 0)]);
        for _ in &bridges {
            for (a, b) in &links {
                for (near, far) in [(a, b), (b, a)] {
                    let Some(ahead) = distance.get(&near.0) else {
                        continue;
                    };
                    let through = ahead + self.path_cost(far);
                    let known = distance.entry(far.0.clone()).or_insert(through);
                    *known = through.min(*known);
                }
            }
        }

        let mut roles = BTreeMap::new();
        for (a, b) in &links {
            let rank = |end: &End| (distance.get(&end.0), self.bridge_id(&end.0), end.1);
            let (designated, other) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
            roles.insert(designated.clone(), TreeRole::Designated);
            let spare = if a.0 == b.0 {
                TreeRole::Backup
            } else {
                TreeRole::Alternate
            };
            roles.insert(other.clone(), spare);
        }
        for bridge in bridges.iter().filter(|bridge| **bridge != root) {
            let towards = |(a, b): &(End, End)| {
                [(a, b), (b, a)].into_iter().find_map(|(own, far)| {
                    let leads_away = own.0 == *bridge && far.0 != *bridge;
                    let ahead = distance.get(&far.0).filter(|_| leads_away)?;
                    let cost = ahead + self.path_cost(own);
                    Some((cost, self.bridge_id(&far.0), far.1, own.1))
                })
            };
            if let Some((.., port)) = links.iter().filter_map(towards).min() {
                roles.insert((bridge.clone(), port), TreeRole::Root);
            }
        }
        Tree {
            root,
            distance,
            roles,
        }
    }

    /// How far a port or port-channel has come with a VLAN that it carries.
    pub fn listening(&self, id: &ChassisId, port: InterfaceName, vlan: u16) -> Listening {
        let traces: Vec<_> = match port {
            InterfaceName::PortChannel(group) => self
                .bundled(id, group)
                .map(|member| self.trace(id, member))
                .collect(),
            _ => vec![self.trace(id, port)],
        };
        let from = traces.iter().filter_map(|trace| trace.forwards.get(&vlan));
        let Some(from) = from.min().copied() else {
            return Listening::Blocked;
        };
        // Half of the delay for each.
        let half = self.state.settings.forward_delay / 2;
        match from.saturating_sub(self.now()) {
            0 => Listening::Forwards,
            left if left <= half => Listening::Learns,
            _ => Listening::Listens,
        }
    }

    /// Whether a physical port is kept from carrying a VLAN, to leave no loop.
    pub(super) fn is_blocked(&self, id: &ChassisId, port: InterfaceName, vlan: u16) -> bool {
        if self.peer(id, port).is_none() {
            return false;
        }
        let disagrees = self.inconsistency(id, port);
        disagrees.is_some_and(|found| found.blocks(vlan))
            || !self
                .spanning_tree(id, vlan)
                .role(id, vlan, self.logical(id, port))
                .forwards()
    }

    /// The links between all switches that a switch is connected with in a VLAN, each once.
    fn links(&self, start: Bridge) -> BTreeSet<(End, End)> {
        let mut links = BTreeSet::new();
        let mut seen = BTreeSet::from([start.clone()]);
        let mut next = vec![start];
        while let Some((id, vlan)) = next.pop() {
            let ports = self.state.chassis.get(&id).into_iter();
            for port in ports.flat_map(|chassis| chassis.ports()) {
                let Some((peer, far, into)) = self.across(&id, port, vlan) else {
                    continue;
                };
                let own = ((id.clone(), vlan), self.logical(&id, port));
                let there = ((peer.clone(), into), self.logical(peer, far));
                if seen.insert(there.0.clone()) {
                    next.push(there.0.clone());
                }
                links.insert(if own <= there {
                    (own, there)
                } else {
                    (there, own)
                });
            }
        }
        links
    }

    /// Priority and address; the lowest is the root.
    pub fn bridge_id(&self, (id, vlan): &(ChassisId, u16)) -> (u16, String) {
        let unit = self.state.chassis.get(id).map(|c| c.active_unit());
        let unit = unit.and_then(|label| self.state.units.get(label));
        let mac = unit.map(|unit| unit.mac.clone()).unwrap_or_default();
        (32_768 + vlan, mac)
    }

    /// What it costs to pass a gigabit port (IEEE 802.1D-1998), or two and more of them as one.
    fn path_cost(&self, (bridge, port): &End) -> u32 {
        self.port_cost(&bridge.0, *port)
    }

    /// The path cost of a port or port-channel.
    pub fn port_cost(&self, id: &ChassisId, port: InterfaceName) -> u32 {
        let InterfaceName::PortChannel(group) = port else {
            return 4;
        };
        if self.bundled(id, group).count() > 1 {
            3
        } else {
            4
        }
    }
}
