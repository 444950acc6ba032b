use std::net::Ipv4Addr;

use super::interface::Interface;
use super::machine::FILE_SERVER;
use super::segment::{OFFICE_MTU, Segment, passage};
use super::switch::{ChassisId, InterfaceName};
use super::{Passage, World};

/// Who sends or receives packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Where the engine sits, on the office network.
    Desk,
    /// The office network's router and terminal server.
    Office,
    /// A running switch.
    Switch(ChassisId),
    /// A server.
    Server(String),
    /// A server's management controller.
    Controller(String),
}

/// How a ping ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingResult {
    /// The answer came back.
    Answered,
    /// It did not.
    Lost,
}

/// What answers a connection from the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listener {
    /// A switch's vty lines.
    Switch(ChassisId),
    /// A server.
    Server(String),
    /// A server's management controller.
    Controller(String),
    /// The terminal server that the consoles are cabled to.
    TerminalServer,
    /// The office router, which offers nothing.
    Office,
}

/// Who has an address.
pub(super) struct Owner {
    pub(super) node: Node,
    /// The largest packet that it takes.
    takes: u32,
    /// The card of a server that it is on.
    pub(super) nic: Option<String>,
    /// The switch port that it is cabled to.
    pub(super) port: Option<(ChassisId, InterfaceName)>,
}

/// The desk's address.
pub const DESK: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
/// The office's router.
pub(super) const ROUTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);
/// The terminal server's address.
pub const TERMINAL_SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 20);
/// Where the desk sends what is not in the office network.
const DESK_GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 254);
/// Routers that a packet may pass.
const HOPS: u8 = 8;

impl World {
    /// Sends an echo request of `size` bytes (IP header included) and waits for its answer. The
    /// ports that it passes count it.
    pub fn ping(&mut self, from: &Node, to: Ipv4Addr, size: u32, df: bool) -> PingResult {
        let mut way = Vec::new();
        let answered = self.there_and_back(from, to, size, df, &mut way);
        self.count(&way);
        if answered.is_some() {
            PingResult::Answered
        } else {
            PingResult::Lost
        }
    }

    /// Whether packets get to an address and back, without sending any.
    pub fn answers(&self, from: &Node, to: Ipv4Addr, size: u32, df: bool) -> bool {
        self.there_and_back(from, to, size, df, &mut Vec::new())
            .is_some()
    }

    /// Who answers a connection from the desk, if packets find their way there and back.
    pub fn tcp_path(&self, to: Ipv4Addr) -> Option<Listener> {
        if to == TERMINAL_SERVER {
            return Some(Listener::TerminalServer);
        }
        let there = self.who_answers(&Node::Desk, to)?;
        Some(match there {
            Node::Switch(id) => Listener::Switch(id),
            Node::Server(name) => Listener::Server(name),
            Node::Controller(name) => Listener::Controller(name),
            Node::Desk | Node::Office => Listener::Office,
        })
    }

    /// Who answers a connection to an address, if packets find their way there and back.
    pub fn who_answers(&self, from: &Node, to: Ipv4Addr) -> Option<Node> {
        self.there_and_back(from, to, 576, false, &mut Vec::new())
    }

    /// Who answers a packet. `way` gets the ports that it and its answer pass.
    fn there_and_back(
        &self,
        from: &Node,
        to: Ipv4Addr,
        size: u32,
        df: bool,
        way: &mut Vec<Passage>,
    ) -> Option<Node> {
        let source = self.leaves(from, to)?.ip;
        let there = self.deliver(from, to, size, df, HOPS, way)?;
        let back = self.deliver(&there, source, size, df, HOPS, way)?;
        (back == *from).then_some(there)
    }

    fn count(&mut self, way: &[Passage]) {
        for passed in way {
            let logical = self.logical(&passed.switch, passed.port);
            let bundle = (logical != passed.port).then_some(logical);
            for port in [Some(passed.port), bundle].into_iter().flatten() {
                let key = (passed.switch.clone(), port);
                let (input, output) = self.traces.counters.entry(key).or_default();
                *(if passed.inwards { input } else { output }) += 1;
            }
        }
    }

    /// The interface with which a node sends to `to`.
    fn leaves(&self, from: &Node, to: Ipv4Addr) -> Option<Interface> {
        let hop = self.next_hop(from, to)?;
        self.interface(from, &|ip, prefix| same_network(ip, hop, prefix))
    }

    fn next_hop(&self, from: &Node, to: Ipv4Addr) -> Option<Ipv4Addr> {
        let reaches = |ip, prefix| same_network(ip, to, prefix);
        if self.interface(from, &reaches).is_some() {
            return Some(to);
        }
        match from {
            Node::Desk => Some(DESK_GATEWAY),
            Node::Office => None,
            Node::Server(name) => self.state.servers.get(name)?.system()?.gateway,
            Node::Controller(name) => self.machine(name)?.controller.gateway,
            Node::Switch(id) => {
                let config = &self.state.chassis.get(id)?.running;
                if !config.ip_routing {
                    return config.default_gateway;
                }
                let routes = config
                    .routes
                    .iter()
                    .filter(|((net, prefix), _)| same_network(*net, to, *prefix));
                routes
                    .max_by_key(|((_, prefix), _)| *prefix)
                    .map(|(_, hop)| *hop)
            }
        }
    }

