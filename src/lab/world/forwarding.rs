use std::net::Ipv4Addr;

use super::switch::{ChassisId, InterfaceName};
use super::{Jack, World};

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
    /// The terminal server that the consoles are cabled to.
    TerminalServer,
    /// The office router, which offers nothing.
    Office,
}

/// A broadcast domain.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Office,
    Vlan(ChassisId, u16),
}

/// A node's way into a segment.
struct Interface {
    ip: Ipv4Addr,
    prefix: u8,
    mtu: u32,
    segment: Segment,
}

/// The desk's address.
pub const DESK: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
const ROUTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);
/// The terminal server's address.
pub const TERMINAL_SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 20);
/// Where the desk sends what is not in the office network.
const DESK_GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 254);
const OFFICE_MTU: u32 = 1500;
/// Routers that a packet may pass.
const HOPS: u8 = 8;

impl World {
    /// Sends an echo request of `size` bytes (IP header included) and waits for its answer.
    pub fn ping(&self, from: &Node, to: Ipv4Addr, size: u32, df: bool) -> PingResult {
        let answered = self.leaves(from, to).is_some_and(|(source, _)| {
            self.deliver(from, to, size, df, HOPS).is_some_and(|there| {
                self.deliver(&there, source, size, df, HOPS).as_ref() == Some(from)
            })
        });
        if answered {
            PingResult::Answered
        } else {
            PingResult::Lost
        }
    }

    /// Who answers a connection from the desk, if packets find their way there and back.
    pub fn tcp_path(&self, to: Ipv4Addr) -> Option<Listener> {
        if to == TERMINAL_SERVER {
            return Some(Listener::TerminalServer);
        }
        let there = self.deliver(&Node::Desk, to, 576, false, HOPS)?;
        (self.deliver(&there, DESK, 576, false, HOPS)? == Node::Desk).then_some(match there {
            Node::Switch(id) => Listener::Switch(id),
            Node::Server(name) => Listener::Server(name),
            Node::Desk | Node::Office => Listener::Office,
        })
    }

    /// The address and segment with which a node sends to `to`, and the next hop.
    fn leaves(&self, from: &Node, to: Ipv4Addr) -> Option<(Ipv4Addr, Interface)> {
        let hop = self.next_hop(from, to)?;
        let interface = self.interfaces(from).into_iter().find(|i| i.reaches(hop))?;
        Some((interface.ip, interface))
    }

