use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};

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
