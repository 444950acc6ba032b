use std::net::Ipv4Addr;

use super::programs::Call;
use crate::lab::world::Address;

/// `ip addr` and `ip route`.
pub(super) fn run(call: &mut Call<'_>, words: &[&str]) -> u32 {
    let words = words.strip_prefix(&["-4"]).unwrap_or(words);
    match words {
        ["a" | "addr" | "address"] | ["a" | "addr" | "address", "show"] => addresses(call, None),
        ["a" | "addr" | "address", "show", "dev", device]
        | ["a" | "addr" | "address", "show", device] => addresses(call, Some(device)),
        ["r" | "route"] | ["r" | "route", "show"] => routes(call),
        [object, ..] if !matches!(*object, "a" | "addr" | "address" | "r" | "route") => {
            let text = format!("Object \"{object}\" is unknown, try \"ip help\".");
            call.complain(&text, 1)
        }
        [_, word, ..] => {
            let text = format!("Command \"{word}\" is unknown, try \"ip help\".");
            call.complain(&text, 255)
        }
        _ => call.complain("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }", 255),
    }
}

fn addresses(call: &mut Call<'_>, only: Option<&str>) -> u32 {
    let Some(system) = call.system().cloned() else {
        return 1;
    };
    let own = &system.addresses;
    let mut shown = false;
    if only.is_none_or(|device| device == "lo") {
        shown = true;
        call.say("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1");
        call.say("    inet 127.0.0.1/8 scope host lo");
        call.say("       valid_lft forever preferred_lft forever");
    }
    for (address, number) in own.iter().zip(4..) {
        let bridge = system.bridge_of(address);
        if only.is_some_and(|device| device != bridge.as_str()) {
            continue;
        }
        shown = true;
        let Address {
            ip, prefix, mtu, ..
        } = address;
        let all = broadcast(*ip, *prefix);
        call.say(&format!(
            "{number}: {bridge}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu {mtu} qdisc noqueue state \
             UNKNOWN qlen 1"
        ));
        call.say(&format!(
            "    inet {ip}/{prefix} brd {all} scope global {bridge}"
        ));
        call.say("       valid_lft forever preferred_lft forever");
    }
    let with_address: Vec<String> = own.iter().map(|own| system.bridge_of(own)).collect();
    let bridges = system.bridges.keys();
    let bare = bridges.filter(|bridge| !with_address.contains(bridge));
    for (bridge, number) in bare.zip(4 + own.len()..) {
        if only.is_some_and(|device| device != bridge.as_str()) {
            continue;
        }
        shown = true;
        call.say(&format!(
            "{number}: {bridge}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state \
             UNKNOWN qlen 1"
        ));
    }
    match only {
        Some(device) if !shown => call.complain(&format!("Device \"{device}\" does not exist."), 1),
        _ => 0,
    }
}

fn routes(call: &mut Call<'_>) -> u32 {
    let Some(system) = call.system().cloned() else {
        return 1;
    };
    let first = system.addresses.first().map(|own| system.bridge_of(own));
    let first = first.unwrap_or_default();
    if let Some(gateway) = system.gateway {
        call.say(&format!("default via {gateway} dev {first}"));
    }
    for address in &system.addresses {
        let Address { ip, prefix, .. } = address;
        let network = Ipv4Addr::from_bits(ip.to_bits() & mask(*prefix));
        let bridge = system.bridge_of(address);
        call.say(&format!(
            "{network}/{prefix} dev {bridge} proto kernel scope link src {ip}"
        ));
    }
    0
}

fn mask(prefix: u8) -> u32 {
    u32::MAX
        .checked_shl(32 - u32::from(prefix.min(32)))
        .unwrap_or(0)
}

fn broadcast(ip: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(ip.to_bits() | !mask(prefix))
}