    /// Who receives a packet in the end. `way` gets the switch ports that it passes.
    fn deliver(
        &self,
        from: &Node,
        to: Ipv4Addr,
        size: u32,
        df: bool,
        hops: u8,
        way: &mut Vec<Passage>,
    ) -> Option<Node> {
        if self.interface(from, &|ip, _| ip == to).is_some() {
            return Some(from.clone());
        }
        let hop = self.next_hop(from, to)?;
        let interface = self.leaves(from, to)?;
        if size > interface.mtu && df {
            return None;
        }
        let frame = size.min(interface.mtu);
        if let Some((switch, port)) = &interface.port {
            way.push(passage(switch, *port, true));
        }
        let receiver = self.arrives(&interface, hop, frame, way)?;
        if hop == to {
            return Some(receiver);
        }
        let Node::Switch(id) = &receiver else {
            return None;
        };
        let routes = self.state.chassis.get(id)?.running.ip_routing;
        let hops = hops.checked_sub(1).filter(|_| routes)?;
        self.deliver(&receiver, to, frame, df, hops, way)
    }

    /// Who has an address in a broadcast domain, if a frame of this size gets there and the card
    /// that it gets to takes it.
    fn arrives(
        &self,
        from: &Interface,
        ip: Ipv4Addr,
        frame: u32,
        way: &mut Vec<Passage>,
    ) -> Option<Node> {
        let visits = self.flood(&from.segment, frame);
        let (visit, owner) = visits
            .filter_map(|visit| {
                let owner = self.owners(&visit.segment, ip).into_iter().next()?;
                Some((visit, owner))
            })
            .next()?;
        way.extend(visit.way);
        if frame > owner.takes {
            return None;
        }
        if let Some((switch, port)) = &owner.port {
            let port = self.leaves_through(switch, *port, &from.mac);
            if !self.is_let_in(&owner, switch, port) {
                return None;
            }
            way.push(passage(switch, port, false));
        }
        Some(owner.node)
    }

    /// Whether a frame that a switch sends through a port gets to somebody who is cabled to it: a
    /// bundle's port may lead to a card that does not listen.
    fn is_let_in(&self, owner: &Owner, switch: &ChassisId, port: InterfaceName) -> bool {
        let (Node::Server(name), Some(nic)) = (&owner.node, &owner.nic) else {
            return true;
        };
        let chassis = self.state.chassis.get(switch);
        let jack = chassis.and_then(|chassis| self.partner(chassis, port));
        jack.is_some_and(|jack| jack.device == *name && self.ways(name, nic).contains(&jack.port))
    }

    /// Whether somebody has an address in a broadcast domain.
    pub(super) fn has_station(&self, from: &Segment, ip: Ipv4Addr) -> bool {
        let mut visits = self.flood(from, 64);
        visits.any(|visit| !self.owners(&visit.segment, ip).is_empty())
    }

    /// Who has an address in a segment, a switch before its stations.
    pub(super) fn owners(&self, segment: &Segment, ip: Ipv4Addr) -> Vec<Owner> {
        let here = |node: Node, takes| Owner {
            node,
            takes,
            nic: None,
            port: None,
        };
        let wanted = |own, _| own == ip;
        let mut owners = Vec::new();
        match segment {
            Segment::Office if ip == DESK => owners.push(here(Node::Desk, OFFICE_MTU)),
            Segment::Office if [ROUTER, TERMINAL_SERVER, FILE_SERVER].contains(&ip) => {
                owners.push(here(Node::Office, OFFICE_MTU));
            }
            Segment::Office => {}
            Segment::Vlan(id, _) => {
                let node = Node::Switch(id.clone());
                let own = self.switch_interfaces(id, &wanted);
                let own = own.filter(|svi| svi.segment == *segment);
                // What the switch lets in, its processor takes.
                owners.extend(own.map(|_| here(node.clone(), u32::MAX)));
            }
        }
        for name in self.state.servers.keys() {
            let cards = self.server_interfaces(name, &wanted);
            let own = cards.filter(|card| card.segment == *segment);
            owners.extend(own.map(|card| Owner {
                node: Node::Server(name.clone()),
                takes: card.mtu,
                nic: card.nic,
                port: card.port,
            }));
        }
        for name in self.state.servers.keys() {
            let card = self.controller_interface(name, &wanted);
            let own = card.filter(|card| card.segment == *segment);
            owners.extend(own.map(|card| Owner {
                node: Node::Controller(name.clone()),
                takes: card.mtu,
                nic: None,
                port: card.port,
            }));
        }
        owners
    }
}

fn same_network(a: Ipv4Addr, b: Ipv4Addr, prefix: u8) -> bool {
    let mask = u32::MAX
        .checked_shl(32 - u32::from(prefix.min(32)))
        .unwrap_or(0);
    a.to_bits() & mask == b.to_bits() & mask
}
