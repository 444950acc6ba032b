use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::StatusWord;
use crate::lab::world::switch::InterfaceName;

/// `show interfaces status`.
pub(in crate::lab::ios) fn interfaces_status(call: &mut Call<'_>) -> Flow {
    let ports = switchports(call);
    status_table(call, &ports)
}

/// `show interfaces X status`.
pub(in crate::lab::ios) fn interface_status(call: &mut Call<'_>) -> Flow {
    let ports: Vec<InterfaceName> = call.interface(0).into_iter().collect();
    status_table(call, &ports)
}

fn status_table(call: &mut Call<'_>, ports: &[InterfaceName]) -> Flow {
    call.say("\nPort      Name               Status       Vlan       Duplex  Speed Type");
    for name in ports {
        let Some(config) = call
            .chassis()
            .and_then(|c| c.running.interfaces.get(name))
            .cloned()
        else {
            continue;
        };
        let Some(status) = call.world.port(&call.owner, *name) else {
            continue;
        };
        let (word, up) = match status.word {
            StatusWord::Connected => ("connected", true),
            StatusWord::NotConnect => ("notconnect", false),
            StatusWord::Disabled => ("disabled", false),
            StatusWord::Suspended => ("suspended", true),
        };
        let vlan = if status.trunk {
            "trunk".to_owned()
        } else {
            config.access_vlan.to_string()
        };
        let (duplex, speed) = if up {
            ("a-full", "a-1000")
        } else {
            ("auto", "auto")
        };
        let kind = match name {
            InterfaceName::PortChannel(_) => "",
            InterfaceName::Uplink(..) => "Not Present",
            _ => "10/100/1000BaseTX",
        };
        let title: String = config
            .description
            .unwrap_or_default()
            .chars()
            .take(18)
            .collect();
        call.say(format!(
            "{:<9} {title:<18} {word:<12} {vlan:<10} {duplex:>6} {speed:>6} {kind}",
            name.short()
        ));
    }
    Flow::Done
}

/// `show interfaces description`.
pub(in crate::lab::ios) fn interfaces_description(call: &mut Call<'_>) -> Flow {
    let mut names: Vec<InterfaceName> = call.running().interfaces.keys().copied().collect();
    names.sort_by_key(|name| matches!(name, InterfaceName::PortChannel(_)));
    description_table(call, &names)
}

/// `show interfaces X description`.
pub(in crate::lab::ios) fn interface_description(call: &mut Call<'_>) -> Flow {
    let names: Vec<InterfaceName> = call.interface(0).into_iter().collect();
    description_table(call, &names)
}

fn description_table(call: &mut Call<'_>, names: &[InterfaceName]) -> Flow {
    call.say("Interface                      Status         Protocol Description");
    for name in names {
        let Some(config) = call
            .chassis()
            .and_then(|c| c.running.interfaces.get(name))
            .cloned()
        else {
            continue;
        };
        let (line, protocol) = super::interfaces::state(call, *name);
        let line = if config.shutdown { "admin down" } else { line };
        let text = config.description.unwrap_or_default();
        call.say(format!(
            "{:<30} {line:<14} {protocol:<8} {text}",
            name.short()
        ));
    }
    Flow::Done
}
