use super::ports::switchports;
use super::version::SOFTWARE;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::Neighbour;
use crate::lab::world::switch::InterfaceName;

/// What a neighbour tells about its device.
struct Device {
    platform: &'static str,
    long_platform: &'static str,
    capability: &'static str,
    long_capability: &'static str,
    version: &'static str,
}

const OFFICE: Device = Device {
    platform: "WS-C2960X",
    long_platform: "cisco WS-C2960X-48TS-L",
    capability: "S I",
    long_capability: "Switch IGMP",
    version: "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E7, \
              RELEASE SOFTWARE (fc3)\n\
              Technical Support: http://www.cisco.com/techsupport\n\
              Copyright (c) 1986-2017 by Cisco Systems, Inc.\n\
              Compiled Wed 12-Jul-17 13:07 by prod_rel_team",
};

const CATALYST: Device = Device {
    platform: "WS-C3650-",
    long_platform: "cisco WS-C3650-24TS",
    capability: "R S I",
    long_capability: "Router Switch IGMP",
    version: SOFTWARE,
};

/// A port and the neighbour that it hears.
type Heard = (InterfaceName, Neighbour);

fn neighbours(call: &Call<'_>) -> Vec<Heard> {
    let heard = |port| Some((port, call.world.neighbour(&call.owner, port)?));
    switchports(call).into_iter().filter_map(heard).collect()
}

fn device(neighbour: &Neighbour) -> &'static Device {
    match neighbour.switch {
        Some(_) => &CATALYST,
        None => &OFFICE,
    }
}

/// `Gig 1/0/1`.
fn spaced(port: &str) -> String {
    port.replace("GigabitEthernet", "Gig ")
}

/// `show cdp neighbors`.
pub(in crate::lab::ios) fn cdp_neighbors(call: &mut Call<'_>) -> Flow {
    call.say("Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge");
    call.say("                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ");
    call.say("                  D - Remote, C - CVTA, M - Two-port Mac Relay \n");
    call.say("Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID");
    let neighbours = neighbours(call);
    for (port, neighbour) in &neighbours {
        let Device {
            platform,
            capability,
            ..
        } = device(neighbour);
        let (local, theirs) = (spaced(&port.to_string()), spaced(&neighbour.port));
        // A name that is too long has a line of its own.
        let name = &neighbour.device;
        let name = if name.len() > 16 {
            format!("{name}\n{:16}", "")
        } else {
            format!("{name:<16}")
        };
        call.say(format!(
            "{name} {local:<17} 150            {capability:^8}{platform:<9} {theirs}"
        ));
    }
    let count = neighbours.len();
    call.say(format!("\nTotal cdp entries displayed : {count}"));
    Flow::Done
}

/// `show cdp neighbors detail`.
pub(in crate::lab::ios) fn cdp_neighbors_detail(call: &mut Call<'_>) -> Flow {
    let neighbours = neighbours(call);
    for (port, neighbour) in &neighbours {
        let Device {
            long_platform,
            long_capability,
            version,
            ..
        } = device(neighbour);
        let Neighbour {
            device,
            port: theirs,
            native,
            ..
        } = neighbour;
        call.say(format!(
            "-------------------------\n\
             Device ID: {device}\n\
             Entry address(es): \n\
             Platform: {long_platform},  Capabilities: {long_capability} \n\
             Interface: {port},  Port ID (outgoing port): {theirs}\n\
             Holdtime : 150 sec\n\n\
             Version :\n\
             {version}\n\n\
             advertisement version: 2\n\
             VTP Management Domain: ''\n\
             Native VLAN: {native}\n\
             Duplex: full\n\
             Management address(es): \n"
        ));
    }
    let count = neighbours.len();
    call.say(format!("\nTotal cdp entries displayed : {count}"));
    Flow::Done
}
