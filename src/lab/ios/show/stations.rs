use std::net::Ipv4Addr;

use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;
use crate::lab::world::{Millis, Node, OFFICE_STATIONS, Station};

/// How long it takes until every station has sent something again.
const SILENCE: Millis = 5_000;

/// What the switch has learned since its table was cleared.
fn learned(call: &Call<'_>) -> Vec<Station> {
    let memory = call.world.traces.command_lines.get(&call.owner);
    let cleared = memory.and_then(|memory| memory.stations_cleared);
    if cleared.is_some_and(|at| call.world.now() < at + SILENCE) {
        return Vec::new();
    }
    call.world.stations(&call.owner)
}

/// `show mac address-table`.
pub(in crate::lab::ios) fn mac_address_table(call: &mut Call<'_>) -> Flow {
    mac_table(call, |_| true)
}

/// `show mac address-table interface X`.
pub(in crate::lab::ios) fn mac_of_interface(call: &mut Call<'_>) -> Flow {
    let place = call.interface(0);
    mac_table(call, |row| Some(row.place) == place)
}

/// `show mac address-table vlan N`.
pub(in crate::lab::ios) fn mac_of_vlan(call: &mut Call<'_>) -> Flow {
    let vlan: u16 = call.number(0);
    mac_table(call, |row| row.vlan == vlan)
}

/// `show mac address-table address X`.
pub(in crate::lab::ios) fn mac_of_address(call: &mut Call<'_>) -> Flow {
    let mac = call.text(0).to_ascii_lowercase();
    mac_table(call, |row| row.mac == mac)
}

fn mac_table(call: &mut Call<'_>, wanted: impl Fn(&Station) -> bool) -> Flow {
    call.say("          Mac Address Table\n-------------------------------------------\n");
    call.say("Vlan    Mac Address       Type        Ports");
    call.say("----    -----------       --------    -----");
    let rows: Vec<Station> = learned(call).into_iter().filter(wanted).collect();
    for row in &rows {
        call.say(format!(
            "{:>4}    {}    DYNAMIC     {}",
            row.vlan,
            row.mac,
            row.place.short()
        ));
    }
    let count = rows.len();
    call.say(format!("Total Mac Addresses for this criterion: {count}"));
    Flow::Done
}

/// `clear mac address-table dynamic`: gone until the stations send again.
pub(in crate::lab::ios) fn clear_mac_address_table(call: &mut Call<'_>) -> Flow {
    let now = call.world.now();
    let memory = call.world.traces.command_lines.entry(call.owner.clone());
    memory.or_default().stations_cleared = Some(now);
    Flow::Done
}

/// `show arp`: the switch's own addresses, and the neighbours that answer it.
pub(in crate::lab::ios) fn arp(call: &mut Call<'_>) -> Flow {
    call.say("Protocol  Address          Age (min)  Hardware Addr   Type   Interface");
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let unit = call.world.state.units.get(chassis.active_unit());
    let own = unit.map(|unit| unit.mac.clone()).unwrap_or_default();
    let world = &call.world;
    let servers = world.state.servers.iter();
    let neighbours = servers.flat_map(|(name, server)| {
        let addresses = server.addresses().iter();
        addresses.filter_map(|own| Some((own.ip, world.mac_at(name, &own.nic)?)))
    });
    let office = OFFICE_STATIONS.map(|(ip, mac)| (ip, mac.to_owned()));
    let neighbours: Vec<(Ipv4Addr, String)> = neighbours.chain(office).collect();

    let switch = Node::Switch(call.owner.clone());
    let mut rows = Vec::new();
    for (name, config) in &chassis.running.interfaces {
        let (InterfaceName::Vlan(vlan), Some((ip, prefix))) = (name, config.ip) else {
            continue;
        };
        if !call.world.svi_is_up(&call.owner, *vlan) {
            continue;
        }
        rows.push((ip, "-", own.clone(), *name));
        for (neighbour, mac) in &neighbours {
            let near = (neighbour.to_bits() ^ ip.to_bits()).leading_zeros() >= u32::from(prefix);
            if near && call.world.answers(&switch, *neighbour, 64, false) {
                rows.push((*neighbour, "0", mac.clone(), *name));
            }
        }
    }
    rows.sort_by_key(|(ip, ..)| *ip);
    for (ip, age, mac, name) in rows {
        let ip = ip.to_string();
        call.say(format!("Internet  {ip:<17}{age:>8}   {mac}  ARPA   {name}"));
    }
    Flow::Done
}
