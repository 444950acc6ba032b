//! Cards: those that are there, those of a VLAN, and those that a bond makes.
//!
//! The master writes down what a card is to be; the host has the bridges and addresses, and
//! whether a card of a VLAN is attached is for the host's bridges to say.

use std::net::Ipv4Addr;

use super::call::Call;
use super::fault::Fault;
use super::hosts::{at_work, server_of, system, system_mut};
use super::known::{database, record};
use super::message::Message;
use super::value::Value;
use super::wiring::{self, bridge};
use crate::lab::world::World;
use crate::lab::world::xapi::{Database, Record, is_so, said};

/// What cards do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("plug", 1, plug),
    Message::new("unplug", 1, unplug),
    Message::new("reconfigure_ip", 6, reconfigure_ip),
    Message::new("set_disallow_unplug", 2, set_disallow_unplug),
];

/// The fields that say which address a card has.
pub(super) const ADDRESS: [&str; 5] = ["ip_configuration_mode", "IP", "netmask", "gateway", "DNS"];

type Answer = Result<Value, Fault>;

fn plug(world: &mut World, server: &str, call: &Call) -> Answer {
    let card = call.text(0);
    let known = database(world, server, "PIF", card)?;
    if known
        .get("Bond", said(record(known, "PIF", card)?, "bond_slave_of"))
        .is_some()
    {
        return Err(Fault::new("CANNOT_PLUG_BOND_SLAVE", [card]));
    }
    attach(world, server, card, true)?;
    Ok(Value::default())
}

fn unplug(world: &mut World, server: &str, call: &Call) -> Answer {
    let card = call.text(0);
    let known = database(world, server, "PIF", card)?;
    if is_so(record(known, "PIF", card)?, "disallow_unplug") {
        return Err(Fault::new("PIF_DOES_NOT_ALLOW_UNPLUG", [card]));
    }
    attach(world, server, card, false)?;
    Ok(Value::default())
}

/// Has a card's host make its bridge, or take it away. What is no VLAN always has its bridge.
pub(super) fn attach(
    world: &mut World,
    server: &str,
    card: &str,
    plugged: bool,
) -> Result<(), Fault> {
    let known = database(world, server, "PIF", card)?;
    let own = record(known, "PIF", card)?;
    let host = said(own, "host").to_owned();
    let own_server = at_work(world, server, &host)?;
    let Some((name, bridge)) = bridge(known, own) else {
        return match plugged {
            true => Ok(()),
            false => Err(Fault::not_implemented("PIF.unplug")),
        };
    };
    if let Some(system) = system_mut(world, &own_server) {
        match plugged {
            true => drop(system.bridges.insert(name, bridge)),
            false => drop(system.bridges.remove(&name)),
        }
    }
    wiring::renew(world, server, &host);
    Ok(())
}

/// Whether a card is up: one of a VLAN has its bridge, and one in a bond is the bond's.
pub(super) fn is_attached(world: &World, server: &str, card: &str) -> Option<bool> {
    let database = &system(world, server)?.xapi;
    let card = database.get("PIF", card)?;
    if database.get("Bond", said(card, "bond_slave_of")).is_some() {
        return Some(false);
    }
    let (name, bridge) = bridge(database, card)?;
    let host = server_of(world, server, said(card, "host"));
    let host = host.and_then(|host| system(world, host));
    Some(host.is_some_and(|host| host.bridges.get(&name) == Some(&bridge)))
}

fn set_disallow_unplug(world: &mut World, server: &str, call: &Call) -> Answer {
    let Some(Value::Flag(disallowed)) = call.params.get(1) else {
        return Err(Fault::field_type("value"));
    };
    let disallowed = *disallowed;
    let own = change(world, server, call.text(0))?;
    match disallowed {
        true => drop(own.insert("disallow_unplug".to_owned(), true.into())),
        false => drop(own.remove("disallow_unplug")),
    }
    Ok(Value::default())
}

/// `PIF.reconfigure_ip(card, mode, ip, netmask, gateway, DNS)`. The address that the toolstack
/// itself is reached at stays; nobody here gives out addresses.
fn reconfigure_ip(world: &mut World, server: &str, call: &Call) -> Answer {
    let card = call.text(0);
    let known = database(world, server, "PIF", card)?;
    let own = record(known, "PIF", card)?;
    let host = said(own, "host").to_owned();
    let mode = call.text(1);
    let is_managed = is_so(own, "management");
    let wanted: Vec<&str> = match mode {
        "None" if is_managed => return Err(Fault::new("PIF_IS_MANAGEMENT_INTERFACE", [card])),
        "None" => vec![""; ADDRESS.len()],
        "Static" => {
            is_address("IP", call.text(2))?;
            is_address("netmask", call.text(3))?;
            if !call.text(4).is_empty() {
                is_address("gateway", call.text(4))?;
            }
            for server in call.text(5).split(',').filter(|text| !text.is_empty()) {
                is_address("DNS", server)?;
            }
            (1..=5).map(|at| call.text(at)).collect()
        }
        "DHCP" => return Err(Fault::not_implemented("PIF.reconfigure_ip")),
        _ => return Err(Fault::field_type("mode")),
    };
    let has_now = ADDRESS.map(|field| said(own, field));
    if wanted == has_now {
        return Ok(Value::default());
    }
    if known.of("pool").any(|(_, pool)| is_so(pool, "ha_enabled")) {
        return Err(Fault::new("HA_IS_ENABLED", []));
    }
    if is_managed {
        return Err(Fault::not_implemented("PIF.reconfigure_ip"));
    }
    at_work(world, server, &host)?;
    let own = change(world, server, card)?;
    ADDRESS.iter().for_each(|field| drop(own.remove(*field)));
    for (field, text) in ADDRESS.iter().zip(wanted) {
        if !text.is_empty() {
            own.insert((*field).to_owned(), text.into());
        }
    }
    wiring::renew(world, server, &host);
    Ok(Value::default())
}

fn is_address(field: &str, text: &str) -> Result<(), Fault> {
    match text.parse::<Ipv4Addr>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Fault::new("INVALID_IP_ADDRESS_SPECIFIED", [field])),
    }
}

/// A card, to be changed.
pub(super) fn change<'w>(
    world: &'w mut World,
    server: &str,
    card: &str,
) -> Result<&'w mut Record, Fault> {
    let system = system_mut(world, server);
    let own = system.and_then(|system| system.xapi.get_mut("PIF", card));
    own.ok_or_else(|| Fault::handle("PIF", card))
}

/// The cards of a host, in the order of their names.
pub(super) fn of_host<'d>(database: &'d Database, host: &str) -> Vec<(&'d str, &'d Record)> {
    let cards = database.of("PIF");
    let mut own: Vec<_> = cards
        .filter(|(_, card)| said(card, "host") == host)
        .collect();
    own.sort_by_key(|(_, card)| said(card, "device"));
    own
}
