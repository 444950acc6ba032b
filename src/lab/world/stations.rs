use std::net::Ipv4Addr;

use super::packet::Owner;
use super::segment::Segment;
use super::switch::{ChassisId, InterfaceName};
use super::{DESK, Jack, Node, TERMINAL_SERVER, World};

/// The address of the office switch's own port.
const OFFICE_PORT: &str = "0011.2233.4401";
/// Stations behind the office switch, besides its router.
pub const OFFICE_STATIONS: [(Ipv4Addr, &str); 2] = [
    (DESK, "0011.2233.4410"),
    (TERMINAL_SERVER, "0011.2233.4420"),
];

/// The address that frames of somebody in the office come with.
pub(super) fn office_mac(ip: Ipv4Addr) -> &'static str {
    let mut behind = OFFICE_STATIONS.iter();
    behind
        .find(|(own, _)| *own == ip)
        .map_or(OFFICE_PORT, |(_, mac)| mac)
}

/// Something that sends frames, as a switch learns it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Station {
    /// The VLAN it is in.
    pub vlan: u16,
    /// Its address.
    pub mac: String,
    /// The port or port-channel that its frames come in at.
    pub place: InterfaceName,
}

impl World {
    /// Every station that a switch hears, where its frames come in.
    pub fn stations(&self, id: &ChassisId) -> Vec<Station> {
        let chassis = self.state.chassis.get(id).into_iter();
        let vlans = chassis.flat_map(|chassis| chassis.vlans.vlans.keys());
        let mut stations = Vec::new();
        for vlan in vlans {
            for visit in self.flood(&Segment::Vlan(id.clone(), *vlan), 64) {
                let first = visit.way.first().map(|passed| passed.port);
                for (mac, port) in self.attached(&visit.segment) {
                    // A switch knows itself without having learned it.
                    let Some(port) = first.or(port) else { continue };
                    let place = self.logical(id, port);
                    stations.push(Station {
                        vlan: *vlan,
                        mac,
                        place,
                    });
                }
            }
        }
        stations.sort();
        stations.dedup();
        stations
    }

    /// The addresses in a segment, and the ports that stations are cabled to.
    fn attached(&self, segment: &Segment) -> Vec<(String, Option<InterfaceName>)> {
        let Segment::Vlan(id, vlan) = segment else {
            let behind = OFFICE_STATIONS.iter().map(|(_, mac)| *mac);
            let all = [OFFICE_PORT].into_iter().chain(behind);
            return all.map(|mac| (mac.to_owned(), None)).collect();
        };
        let own = self.bridge_id(&(id.clone(), *vlan)).1;
        let mut found = vec![(own, None)];
        for (name, server) in &self.state.servers {
            if !server.machine.host.is_on() {
                continue;
            }
            for nic in server.nics.keys() {
                let bond = server.system().and_then(|system| system.bond_of(nic));
                // A bond sends with one address, from the cards that it uses.
                if bond.is_some_and(|(_, bond)| bond.nics.first() != Some(nic)) {
                    continue;
                }
                let own = server.addresses().iter().filter(|own| own.nic == *nic);
                let tags: Vec<_> = std::iter::once(None)
                    .chain(own.map(|own| own.tag))
                    .collect();
                let here = |jack: &Jack| {
                    let mut tags = tags.iter();
                    tags.any(|tag| self.segment_at(jack, *tag).as_ref() == Some(segment))
                };
                let jacks = self.ways(name, nic).into_iter();
                let mut jacks = jacks.map(|nic| Jack::new(name, &nic));
                if let (Some(jack), Some(mac)) = (jacks.find(here), self.mac_at(name, nic)) {
                    let port = self.opposite(&jack).and_then(|jack| self.switch_port(jack));
                    found.push((mac, port.map(|(_, port)| port)));
                }
            }
        }
        found
    }

    /// The addresses of all others in a broadcast domain that claim to be `ip`.
    pub(super) fn others_with(&self, from: &Segment, ip: Ipv4Addr) -> Vec<String> {
        let Segment::Vlan(own, _) = from else {
            return Vec::new();
        };
        let visits = self.flood(from, 64);
        let owners = visits.flat_map(|visit| self.owners(&visit.segment, ip));
        let others = owners.filter(|owner| owner.node != Node::Switch(own.clone()));
        others.filter_map(|owner| self.mac_of(&owner)).collect()
    }

    fn mac_of(&self, owner: &Owner) -> Option<String> {
        match &owner.node {
            Node::Switch(id) => Some(self.bridge_id(&(id.clone(), 1)).1),
            Node::Office => Some(OFFICE_PORT.to_owned()),
            Node::Desk => Some(OFFICE_STATIONS[0].1.to_owned()),
            Node::Controller(name) => Some(self.machine(name)?.controller.mac(name)),
            Node::Server(name) => self.mac_at(name, owner.nic.as_ref()?),
        }
    }
}
