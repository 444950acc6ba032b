use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::machine::{DiskState, Machine};
use super::switch::{Power, Unit, VlanDatabase};
use super::xapi::{Database, PoolRole};
use super::{Address, Cable, Jack, Server, Settings, State, System, Traces, World};
use crate::lab::PASSWORD;

/// The management gateway of the hosts, which does not exist yet.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(172, 16, 40, 254);

impl World {
    /// The floor at the stage `unpacked`: the same racks, with servers as they come out of their
    /// boxes. Their network cards are cabled already.
    pub fn unpacked(seed: u64) -> Self {
        let mut world = Self::installed(seed);
        world.state.cables.retain(|cable| !cable.has("cimc"));
        for server in world.state.servers.values_mut() {
            let Machine {
                serial,
                uuid,
                disks,
                ..
            } = &server.machine;
            let disks = u8::try_from(disks.len()).unwrap_or(u8::MAX);
            let mut machine = Machine::unpacked(serial, uuid.clone(), disks);
            // The larger one was in use somewhere before.
            if disks > 2 {
                for disk in machine.disks.values_mut() {
                    disk.state = DiskState::Foreign;
                }
            }
            server.machine = machine;
        }
        world.settle_all();
        world
    }

    /// The floor at the stage `installed`: three hosts with one management card each, two
    /// switches as from the factory, no stack cables.
    pub fn installed(seed: u64) -> Self {
        let units = [
            ("sw1", "FDO2001A0S1", "04bd.9715", 0x5140_u64),
            ("sw2", "FDO2001A0S2", "04bd.977f", 0xf400),
        ];
        let servers = [
            ("xen1", Ipv4Addr::new(172, 16, 40, 13), "13", 1),
            ("xen2", Ipv4Addr::new(172, 16, 40, 14), "14", 2),
            ("storage", Ipv4Addr::new(172, 16, 40, 100), "24", 3),
        ];
        let mut cables =
            BTreeSet::from([Cable::new(Jack::new("office", "1"), Jack::new("sw1", "1"))]);
        for (name, _, port, number) in servers {
            let office = Jack::new("office", &(number + 1).to_string());
            cables.insert(Cable::new(Jack::new(name, "cimc"), office));
            cables.insert(Cable::new(Jack::new(name, "nic1"), Jack::new("sw1", port)));
            cables.insert(Cable::new(Jack::new(name, "nic2"), Jack::new("sw2", port)));
        }
        let state = State {
            seed,
            settings: Settings::default(),
            units: units
                .map(|(name, serial, vendor, low)| {
                    let low = low ^ ((seed & 0xf) << 4);
                    (name.to_owned(), unit(serial, format!("{vendor}.{low:04x}")))
                })
                .into(),
            chassis: BTreeMap::new(),
            servers: servers
                .map(|(name, ip, _, number)| (name.to_owned(), server(seed, name, ip, number)))
                .into(),
            cables,
        };
        let mut world = Self {
            state,
            traces: Traces::default(),
        };
        for (name, ..) in units {
            world.booted(name);
        }
        world
    }
}

fn unit(serial: &str, mac: String) -> Unit {
    Unit {
        serial: serial.to_owned(),
        mac,
        model: "WS-C3650-24TS".to_owned(),
        power: Power::Booting,
        number: 1,
        next_number: 1,
        priority: 1,
        flash: BTreeMap::new(),
        startup: None,
        vlans: VlanDatabase::default(),
        rsa_key: None,
    }
}

fn server(seed: u64, name: &str, ip: Ipv4Addr, number: u8) -> Server {
    let mac = |card: u8| format!("0cc4.7a12.34{:02x}", 0x10 * number + card);
    let serial = format!("FCH2017V24{}", char::from(b'I' + number));
    let uuid = format!("4C4C4544-0051-3610-8052-{:08X}{number:04X}", seed as u32);
    // The storage server has the disks.
    let disks = if number == 3 { 4 } else { 2 };
    let address = Ipv4Addr::new(192, 168, 1, 20 + number);
    let nics = BTreeMap::from([("nic1".to_owned(), mac(1)), ("nic2".to_owned(), mac(2))]);
    let mut machine =
        Machine::unpacked(&serial, uuid, disks).installed(xenserver(name, ip), address);
    for drive in machine.drives.values_mut() {
        drive.set_up(seed, name, &nics, drive.size);
    }
    Server { machine, nics }
}

/// As the runbooks install it.
fn xenserver(hostname: &str, ip: Ipv4Addr) -> System {
    System {
        hostname: hostname.to_owned(),
        password: PASSWORD.to_owned(),
        keymap: "us".to_owned(),
        timezone: "Asia/Kathmandu".to_owned(),
        name_servers: Vec::new(),
        time_servers: Vec::new(),
        bonds: BTreeMap::new(),
        bridges: BTreeMap::new(),
        addresses: vec![Address {
            ip,
            prefix: 24,
            nic: "nic1".to_owned(),
            tag: None,
            mtu: 1500,
        }],
        gateway: Some(GATEWAY),
        installation: String::new(),
        role: PoolRole::default(),
        xapi: Database::default(),
    }
}
