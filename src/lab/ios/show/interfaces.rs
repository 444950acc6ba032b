use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;
use crate::lab::world::{Flag, StatusWord};

/// `show interfaces`.
pub(in crate::lab::ios) fn interfaces(call: &mut Call<'_>) -> Flow {
    for name in call.running().interfaces.keys() {
        block(call, *name);
    }
    Flow::Done
}

/// `show interfaces X`.
pub(in crate::lab::ios) fn interface(call: &mut Call<'_>) -> Flow {
    if let Some(name) = call.interface(0) {
        block(call, name);
    }
    Flow::Done
}

/// Line and line protocol, `up` or `down`.
pub(super) fn state(call: &Call<'_>, name: InterfaceName) -> (&'static str, &'static str) {
    let word = |up: bool| if up { "up" } else { "down" };
    match name {
        InterfaceName::Vlan(vlan) => {
            let up = call.world.svi_is_up(&call.owner, vlan);
            (word(up), word(up))
        }
        InterfaceName::Management => ("down", "down"),
        _ => match call.world.port(&call.owner, name).map(|status| status.word) {
            Some(StatusWord::Connected) => ("up", "up"),
            Some(StatusWord::Suspended) => ("up", "down"),
            _ => ("down", "down"),
        },
    }
}

fn block(call: &mut Call<'_>, name: InterfaceName) {
    let Some(chassis) = call.chassis().cloned() else {
        return;
    };
    let Some(config) = chassis.running.interfaces.get(&name).cloned() else {
        call.say("% Invalid interface");
        return;
    };
    let (line, protocol) = state(call, name);
    let line = if config.shutdown {
        "administratively down"
    } else {
        line
    };
    let status = call.world.port(&call.owner, name);
    let reason = match status.as_ref().map(|s| s.word) {
        Some(StatusWord::Connected) => " (connected)",
        Some(StatusWord::NotConnect) => " (notconnect)",
        Some(StatusWord::Disabled) => " (disabled)",
        Some(StatusWord::Suspended) => " (suspended)",
        None => "",
    };
    let reason = if matches!(name, InterfaceName::Vlan(_) | InterfaceName::Management) {
        ""
    } else {
        reason
    };
    call.say(format!(
        "{name} is {line}, line protocol is {protocol}{reason} "
    ));
    let hardware = match name {
        InterfaceName::PortChannel(_) => "EtherChannel",
        InterfaceName::Vlan(_) => "Ethernet SVI",
        _ => "Gigabit Ethernet",
    };
    let mac = call
        .world
        .state
        .units
        .get(chassis.active_unit())
        .map(|u| u.mac.clone());
    let mac = mac.unwrap_or_default();
    call.say(format!(
        "  Hardware is {hardware}, address is {mac} (bia {mac})"
    ));
    if let Some(text) = &config.description {
        call.say(format!("  Description: {text}"));
    }
    if let Some((ip, prefix)) = config.ip {
        call.say(format!("  Internet address is {ip}/{prefix}"));
    }
    let members: Vec<InterfaceName> = match name {
        InterfaceName::PortChannel(group) => chassis
            .channel_members(group)
            .filter(|port| {
                call.world
                    .port(&call.owner, *port)
                    .is_some_and(|s| s.flag == Flag::Bundled)
            })
            .collect(),
        _ => Vec::new(),
    };
    let bandwidth = 1_000_000 * members.len().max(1);
    let mtu = match name {
        InterfaceName::Management => 1500,
        _ => chassis.system_mtu,
    };
    call.say(format!(
        "  MTU {mtu} bytes, BW {bandwidth} Kbit/sec, DLY 10 usec, \n     \
         reliability 255/255, txload 1/255, rxload 1/255\n  \
         Encapsulation ARPA, loopback not set\n  Keepalive set (10 sec)"
    ));
    if name.is_switchport() {
        call.say("  Full-duplex, 1000Mb/s, link type is auto, media type is 10/100/1000BaseTX");
        call.say("  input flow-control is off, output flow-control is unsupported ");
    }
    if matches!(name, InterfaceName::PortChannel(_)) {
        let list: String = members
            .iter()
            .map(|port| format!("{} ", port.short()))
            .collect();
        call.say(format!("  Members in this channel: {list}"));
    }
    let key = (call.owner.clone(), name);
    let (input, output) = call
        .world
        .traces
        .counters
        .get(&key)
        .copied()
        .unwrap_or_default();
    call.say(format!(
        "  ARP type: ARPA, ARP Timeout 04:00:00\n  \
         Last input never, output never, output hang never\n  \
         Last clearing of \"show interface\" counters never\n  \
         Input queue: 0/2000/0/0 (size/max/drops/flushes); Total output drops: 0\n  \
         Queueing strategy: fifo\n  Output queue: 0/40 (size/max)\n  \
         5 minute input rate 0 bits/sec, 0 packets/sec\n  \
         5 minute output rate 0 bits/sec, 0 packets/sec\n     \
         {input} packets input, {} bytes, 0 no buffer\n     \
         {output} packets output, {} bytes, 0 underruns",
        input * 100,
        output * 100
    ));
}
