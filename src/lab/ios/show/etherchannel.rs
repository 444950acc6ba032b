use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::{InterfaceName, LacpMode};
use crate::lab::world::{Flag, StatusWord};

const LEGEND: &str = "Flags:  D - down        P - bundled in port-channel
        I - stand-alone s - suspended
        H - Hot-standby (LACP only)
        R - Layer3      S - Layer2
        U - in use      f - failed to allocate aggregator

        M - not in use, minimum links not met
        u - unsuitable for bundling
        w - waiting to be aggregated
        d - default port

        A - formed by Auto LAG

";

/// `show etherchannel summary`.
pub(in crate::lab::ios) fn etherchannel_summary(call: &mut Call<'_>) -> Flow {
    let groups = groups(call);
    table(call, &groups)
}

/// `show etherchannel N summary`.
pub(in crate::lab::ios) fn etherchannel_group(call: &mut Call<'_>) -> Flow {
    let wanted: u16 = call.number(0);
    let groups: Vec<u16> = groups(call).into_iter().filter(|n| *n == wanted).collect();
    table(call, &groups)
}

/// The numbers of the port-channels, in order.
pub(super) fn groups(call: &Call<'_>) -> Vec<u16> {
    let names = call
        .chassis()
        .map(|c| c.running.interfaces.keys().copied().collect::<Vec<_>>());
    let mut groups: Vec<u16> = names
        .unwrap_or_default()
        .into_iter()
        .filter_map(|name| match name {
            InterfaceName::PortChannel(n) => Some(n),
            _ => None,
        })
        .collect();
    groups.sort_unstable();
    groups
}

fn table(call: &mut Call<'_>, groups: &[u16]) -> Flow {
    call.say(format!(
        "{LEGEND}\nNumber of channel-groups in use: {}",
        groups.len()
    ));
    call.say(format!(
        "Number of aggregators:           {}\n",
        groups.len()
    ));
    call.say("Group  Port-channel  Protocol    Ports");
    call.say("------+-------------+-----------+-----------------------------------------------");
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    for group in groups {
        let name = InterfaceName::PortChannel(*group);
        let status = call.world.port(&call.owner, name);
        let up = status.is_some_and(|status| status.word == StatusWord::Connected);
        let port_channel = format!("{}({})", name.short(), if up { "SU" } else { "SD" });
        let members: Vec<InterfaceName> = chassis.channel_members(*group).collect();
        let mode = members
            .first()
            .and_then(|port| chassis.running.interfaces.get(port)?.channel_group)
            .map(|group| group.mode);
        let protocol = match mode {
            Some(LacpMode::Active | LacpMode::Passive) => "LACP",
            Some(LacpMode::Desirable | LacpMode::Auto) => "PAgP",
            Some(LacpMode::On) | None => "-",
        };
        let ports: String = members
            .iter()
            .map(|port| {
                let flag = match call.world.port(&call.owner, *port).map(|s| s.flag) {
                    Some(Flag::Bundled) => 'P',
                    Some(Flag::StandAlone) => 'I',
                    Some(Flag::Suspended) => 's',
                    Some(Flag::Waiting) => 'w',
                    _ => 'D',
                };
                format!("{:<16}", format!("{}({flag})", port.short()))
            })
            .collect();
        call.say(format!(
            "{group:<6} {port_channel:<15} {protocol:<10}  {ports}"
        ));
    }
    call.say("");
    Flow::Done
}
