use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::Flag;
use crate::lab::world::switch::{InterfaceName, Vlan, VtpMode};

/// `show vlan brief`.
pub(in crate::lab::ios) fn vlan_brief(call: &mut Call<'_>) -> Flow {
    call.say("");
    let vlans = vlans(call);
    brief(call, &vlans);
    Flow::Done
}

/// `show vlan`.
pub(in crate::lab::ios) fn vlan(call: &mut Call<'_>) -> Flow {
    call.say("");
    let vlans = vlans(call);
    brief(call, &vlans);
    details(call, &vlans);
    call.say("\nRemote SPAN VLANs");
    call.say("-".repeat(78));
    call.say("\n\nPrimary Secondary Type              Ports");
    call.say("------- --------- ----------------- ------------------------------------------");
    Flow::Done
}

/// `show vlan id N`.
pub(in crate::lab::ios) fn vlan_id(call: &mut Call<'_>) -> Flow {
    let id: u16 = call.number(0);
    let vlans: Vec<(u16, Vlan)> = vlans(call).into_iter().filter(|(n, _)| *n == id).collect();
    if vlans.is_empty() {
        call.say(format!("VLAN id {id} not found in current VLAN database"));
        return Flow::Done;
    }
    call.say("");
    brief(call, &vlans);
    details(call, &vlans);
    Flow::Done
}

fn vlans(call: &Call<'_>) -> Vec<(u16, Vlan)> {
    call.chassis()
        .map(|c| {
            c.vlans
                .vlans
                .iter()
                .map(|(id, vlan)| (*id, vlan.clone()))
                .collect()
        })
        .unwrap_or_default()
}

fn brief(call: &mut Call<'_>, vlans: &[(u16, Vlan)]) {
    call.say("VLAN Name                             Status    Ports");
    call.say("---- -------------------------------- --------- -------------------------------");
    for (id, vlan) in vlans {
        let status = match (id, vlan.active) {
            (1002..=1005, _) => "act/unsup",
            (_, true) => "active",
            (_, false) => "suspended",
        };
        let ports = access_ports(call, *id);
        let mut rows = ports.chunks(4).map(|row| row.join(", "));
        let first = rows.next().unwrap_or_default();
        call.say(format!("{id:<4} {:<32} {status:<9} {first}", vlan.name));
        for row in rows {
            call.say(format!("{:48}{row}", ""));
        }
    }
}

/// Ports that are in a VLAN as access ports: no trunks that are up, and no bundled members.
fn access_ports(call: &Call<'_>, vlan: u16) -> Vec<String> {
    let mut ports = Vec::new();
    for name in switchports(call) {
        let Some(config) = call.chassis().and_then(|c| c.running.interfaces.get(&name)) else {
            continue;
        };
        let Some(status) = call.world.port(&call.owner, name) else {
            continue;
        };
        let bundled = status.flag == Flag::Bundled;
        let channel = matches!(name, InterfaceName::PortChannel(_));
        if config.access_vlan == vlan && !status.trunk && !bundled && !channel {
            ports.push(name.short());
        }
    }
    ports
}

fn details(call: &mut Call<'_>, vlans: &[(u16, Vlan)]) {
    call.say("\nVLAN Type  SAID       MTU   Parent RingNo BridgeNo Stp  BrdgMode Trans1 Trans2");
    call.say("---- ----- ---------- ----- ------ ------ -------- ---- -------- ------ ------");
    for (id, vlan) in vlans {
        let (kind, stp, bridge) = match id {
            1002 => ("fddi", "-", "-"),
            1003 => ("tr", "-", "srb"),
            1004 => ("fdnet", "ieee", "-"),
            1005 => ("trnet", "ibm", "-"),
            _ => ("enet", "-", "-"),
        };
        call.say(format!(
            "{id:<4} {kind:<5} {:<10} {:<5} -      -      -        {stp:<4} {bridge:<8} 0      0   ",
            100_000 + u32::from(*id),
            vlan.mtu
        ));
    }
}

/// `show vtp status`.
pub(in crate::lab::ios) fn vtp_status(call: &mut Call<'_>) -> Flow {
    let mode = match call.running().vtp_mode {
        VtpMode::Server => "Server",
        VtpMode::Transparent => "Transparent",
        VtpMode::Off => "Off",
    };
    let count = vlans(call).len();
    call.say(format!(
        "VTP Version capable             : 1 to 3\n\
         VTP version running             : 1\n\
         VTP Domain Name                 : \n\
         VTP Pruning Mode                : Disabled\n\
         VTP Traps Generation            : Disabled\n\n\
         Feature VLAN:\n--------------\n\
         VTP Operating Mode                : {mode}\n\
         Maximum VLANs supported locally   : 1005\n\
         Number of existing VLANs          : {count}"
    ));
    Flow::Done
}
