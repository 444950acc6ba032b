use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};

/// `show cdp neighbors`: servers don't speak CDP, the office switch does.
pub(in crate::lab::ios) fn cdp_neighbors(call: &mut Call<'_>) -> Flow {
    call.say("Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge");
    call.say("                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ");
    call.say("                  D - Remote, C - CVTA, M - Two-port Mac Relay \n");
    call.say("Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID");
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let mut count = 0;
    for port in switchports(call) {
        let up = call
            .world
            .port(&call.owner, port)
            .is_some_and(|s| s.forwards);
        let partner = call.world.partner(&chassis, port).cloned();
        if let Some(jack) = partner.filter(|jack| up && jack.device == "office") {
            let local = port.short().replace("Gi", "Gig ");
            call.say(format!(
                "office-sw        {local:<17} 150              S I   WS-C2960X Gig 1/0/{}",
                jack.port
            ));
            count += 1;
        }
    }
    call.say(format!("\nTotal cdp entries displayed : {count}"));
    Flow::Done
}

/// `show mac address-table`: every station that sends on a forwarding port is learned there.
pub(in crate::lab::ios) fn mac_address_table(call: &mut Call<'_>) -> Flow {
    call.say("          Mac Address Table\n-------------------------------------------\n");
    call.say("Vlan    Mac Address       Type        Ports");
    call.say("----    -----------       --------    -----");
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let mut count = 0;
    for port in switchports(call) {
        let Some(status) = call.world.port(&call.owner, port) else {
            continue;
        };
        let Some(jack) = call.world.partner(&chassis, port).cloned() else {
            continue;
        };
        let Some(config) = chassis.running.interfaces.get(&port) else {
            continue;
        };
        if !status.forwards {
            continue;
        }
        let mac = match call.world.state.servers.get(&jack.device) {
            Some(server) => server.nics.get(&jack.port).cloned(),
            None => Some("0011.2233.4401".to_owned()),
        };
        let place = status.bundled_in.map_or(port.short(), |n| format!("Po{n}"));
        if let (Some(vlan), Some(mac)) = (config.admits(None), mac) {
            call.say(format!("{vlan:>4}    {mac}    DYNAMIC     {place}"));
            count += 1;
        }
    }
    call.say(format!("Total Mac Addresses for this criterion: {count}"));
    Flow::Done
}

/// `show spanning-tree summary`.
pub(in crate::lab::ios) fn spanning_tree_summary(call: &mut Call<'_>) -> Flow {
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    call.say(format!(
        "Switch is in {} mode",
        chassis.running.spanning_tree.mode
    ));
    call.say("\nName                   Blocking Listening Learning Forwarding STP Active");
    call.say("---------------------- -------- --------- -------- ---------- ----------");
    for vlan in chassis
        .vlans
        .vlans
        .keys()
        .filter(|vlan| chassis.vlans.carries(**vlan))
    {
        let in_vlan = |port: &crate::lab::world::switch::InterfaceName| {
            chassis
                .running
                .interfaces
                .get(port)
                .is_some_and(|c| c.is_in(*vlan))
        };
        let ports: Vec<_> = switchports(call).into_iter().filter(in_vlan).collect();
        let statuses: Vec<_> = ports
            .iter()
            .filter_map(|port| call.world.port(&call.owner, *port))
            .collect();
        let connected =
            |s: &&crate::lab::world::PortStatus| s.word == crate::lab::world::StatusWord::Connected;
        let active = statuses.iter().filter(connected).count();
        let forwarding = statuses.iter().filter(|s| s.forwards).count();
        if active > 0 {
            call.say(format!(
                "VLAN{vlan:04}{:15}{:>8} {:>9} {:>8} {forwarding:>10} {active:>10}",
                "",
                0,
                active - forwarding.min(active),
                0
            ));
        }
    }
    Flow::Done
}
