//! Networks of a VLAN: a bridge on every host whose frames carry a tag on their way out.
//!
//! The master writes them down; the host makes the bridge.

use super::call::Call;
use super::card::attach;
use super::fault::Fault;
use super::hosts::{at_work, system, system_mut};
use super::known::{database, record};
use super::made::make;
use super::message::Message;
use super::model::Kind;
use super::value::Value;
use crate::lab::world::World;
use crate::lab::world::xapi::{Field, Record, is_so, number, said};

/// What VLANs do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("create", 3, create),
    Message::new("destroy", 1, destroy),
];

type Answer = Result<Value, Fault>;

fn create(world: &mut World, server: &str, call: &Call) -> Answer {
    let tag = tag(call, 1)?;
    add(world, server, call.text(0), tag, call.text(2)).map(Value::Text)
}

/// `pool.create_VLAN_from_PIF`: the same on every live host that has a card on that one's network.
/// If it fails on one it is taken back on the others. The cards are plugged in as far as that
/// goes.
pub(super) fn create_on_all(world: &mut World, server: &str, call: &Call) -> Answer {
    let (card, network, tag) = (call.text(0), call.text(1), tag(call, 2)?);
    let database = database(world, server, "PIF", card)?;
    let on = said(record(database, "PIF", card)?, "network");
    let cards = database.of("PIF");
    let cards = cards.filter(|(_, own)| said(own, "network") == on);
    let enabled = cards.filter(|(_, own)| {
        let host = database.get("host", said(own, "host"));
        host.is_some_and(|host| is_so(host, "enabled"))
    });
    let cards: Vec<String> = enabled.map(|(card, _)| card.to_owned()).collect();
    let mut made = Vec::new();
    for card in cards {
        match add(world, server, &card, tag, network) {
            Ok(vlan) => made.push(vlan),
            Err(fault) => {
                for vlan in made {
                    take_away(world, server, &vlan)?;
                }
                return Err(fault);
            }
        }
    }
    let mut untagged = Vec::new();
    for vlan in made {
        let card = untagged_of(world, server, &vlan)?;
        // One that can't be plugged in now can be later.
        let _ = attach(world, server, &card, true);
        untagged.push(Value::Text(card));
    }
    Ok(Value::Set(untagged))
}

/// A host that has come to a master has the VLANs that the master has on the same networks.
pub(super) fn copy_from_master(world: &mut World, master: &str, host: &str) {
    let Some(system) = system(world, master) else {
        return;
    };
    let database = &system.xapi;
    let copied = database.of("VLAN").filter_map(|(_, vlan)| {
        let tagged = database.get("PIF", said(vlan, "tagged_PIF"))?;
        let untagged = database.get("PIF", said(vlan, "untagged_PIF"))?;
        let mut cards = database.of("PIF");
        let same = |card: &Record| {
            said(card, "host") == host && said(card, "network") == said(tagged, "network")
        };
        let (own, _) = cards.find(|(_, card)| same(card))?;
        let network = said(untagged, "network").to_owned();
        Some((own.to_owned(), number(vlan, "tag")?, network))
    });
    let copied: Vec<_> = copied.collect();
    for (card, tag, network) in copied {
        // It may have it since before.
        if let Ok(vlan) = add(world, master, &card, tag, &network)
            && let Ok(card) = untagged_of(world, master, &vlan)
        {
            let _ = attach(world, master, &card, true);
        }
    }
}

/// Writes a VLAN on a card down, with the card that it makes.
fn add(
    world: &mut World,
    server: &str,
    card: &str,
    tag: i64,
    network: &str,
) -> Result<String, Fault> {
    let known = database(world, server, "PIF", card)?;
    let tagged = record(known, "PIF", card)?;
    record(known, "network", network)?;
    let (host, device) = (said(tagged, "host"), said(tagged, "device"));
    if !(0..=4094).contains(&tag) {
        return Err(Fault::new("VLAN_TAG_INVALID", [&tag.to_string()]));
    }
    if known.get("Bond", said(tagged, "bond_slave_of")).is_some() {
        return Err(Fault::new("CANNOT_ADD_VLAN_TO_BOND_SLAVE", [card]));
    }
    if number(tagged, "VLAN").is_some_and(|tag| tag >= 0) {
        return Err(Fault::new("PIF_IS_VLAN", [card]));
    }
    for (other, own) in known.of("PIF").filter(|(_, own)| said(own, "host") == host) {
        if said(own, "device") == device && number(own, "VLAN") == Some(tag) {
            return Err(Fault::new("PIF_VLAN_EXISTS", [device]));
        }
        if said(own, "network") == network {
            return Err(Fault::new("NETWORK_ALREADY_CONNECTED", [host, other]));
        }
    }
    at_work(world, server, host)?;
    let card_of_vlan: [(&str, Field); 7] = [
        ("device", device.into()),
        ("network", network.into()),
        ("host", host.into()),
        ("MAC", "fe:ff:ff:ff:ff:ff".into()),
        ("MTU", number(tagged, "MTU").unwrap_or(1500).into()),
        ("VLAN", tag.into()),
        ("physical", false.into()),
    ];
    let mut untagged: Record = card_of_vlan
        .map(|(name, field)| (name.to_owned(), field))
        .into();
    let metrics = make(world, server, "PIF_metrics", Record::new());
    untagged.insert("metrics".to_owned(), metrics.into());
    let untagged = make(world, server, "PIF", untagged);
    let vlan: [(&str, Field); 3] = [
        ("tagged_PIF", card.into()),
        ("untagged_PIF", untagged.as_str().into()),
        ("tag", tag.into()),
    ];
    let vlan = vlan.map(|(name, field)| (name.to_owned(), field));
    let vlan = make(world, server, "VLAN", vlan.into());
    let system = system_mut(world, server);
    if let Some(card) = system.and_then(|system| system.xapi.get_mut("PIF", &untagged)) {
        card.insert("VLAN_master_of".to_owned(), vlan.as_str().into());
    }
    Ok(vlan)
}

fn destroy(world: &mut World, server: &str, call: &Call) -> Answer {
    take_away(world, server, call.text(0))?;
    Ok(Value::default())
}

fn take_away(world: &mut World, server: &str, vlan: &str) -> Result<(), Fault> {
    let card = untagged_of(world, server, vlan)?;
    attach(world, server, &card, false)?;
    if let Some(system) = system_mut(world, server) {
        let database = &mut system.xapi;
        database.remove("VLAN", vlan);
        if let Some(gone) = database.remove("PIF", &card) {
            database.remove("PIF_metrics", said(&gone, "metrics"));
        }
    }
    Ok(())
}

fn untagged_of(world: &World, server: &str, vlan: &str) -> Result<String, Fault> {
    let database = database(world, server, "VLAN", vlan)?;
    Ok(said(record(database, "VLAN", vlan)?, "untagged_PIF").to_owned())
}

/// A tag among the parameters.
fn tag(call: &Call, at: usize) -> Result<i64, Fault> {
    let tag = call
        .params
        .get(at)
        .and_then(|tag| tag.to_field(Kind::Number));
    match tag {
        Some(Field::Number(tag)) => Ok(tag),
        _ => Err(Fault::field_type("tag")),
    }
}
