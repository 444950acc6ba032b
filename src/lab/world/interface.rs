use std::net::Ipv4Addr;

use super::machine::FILE_SERVER;
use super::packet::ROUTER;
use super::segment::{OFFICE_MTU, Segment};
use super::stations::office_mac;
use super::switch::{ChassisId, InterfaceName};
use super::{DESK, Jack, Node, Server, TERMINAL_SERVER, World};

/// A node's way into a segment.
pub(super) struct Interface {
    pub(super) ip: Ipv4Addr,
    /// The MAC address that it sends with.
    pub(super) mac: String,
    /// The card of a server.
    pub(super) nic: Option<String>,
    pub(super) mtu: u32,
    pub(super) segment: Segment,
    /// The switch port that a server is cabled to.
    pub(super) port: Option<(ChassisId, InterfaceName)>,
}

/// Which addresses are looked for, by their prefix length too. Whether an interface is up is only
/// found out for those: it is a walk over ports.
pub(super) type Wanted<'w> = &'w dyn Fn(Ipv4Addr, u8) -> bool;

impl World {
    /// A node's first interface that is up and has an address that is wanted.
    pub(super) fn interface(&self, node: &Node, wanted: Wanted<'_>) -> Option<Interface> {
        let office = |ips: &[Ipv4Addr]| {
            let ip = ips.iter().copied().find(|ip| wanted(*ip, 24))?;
            Some(Interface {
                ip,
                mac: office_mac(ip).to_owned(),
                nic: None,
                mtu: OFFICE_MTU,
                segment: Segment::Office,
                port: None,
            })
        };
        match node {
            Node::Desk => office(&[DESK]),
            Node::Office => office(&[ROUTER, TERMINAL_SERVER, FILE_SERVER]),
            Node::Server(name) => self.server_interfaces(name, wanted).next(),
            Node::Controller(name) => self.controller_interface(name, wanted),
            Node::Switch(id) => self.switch_interfaces(id, wanted).next(),
        }
    }

    pub(super) fn server_interfaces<'w>(
        &'w self,
        name: &'w str,
        wanted: Wanted<'w>,
    ) -> impl Iterator<Item = Interface> + 'w {
        let system = self.state.servers.get(name).and_then(Server::system);
        let addresses = system.into_iter().flat_map(|system| &system.addresses);
        addresses
            .filter(|address| wanted(address.ip, address.prefix))
            .filter_map(|address| {
                let mut ways = self.ways(name, &address.nic).into_iter();
                let (segment, port) = ways.find_map(|nic| {
                    let jack = Jack::new(name, &nic);
                    let segment = self.segment_at(&jack, address.tag)?;
                    let (id, port) = self.switch_port(self.opposite(&jack)?)?;
                    Some((segment, (id.clone(), port)))
                })?;
                Some(Interface {
                    ip: address.ip,
                    mac: self.mac_at(name, &address.nic)?,
                    nic: Some(address.nic.clone()),
                    mtu: address.mtu,
                    segment,
                    port: Some(port),
                })
            })
    }

    /// A controller is on the network once it has come up, as long as its machine has its cords
    /// in.
    pub(super) fn controller_interface(&self, name: &str, wanted: Wanted<'_>) -> Option<Interface> {
        let running = self.machine(name).filter(|_| self.controller_runs(name));
        let controller = &running?.controller;
        let address = controller.address;
        let (ip, _) = address.filter(|(ip, prefix)| wanted(*ip, *prefix))?;
        let jack = Jack::new(name, "cimc");
        let segment = self.segment_at(&jack, None)?;
        let port = self.opposite(&jack).and_then(|jack| self.switch_port(jack));
        Some(Interface {
            ip,
            mac: controller.mac(name),
            nic: None,
            mtu: OFFICE_MTU,
            segment,
            port: port.map(|(id, port)| (id.clone(), port)),
        })
    }

    pub(super) fn switch_interfaces<'w>(
        &'w self,
        id: &'w ChassisId,
        wanted: Wanted<'w>,
    ) -> impl Iterator<Item = Interface> + 'w {
        let chassis = self.state.chassis.get(id).into_iter();
        let configs = chassis.flat_map(|chassis| {
            let configs = chassis.running.interfaces.iter();
            configs.map(move |(name, config)| (chassis, name, config))
        });
        configs.filter_map(|(chassis, name, config)| {
            let InterfaceName::Vlan(vlan) = name else {
                return None;
            };
            let (ip, _) = config.ip.filter(|(ip, prefix)| wanted(*ip, *prefix))?;
            self.svi_is_up(id, *vlan).then(|| Interface {
                ip,
                mac: self.bridge_id(&(id.clone(), *vlan)).1,
                nic: None,
                mtu: u32::from(config.ip_mtu.unwrap_or(chassis.system_mtu)),
                segment: Segment::Vlan(id.clone(), *vlan),
                port: None,
            })
        })
    }
}
