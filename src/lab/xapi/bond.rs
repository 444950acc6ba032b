//! Bonds: cards of a host that act as one. What the primary one had, its address, its VLANs and
//! the toolstack's own way to the network, moves to the bond when that is made, and back.
//!
//! Virtual machines would move too; this toolstack runs none yet.

mod checks;
mod properties;

use super::call::Call;
use super::card::{self, ADDRESS};
use super::fault::Fault;
use super::hosts::{self, at_work, system, system_mut};
use super::known::{database, fields, record};
use super::made::make;
use super::message::Message;
use super::value::Value;
use super::wiring::renew;
use crate::lab::world::World;
use crate::lab::world::xapi::{Database, Field, Record, is_so, number, said};
use properties::{Mode, Properties};

/// What bonds do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("create", 5, create),
    Message::new("destroy", 1, destroy),
    Message::new("set_mode", 2, set_mode),
    Message::new("set_property", 3, set_property),
];

type Answer = Result<Value, Fault>;

/// A bond that is to be.
struct Wanted {
    network: String,
    /// The primary one first.
    members: Vec<String>,
    /// Of the primary one if it is empty.
    mac: String,
    mode: Mode,
    properties: Properties,
}

/// `Bond.create(network, members, MAC, mode, properties)`.
fn create(world: &mut World, server: &str, call: &Call) -> Answer {
    let members = match call.params.get(1) {
        Some(Value::Set(members)) => members.iter().map(Value::text).collect(),
        _ => None,
    };
    let members: Vec<&str> = members.ok_or_else(|| Fault::field_type("members"))?;
    let mode = Mode::read(call.text(3)).ok_or_else(|| Fault::field_type("mode"))?;
    let Some(Value::Map(given)) = call.params.get(4) else {
        return Err(Fault::field_type("properties"));
    };
    let given = given
        .iter()
        .map(|(key, value)| Some((key.clone(), value.text()?.to_owned())));
    let given: Option<Properties> = given.collect();
    let given = given.ok_or_else(|| Fault::field_type("properties"))?;
    let (network, mac) = (call.text(0), call.text(2));

    let known = database(world, server, "network", network)?;
    record(known, "network", network)?;
    let host = checks::host_of(known, &members)?.to_owned();
    at_work(world, server, &host)?;
    let known = database(world, server, "network", network)?;
    let members = checks::may_be(known, &host, network, &members, mac)?;
    let wanted = Wanted {
        network: network.to_owned(),
        members,
        mac: mac.to_owned(),
        mode,
        properties: properties::of_new(mode, given)?,
    };
    add(world, server, &host, &wanted).map(Value::Text)
}

/// A host that has come to a master has the bonds that the master has, over the cards of the same
/// names, unless its own are taken.
pub(super) fn copy_from_master(world: &mut World, master: &str, host: &str) {
    let Some(system) = system(world, master) else {
        return;
    };
    let database = &system.xapi;
    let its_host = hosts::of_installation(world, master, &system.installation);
    let theirs = card::of_host(database, host);
    let copied = database.of("Bond").filter_map(|(reference, bond)| {
        let bonded = database.get("PIF", said(bond, "master"))?;
        if Some(said(bonded, "host")) != its_host {
            return None;
        }
        let network = said(bonded, "network");
        let primary = said(bond, "primary_slave");
        let mut slaves: Vec<_> = slaves(database, reference);
        slaves.sort_by_key(|slave| slave != primary);
        let same = |slave: &String| {
            let device = said(database.get("PIF", slave)?, "device");
            let mut theirs = theirs.iter();
            let (own, _) = theirs.find(|(_, own)| said(own, "device") == device)?;
            Some((*own).to_owned())
        };
        let members: Vec<String> = slaves.iter().map(same).collect::<Option<_>>()?;
        let as_asked: Vec<&str> = members.iter().map(String::as_str).collect();
        let members = checks::may_be(database, host, network, &as_asked, "").ok()?;
        Some(Wanted {
            network: network.to_owned(),
            members,
            mac: String::new(),
            mode: Mode::read(said(bond, "mode"))?,
            properties: properties::of(bond),
        })
    });
    let copied: Vec<Wanted> = copied.collect();
    for wanted in copied {
        // Whoever may not have one now is none the worse for it.
        let _ = add(world, master, host, &wanted);
    }
}

fn add(world: &mut World, server: &str, host: &str, wanted: &Wanted) -> Result<String, Fault> {
    let known = database(world, server, "network", &wanted.network)?;
    let network = record(known, "network", &wanted.network)?;
    let primary = wanted.members.first().cloned().unwrap_or_default();
    let own = record(known, "PIF", &primary)?;
    let mac = match wanted.mac.is_empty() {
        true => said(own, "MAC"),
        false => wanted.mac.as_str(),
    };
    let mut master = fields([
        ("device", device(known, host).into()),
        ("network", wanted.network.as_str().into()),
        ("host", host.into()),
        ("MAC", mac.into()),
        ("MTU", number(network, "MTU").unwrap_or(1500).into()),
        ("VLAN", (-1).into()),
        ("physical", false.into()),
    ]);
    let bond = fields([
        ("primary_slave", primary.as_str().into()),
        ("mode", wanted.mode.word().into()),
        ("properties", Field::Map(wanted.properties.clone())),
    ]);
    let metrics = make(world, server, "PIF_metrics", Record::new());
    master.insert("metrics".to_owned(), metrics.into());
    let master = make(world, server, "PIF", master);
    let bond = make(world, server, "Bond", bond);
    if let Some(system) = system_mut(world, server) {
        let database = &mut system.xapi;
        set(database, "Bond", &bond, "master", master.as_str().into());
        move_to(database, &primary, &master);
        for member in &wanted.members {
            move_vlans(database, member, &master);
            set(
                database,
                "PIF",
                member,
                "bond_slave_of",
                bond.as_str().into(),
            );
        }
    }
    renew(world, server, host);
    Ok(bond)
}

