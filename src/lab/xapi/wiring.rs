//! How a host's network is to be, as its master has written it down, and having it so.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::card;
use super::hosts::{server_of, system, system_mut};
use crate::lab::world::xapi::{Database, Record, is_so, number, pair, said};
use crate::lab::world::{Address, Bond, BondMode, TaggedBridge, World};

/// What a host has: its bonds, the bridges of VLANs that are plugged in, and its addresses.
#[derive(PartialEq, Eq)]
struct Wiring {
    bonds: BTreeMap<String, Bond>,
    bridges: BTreeMap<String, TaggedBridge>,
    addresses: Vec<Address>,
}

/// Has a host's network be what the database says. Whoever calls has seen that it is at work.
pub(super) fn renew(world: &mut World, master: &str, host: &str) {
    let Some(server) = server_of(world, master, host).map(str::to_owned) else {
        return;
    };
    let (Some(known), Some(own)) = (system(world, master), system(world, &server)) else {
        return;
    };
    let wiring = Wiring::of(&known.xapi, host, &own.bridges);
    if let Some(own) = system_mut(world, &server) {
        own.bonds = wiring.bonds;
        own.bridges = wiring.bridges;
        own.addresses = wiring.addresses;
    }
    // Its switch may hear it speak LACP now, or no longer.
    world.settle_all();
}

impl Wiring {
    fn of(database: &Database, host: &str, plugged: &BTreeMap<String, TaggedBridge>) -> Self {
        let cards = card::of_host(database, host);
        let bonds = cards.iter().filter_map(|(reference, own)| {
            let bond = bond(database, reference, own)?;
            Some((said(own, "device").to_owned(), bond))
        });
        let tagged = cards.iter().filter_map(|(_, own)| bridge(database, own));
        let bridges: BTreeMap<_, _> = tagged
            .filter(|(name, _)| plugged.contains_key(name))
            .collect();
        let is_up = |own: &Record| {
            let tagged = bridge(database, own);
            let is_plugged = tagged.is_none_or(|(name, _)| bridges.contains_key(&name));
            is_plugged && database.get("Bond", said(own, "bond_slave_of")).is_none()
        };
        let up = cards.iter().filter(|(_, own)| is_up(own));
        let mut up: Vec<&Record> = up.map(|(_, own)| *own).collect();
        // The one that its toolstack is reached at comes first.
        up.sort_by_key(|own| !is_so(own, "management"));
        Self {
            bonds: bonds.collect(),
            addresses: up.iter().filter_map(|own| address(database, own)).collect(),
            bridges,
        }
    }
}

/// The bridge that a card of a VLAN is to have; `None` if it is not of a VLAN.
pub(super) fn bridge(database: &Database, card: &Record) -> Option<(String, TaggedBridge)> {
    let tag = u16::try_from(number(card, "VLAN")?).ok()?;
    let network = database.get("network", said(card, "network"))?;
    let bridge = TaggedBridge {
        nic: nics(database, card).into_iter().next()?,
        tag,
    };
    Some((said(network, "bridge").to_owned(), bridge))
}

/// The network cards of the machine that are behind a card, the primary one first.
pub(super) fn nics(database: &Database, card: &Record) -> Vec<String> {
    let (host, device) = (said(card, "host"), said(card, "device"));
    if let Some(number) = device.strip_prefix("eth") {
        // What Linux counts from 0, the label on the machine counts from 1.
        let number = number
            .parse::<u8>()
            .ok()
            .map(|number| u16::from(number) + 1);
        return number
            .map(|number| format!("nic{number}"))
            .into_iter()
            .collect();
    }
    let own = card::of_host(database, host);
    let is_bond = |own: &Record| said(own, "device") == device && number(own, "VLAN") == Some(-1);
    let Some((master, _)) = own.iter().find(|(_, own)| is_bond(own)) else {
        return Vec::new();
    };
    let mut bonds = database.of("Bond");
    let Some((reference, bond)) = bonds.find(|(_, bond)| said(bond, "master") == *master) else {
        return Vec::new();
    };
    let primary = said(bond, "primary_slave");
    let mut slaves: Vec<_> = own
        .into_iter()
        .filter(|(_, own)| said(own, "bond_slave_of") == reference)
        .collect();
    slaves.sort_by_key(|(slave, _)| *slave != primary);
    let devices = slaves.into_iter().filter_map(|(_, slave)| {
        let is_card = said(slave, "device").starts_with("eth");
        is_card.then(|| nics(database, slave))
    });
    devices.flatten().collect()
}

/// The bond that a card stands for, if it does.
fn bond(database: &Database, reference: &str, card: &Record) -> Option<Bond> {
    let mut bonds = database.of("Bond");
    let (_, bond) = bonds.find(|(_, bond)| said(bond, "master") == reference)?;
    let network = database.get("network", said(card, "network"))?;
    let mode = match said(bond, "mode") {
        "active-backup" => BondMode::ActiveBackup,
        "lacp" => BondMode::Lacp {
            falls_back: pair(bond, "properties", "lacp-fallback-ab") == Some("true"),
        },
        _ => BondMode::BalanceSlb,
    };
    Some(Bond {
        mode,
        nics: nics(database, card),
        mac: dotted(said(card, "MAC")),
        bridge: said(network, "bridge").to_owned(),
    })
}

/// The address that a card has.
fn address(database: &Database, card: &Record) -> Option<Address> {
    let mask: Ipv4Addr = said(card, "netmask").parse().ok()?;
    let prefix = u8::try_from(mask.to_bits().count_ones()).ok()?;
    let mtu = number(card, "MTU").and_then(|mtu| u32::try_from(mtu).ok());
    let tag = number(card, "VLAN").and_then(|tag| u16::try_from(tag).ok());
    Some(Address {
        ip: said(card, "IP").parse().ok()?,
        prefix,
        nic: nics(database, card).into_iter().next()?,
        tag,
        mtu: mtu.unwrap_or(1500),
    })
}

/// A MAC address as the switches write it.
fn dotted(mac: &str) -> String {
    let digits: Vec<char> = mac.chars().filter(char::is_ascii_hexdigit).collect();
    let parts = digits.chunks(4).map(|part| part.iter().collect::<String>());
    parts.collect::<Vec<_>>().join(".").to_lowercase()
}