    fn next_hop(&self, from: &Node, to: Ipv4Addr) -> Option<Ipv4Addr> {
        if self
            .interfaces(from)
            .iter()
            .any(|interface| interface.reaches(to))
        {
            return Some(to);
        }
        match from {
            Node::Desk => Some(DESK_GATEWAY),
            Node::Office => None,
            Node::Server(name) => self.state.servers.get(name)?.gateway,
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

    /// Who receives a packet in the end.
    fn deliver(&self, from: &Node, to: Ipv4Addr, size: u32, df: bool, hops: u8) -> Option<Node> {
        if self
            .interfaces(from)
            .iter()
            .any(|interface| interface.ip == to)
        {
            return Some(from.clone());
        }
        let hop = self.next_hop(from, to)?;
        let (_, interface) = self.leaves(from, to)?;
        if size > interface.mtu && df {
            return None;
        }
        let frame = size.min(interface.mtu);
        let receiver = self.arrives(&interface.segment, hop, frame)?;
        if hop == to {
            return Some(receiver);
        }
        let routes = match &receiver {
            Node::Switch(id) => self
                .state
                .chassis
                .get(id)
                .is_some_and(|c| c.running.ip_routing),
            _ => false,
        };
        let hops = hops.checked_sub(1)?;
        if routes {
            self.deliver(&receiver, to, frame, df, hops)
        } else {
            None
        }
    }

    /// Who has an address in a segment, if a frame of this size gets there.
    fn arrives(&self, segment: &Segment, ip: Ipv4Addr, frame: u32) -> Option<Node> {
        let uplink = self.uplink();
        let segments: Vec<&Segment> = match (segment, &uplink) {
            (Segment::Office, Some(vlan)) => vec![&Segment::Office, vlan],
            (vlan, Some(uplink)) if vlan == uplink => vec![vlan, &Segment::Office],
            (one, _) => vec![one],
        };
        for there in segments {
            let crosses = there != segment;
            let fits = |segment: &Segment| match segment {
                Segment::Office => frame <= OFFICE_MTU,
                Segment::Vlan(id, _) => self
                    .state
                    .chassis
                    .get(id)
                    .is_some_and(|c| frame <= u32::from(c.system_mtu)),
            };
            if !fits(there) || (crosses && !fits(segment)) {
                continue;
            }
            if let Some(node) = self.owner(there, ip) {
                return Some(node);
            }
        }
        None
    }

    fn owner(&self, segment: &Segment, ip: Ipv4Addr) -> Option<Node> {
        match segment {
            Segment::Office if ip == DESK => Some(Node::Desk),
            Segment::Office if ip == ROUTER || ip == TERMINAL_SERVER => Some(Node::Office),
            Segment::Office => None,
            Segment::Vlan(id, vlan) => {
                let chassis = self.state.chassis.get(id)?;
                let svi = chassis
                    .running
                    .interfaces
                    .get(&InterfaceName::Vlan(*vlan))?;
                if svi.ip.is_some_and(|(own, _)| own == ip) && self.svi_is_up(id, *vlan) {
                    return Some(Node::Switch(id.clone()));
                }
                self.server_with(ip, segment)
            }
        }
        .or_else(|| self.server_with(ip, segment))
    }

    fn server_with(&self, ip: Ipv4Addr, segment: &Segment) -> Option<Node> {
        self.state.servers.keys().find_map(|name| {
            let node = Node::Server(name.clone());
            let here = self
                .interfaces(&node)
                .into_iter()
                .any(|i| i.ip == ip && i.segment == *segment);
            here.then_some(node)
        })
    }

    /// The segment on the switch side of the office uplink.
    fn uplink(&self) -> Option<Segment> {
        self.segment_at(&Jack::new("office", "1"), None)
    }

    /// The segment that untagged or tagged frames from a jack come into.
    fn segment_at(&self, jack: &Jack, tag: Option<u16>) -> Option<Segment> {
        let port = self.opposite(jack)?;
        let number: u8 = port.port.parse().ok()?;
        let (id, member) = self.chassis_of(&port.device)?;
        let name = InterfaceName::Gigabit(member, number);
        if !self.port(id, name)?.forwards {
            return None;
        }
        let chassis = self.state.chassis.get(id)?;
        let config = self.effective(id, chassis, name)?;
        let vlan = config.admits(tag)?;
        // What comes in must be able to go out the same way, or no answer ever does.
        (config.emits(vlan) == Some(tag) && chassis.vlans.carries(vlan))
            .then(|| Segment::Vlan(id.clone(), vlan))
    }

    fn interfaces(&self, node: &Node) -> Vec<Interface> {
        let office = |ip| Interface {
            ip,
            prefix: 24,
            mtu: OFFICE_MTU,
            segment: Segment::Office,
        };
        match node {
            Node::Desk => vec![office(DESK)],
            Node::Office => vec![office(ROUTER), office(TERMINAL_SERVER)],
            Node::Server(name) => self.server_interfaces(name),
            Node::Switch(id) => self.switch_interfaces(id),
        }
    }

    fn server_interfaces(&self, name: &str) -> Vec<Interface> {
        let Some(server) = self.state.servers.get(name).filter(|s| s.powered) else {
            return Vec::new();
        };
        let up = |address: &super::Address| {
            let ways = server.ways(address);
            let segment = ways
                .iter()
                .find_map(|nic| self.segment_at(&Jack::new(name, nic), address.tag))?;
            let (ip, prefix, mtu) = (address.ip, address.prefix, address.mtu);
            Some(Interface {
                ip,
                prefix,
                mtu,
                segment,
            })
        };
        server.addresses.iter().filter_map(up).collect()
    }

    fn switch_interfaces(&self, id: &ChassisId) -> Vec<Interface> {
        let Some(chassis) = self.state.chassis.get(id) else {
            return Vec::new();
        };
        let mut interfaces = Vec::new();
        for (name, config) in &chassis.running.interfaces {
            let InterfaceName::Vlan(vlan) = name else {
                continue;
            };
            let Some((ip, prefix)) = config.ip else {
                continue;
            };
            if !self.svi_is_up(id, *vlan) {
                continue;
            }
            let mtu = u32::from(config.ip_mtu.unwrap_or(chassis.system_mtu));
            let segment = Segment::Vlan(id.clone(), *vlan);
            interfaces.push(Interface {
                ip,
                prefix,
                mtu,
                segment,
            });
        }
        interfaces
    }
}

impl Interface {
    fn reaches(&self, to: Ipv4Addr) -> bool {
        same_network(self.ip, to, self.prefix)
    }
}

fn same_network(a: Ipv4Addr, b: Ipv4Addr, prefix: u8) -> bool {
    let mask = u32::MAX
        .checked_shl(32 - u32::from(prefix.min(32)))
        .unwrap_or(0);
    a.to_bits() & mask == b.to_bits() & mask
}