fn destroy(world: &mut World, server: &str, call: &Call) -> Answer {
    let about = call.text(0);
    let known = database(world, server, "Bond", about)?;
    let bond = record(known, "Bond", about)?;
    let (master, primary) = (said(bond, "master"), said(bond, "primary_slave"));
    let (master, primary) = (master.to_owned(), primary.to_owned());
    let own = record(known, "PIF", &master)?;
    let host = said(own, "host").to_owned();
    checks::may_change(known, is_so(own, "management"))?;
    at_work(world, server, &host)?;
    if let Some(system) = system_mut(world, server) {
        let database = &mut system.xapi;
        move_to(database, &master, &primary);
        move_vlans(database, &master, &primary);
        for slave in slaves(database, about) {
            if let Some(slave) = database.get_mut("PIF", &slave) {
                slave.remove("bond_slave_of");
            }
        }
        database.remove("Bond", about);
        if let Some(gone) = database.remove("PIF", &master) {
            database.remove("PIF_metrics", said(&gone, "metrics"));
        }
    }
    renew(world, server, &host);
    Ok(Value::default())
}

/// What the new mode does not know is dropped, and what it needs gets its default.
fn set_mode(world: &mut World, server: &str, call: &Call) -> Answer {
    let mode = Mode::read(call.text(1)).ok_or_else(|| Fault::field_type("value"))?;
    let known = database(world, server, "Bond", call.text(0))?;
    let has = properties::of(record(known, "Bond", call.text(0))?);
    let properties = properties::kept(mode, has);
    alter(world, server, call.text(0), mode, properties)
}

fn set_property(world: &mut World, server: &str, call: &Call) -> Answer {
    let known = database(world, server, "Bond", call.text(0))?;
    let bond = record(known, "Bond", call.text(0))?;
    let mode = Mode::read(said(bond, "mode")).unwrap_or_default();
    let mut has = properties::of(bond);
    has.insert(call.text(1).to_owned(), call.text(2).to_owned());
    let properties = properties::of_new(mode, has)?;
    alter(world, server, call.text(0), mode, properties)
}

fn alter(
    world: &mut World,
    server: &str,
    about: &str,
    mode: Mode,
    properties: Properties,
) -> Answer {
    let known = database(world, server, "Bond", about)?;
    let master = said(record(known, "Bond", about)?, "master");
    let host = said(record(known, "PIF", master)?, "host").to_owned();
    at_work(world, server, &host)?;
    if let Some(system) = system_mut(world, server) {
        set(&mut system.xapi, "Bond", about, "mode", mode.word().into());
        let properties = Field::Map(properties);
        set(&mut system.xapi, "Bond", about, "properties", properties);
    }
    renew(world, server, &host);
    Ok(Value::default())
}

/// The cards of a bond.
pub(super) fn slaves(database: &Database, bond: &str) -> Vec<String> {
    let cards = database.of("PIF");
    let own = cards.filter(|(_, card)| said(card, "bond_slave_of") == bond);
    own.map(|(card, _)| card.to_owned()).collect()
}

/// The first name of a bond that a host has none of.
fn device(database: &Database, host: &str) -> String {
    let cards = card::of_host(database, host);
    let is_free = |name: &String| cards.iter().all(|(_, card)| said(card, "device") != name);
    let mut names = (0..=cards.len()).map(|number| format!("bond{number}"));
    // One of them is free: there is one more than there are cards.
    names.find(is_free).unwrap_or_default()
}

/// A card's address goes to another, and what goes with it.
fn move_to(database: &mut Database, from: &str, to: &str) {
    const TOO: [&str; 2] = ["management", "disallow_unplug"];
    let Some(own) = database.get_mut("PIF", from) else {
        return;
    };
    let moved = ADDRESS.into_iter().chain(TOO);
    let moved = moved.filter_map(|field| own.remove_entry(field));
    let moved: Vec<(String, Field)> = moved.collect();
    if let Some(other) = database.get_mut("PIF", to) {
        other.extend(moved);
    }
}

/// The VLANs on a card go to another, on the networks that they are on.
fn move_vlans(database: &mut Database, from: &str, to: &str) {
    let device = database.get("PIF", to).map(|card| said(card, "device"));
    let device = device.unwrap_or_default().to_owned();
    let vlans = database.of("VLAN");
    let moved = vlans.filter(|(_, vlan)| said(vlan, "tagged_PIF") == from);
    let moved = moved.map(|(vlan, own)| (vlan.to_owned(), said(own, "untagged_PIF").to_owned()));
    let moved: Vec<(String, String)> = moved.collect();
    for (vlan, untagged) in moved {
        set(database, "VLAN", &vlan, "tagged_PIF", to.into());
        set(database, "PIF", &untagged, "device", device.as_str().into());
    }
}

fn set(database: &mut Database, class: &str, about: &str, field: &str, value: Field) {
    if let Some(record) = database.get_mut(class, about) {
        record.insert(field.to_owned(), value);
    }
}
