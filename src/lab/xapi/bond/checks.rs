//! Which cards may be a bond.

use crate::lab::world::xapi::{Database, is_so, number, said};
use crate::lab::xapi::card;
use crate::lab::xapi::fault::Fault;
use crate::lab::xapi::known::record;

/// The host of the first of these cards: the one that is to make the bond.
pub(super) fn host_of<'d>(database: &'d Database, members: &[&str]) -> Result<&'d str, Fault> {
    let first = members.first();
    let first = first.ok_or_else(|| Fault::new("PIF_BOND_NEEDS_MORE_MEMBERS", []))?;
    Ok(said(record(database, "PIF", first)?, "host"))
}

/// The members of a bond of a host on a network, the primary one first: the one that the toolstack
/// is reached at, or that has an address.
pub(super) fn may_be(
    database: &Database,
    host: &str,
    network: &str,
    members: &[&str],
    mac: &str,
) -> Result<Vec<String>, Fault> {
    let own = card::of_host(database, host);
    let mut on_it = own
        .iter()
        .filter(|(_, own)| said(own, "network") == network);
    if let Some((other, _)) = on_it.next() {
        return Err(Fault::new("NETWORK_ALREADY_CONNECTED", [host, other]));
    }
    if !mac.is_empty() && !is_mac(mac) {
        return Err(Fault::new("MAC_INVALID", [mac]));
    }
    // Who is named twice is there once.
    let mut cards = Vec::new();
    for member in members {
        if !cards.iter().any(|(known, _)| known == member) {
            cards.push((*member, record(database, "PIF", member)?));
        }
    }
    for (member, card) in &cards {
        if database.get("Bond", said(card, "bond_slave_of")).is_some() {
            return Err(Fault::new("PIF_ALREADY_BONDED", [member]));
        }
        // Neither what carries a tag nor a bond is a card that can be in one.
        if number(card, "VLAN") != Some(-1) || !is_so(card, "physical") {
            return Err(Fault::new("PIF_VLAN_EXISTS", [said(card, "device")]));
        }
    }
    if cards.iter().any(|(_, card)| said(card, "host") != host) {
        return Err(Fault::new("PIF_CANNOT_BOND_CROSS_HOST", []));
    }
    let has_address = |card| !matches!(said(card, "ip_configuration_mode"), "" | "None");
    // A stable sort: among equals the first that was named.
    cards.sort_by_key(|(_, card)| (!is_so(card, "management"), !has_address(card)));
    may_change(
        database,
        cards.iter().any(|(_, card)| is_so(card, "management")),
    )?;
    if cards.iter().skip(1).any(|(_, card)| has_address(card)) {
        return Err(Fault::new("PIF_BOND_MORE_THAN_ONE_IP", []));
    }
    Ok(cards.into_iter().map(|(card, _)| card.to_owned()).collect())
}

/// The way to the toolstack stays as it is while HA relies on it.
pub(super) fn may_change(database: &Database, is_managed: bool) -> Result<(), Fault> {
    let mut pools = database.of("pool");
    match is_managed && pools.any(|(_, pool)| is_so(pool, "ha_enabled")) {
        true => {
            let code = "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE";
            Err(Fault::new(code, []))
        }
        false => Ok(()),
    }
}

/// Six bytes in hex, with colons between them.
fn is_mac(text: &str) -> bool {
    let bytes: Vec<&str> = text.split(':').collect();
    let is_byte =
        |byte: &&str| byte.len() == 2 && byte.chars().all(|digit| digit.is_ascii_hexdigit());
    bytes.len() == 6 && bytes.iter().all(is_byte)
}
