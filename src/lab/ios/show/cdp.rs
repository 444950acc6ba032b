use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;

/// A port that hears the office switch, and the port it hears. Servers don't speak CDP.
fn neighbours(call: &Call<'_>) -> Vec<(InterfaceName, String)> {
    let Some(chassis) = call.chassis() else {
        return Vec::new();
    };
    let heard = |port: InterfaceName| {
        let status = call.world.port(&call.owner, port)?;
        let jack = call.world.partner(chassis, port)?;
        (status.forwards && jack.device == "office").then(|| (port, jack.port.clone()))
    };
    switchports(call).into_iter().filter_map(heard).collect()
}

/// `show cdp neighbors`.
pub(in crate::lab::ios) fn cdp_neighbors(call: &mut Call<'_>) -> Flow {
    call.say("Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge");
    call.say("                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ");
    call.say("                  D - Remote, C - CVTA, M - Two-port Mac Relay \n");
    call.say("Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID");
    let neighbours = neighbours(call);
    for (port, theirs) in &neighbours {
        let local = port.short().replace("Gi", "Gig ");
        call.say(format!(
            "office-sw        {local:<17} 150              S I   WS-C2960X Gig 1/0/{theirs}"
        ));
    }
    let count = neighbours.len();
    call.say(format!("\nTotal cdp entries displayed : {count}"));
    Flow::Done
}

/// `show cdp neighbors detail`.
pub(in crate::lab::ios) fn cdp_neighbors_detail(call: &mut Call<'_>) -> Flow {
    let neighbours = neighbours(call);
    for (port, theirs) in &neighbours {
        call.say(format!(
            "-------------------------\n\
             Device ID: office-sw\n\
             Entry address(es): \n\
             Platform: cisco WS-C2960X-48TS-L,  Capabilities: Switch IGMP \n\
             Interface: {port},  Port ID (outgoing port): GigabitEthernet1/0/{theirs}\n\
             Holdtime : 150 sec\n\n\
             Version :\n\
             Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E7, \
             RELEASE SOFTWARE (fc3)\n\
             Technical Support: http://www.cisco.com/techsupport\n\
             Copyright (c) 1986-2017 by Cisco Systems, Inc.\n\
             Compiled Wed 12-Jul-17 13:07 by prod_rel_team\n\n\
             advertisement version: 2\n\
             VTP Management Domain: ''\n\
             Native VLAN: 1\n\
             Duplex: full\n\
             Management address(es): \n"
        ));
    }
    let count = neighbours.len();
    call.say(format!("\nTotal cdp entries displayed : {count}"));
    Flow::Done
}
