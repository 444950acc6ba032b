use super::etherchannel::groups;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::Flag;
use crate::lab::world::switch::{Chassis, InterfaceName, LacpMode};

const FLAGS: &str = "Flags:  S - Device is requesting Slow LACPDUs 
        F - Device is requesting Fast LACPDUs
        A - Device is in Active mode       P - Device is in Passive mode     ";

/// What a switch adds to its base address when it speaks LACP.
const PRIORITY: u16 = 32_768;

/// The members of a port-channel that speak LACP, and whether they speak first.
fn speakers(chassis: &Chassis, group: u16) -> Vec<(InterfaceName, bool)> {
    let mode = |port: InterfaceName| {
        let group = chassis.running.interfaces.get(&port)?.channel_group?;
        match group.mode {
            LacpMode::Active => Some((port, true)),
            LacpMode::Passive => Some((port, false)),
            _ => None,
        }
    };
    chassis.channel_members(group).filter_map(mode).collect()
}

/// What the other end of a link tells about itself.
struct Speaker {
    flags: &'static str,
    priority: u16,
    mac: String,
    key: u16,
    number: u16,
}

fn neighbour(call: &Call<'_>, chassis: &Chassis, port: InterfaceName) -> Option<Speaker> {
    if !call.world.is_answered(&call.owner, port) {
        return None;
    }
    let jack = call.world.partner(chassis, port)?;
    if let Some(server) = call.world.state.servers.get(&jack.device) {
        return Some(Speaker {
            flags: "SA",
            priority: 255,
            mac: server.system()?.bond_of(&jack.port)?.1.mac.clone(),
            key: 9,
            number: jack.port.trim_start_matches("nic").parse().unwrap_or(1),
        });
    }
    let (peer, far) = call.world.peer(&call.owner, port)?;
    let running = &call.world.state.chassis.get(peer)?.running;
    let group = running.interfaces.get(&far)?.channel_group?;
    Some(Speaker {
        flags: if group.mode == LacpMode::Active {
            "SA"
        } else {
            "SP"
        },
        priority: PRIORITY,
        mac: call.world.bridge_id(&(peer.clone(), 1)).1,
        key: group.group,
        number: port_number(far),
    })
}

/// The number that a switch gives a port towards its neighbours.
fn port_number(port: InterfaceName) -> u16 {
    match port {
        InterfaceName::Gigabit(member, port) => (u16::from(member) << 8) + u16::from(port) + 1,
        InterfaceName::Uplink(member, port) => (u16::from(member) << 8) + u16::from(port) + 25,
        _ => 0,
    }
}

/// `show lacp neighbor`.
pub(in crate::lab::ios) fn lacp_neighbor(call: &mut Call<'_>) -> Flow {
    call.say(FLAGS);
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    for group in groups(call) {
        let rows: Vec<String> = speakers(&chassis, group)
            .into_iter()
            .filter_map(|(port, _)| {
                let Speaker {
                    flags,
                    priority,
                    mac,
                    key,
                    number,
                } = neighbour(call, &chassis, port)?;
                let (key, number) = (format!("0x{key:X}"), format!("0x{number:X}"));
                Some(format!(
                    "{:<9} {flags:<7} {priority:<9} {mac}  25s    0x0    {key:<6} {number:<7} 0x3D  ",
                    port.short()
                ))
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        call.say(format!("\nChannel group {group} neighbors\n"));
        call.say("                  LACP port                        Admin  Oper   Port    Port");
        call.say("Port      Flags   Priority  Dev ID          Age    key    Key    Number  State");
        for row in rows {
            call.say(row);
        }
    }
    Flow::Done
}

/// `show lacp internal`.
pub(in crate::lab::ios) fn lacp_internal(call: &mut Call<'_>) -> Flow {
    call.say(FLAGS);
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    for group in groups(call) {
        let members = speakers(&chassis, group);
        if members.is_empty() {
            continue;
        }
        call.say(format!("\nChannel group {group}"));
        call.say("                            LACP port     Admin     Oper    Port        Port");
        call.say("Port      Flags   State     Priority      Key       Key     Number      State");
        for (port, active) in members {
            let (word, state) = match call.world.port(&call.owner, port).map(|s| s.flag) {
                Some(Flag::Bundled) => ("bndl", 0x3D),
                Some(Flag::Suspended) => ("susp", 0x7D),
                Some(Flag::StandAlone) => ("indep", 0x7D),
                Some(Flag::Waiting) => ("waiting", 0x0D),
                _ => ("down", 0x45),
            };
            // A passive port does not set the bit for activity.
            let (flags, state) = if active {
                ("SA", state)
            } else {
                ("SP", state & !1)
            };
            let key = format!("0x{group:X}");
            let number = format!("0x{:X}", port_number(port));
            call.say(format!(
                "{:<9} {flags:<7} {word:<9} {PRIORITY:<13} {key:<9} {key:<7} {number:<11} 0x{state:X} ",
                port.short()
            ));
        }
    }
    Flow::Done
}

/// `show lacp sys-id`.
pub(in crate::lab::ios) fn lacp_sys_id(call: &mut Call<'_>) -> Flow {
    let unit = call.chassis().map(|c| c.active_unit().to_owned());
    let unit = unit.and_then(|label| call.world.state.units.get(&label));
    if let Some(mac) = unit.map(|unit| unit.mac.clone()) {
        call.say(format!("{PRIORITY}, {mac}"));
    }
    Flow::Done
}
