use super::edit;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Refusal, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::range;
use crate::lab::world::switch::{InterfaceConfig, InterfaceName};

/// Which interfaces there are, and which the next commands are for.
pub(super) const INTERFACES: Table = &[
    Command::new(
        "interface range LINE",
        "interface range command",
        interface_range,
    ),
    Command::new("interface IFACE", "", interface),
    Command::new("no interface IFACE", "", no_interface),
    Command::new("default interface IFACE", "", default_interface),
];

/// Commands in `(config-if)#` and `(config-if-range)#` that every interface takes.
pub(super) const INTERFACE: Table = &[
    Command::new(
        "description LINE",
        "Up to 200 characters describing this interface",
        |c| {
            let text = c.text(0);
            set(c, |i| i.description = Some(text.clone()))
        },
    ),
    Command::new("no description", "", |c| set(c, |i| i.description = None)),
    Command::new("no description LINE", "", |c| {
        set(c, |i| i.description = None)
    }),
    Command::new("shutdown", "Shutdown the selected interface", |c| {
        set(c, |i| i.shutdown = true)
    }),
    Command::new("no shutdown", "", |c| set(c, |i| i.shutdown = false)),
    Command::new("negotiation auto", "Enable link autonegotiation", |_| {
        Flow::Done
    }),
    Command::new("vrf forwarding WORD", "", |_| Flow::Done),
];

fn interface(call: &mut Call<'_>) -> Flow {
    let Some(name) = call.interface(0) else {
        return Flow::Done;
    };
    let exists = call.running().interfaces.contains_key(&name);
    let can_be_made = matches!(
        name,
        InterfaceName::PortChannel(1..=128) | InterfaceName::Vlan(1..=4094)
    );
    if !exists && !can_be_made {
        call.say("%Invalid interface type and number\n");
        return Flow::Done;
    }
    call.configure(|config| {
        config.interfaces.entry(name).or_default();
    });
    call.enter(Mode::Interface {
        names: vec![name],
        range: false,
    })
}

fn interface_range(call: &mut Call<'_>) -> Flow {
    let text = call.text(0);
    let running = call.running();
    match range::parse(&text) {
        Ok(names)
            if names
                .iter()
                .all(|name| running.interfaces.contains_key(name)) =>
        {
            call.enter(Mode::Interface { names, range: true })
        }
        Ok(_) => {
            call.say("%Command rejected: one of the interfaces does not exist");
            Flow::Done
        }
        Err(at) => {
            // The line ends with the list.
            let start = call.line.trim_end().len().saturating_sub(text.len());
            call.refuse(&Refusal::Invalid(start + at))
        }
    }
}

fn no_interface(call: &mut Call<'_>) -> Flow {
    let Some(name) = call.interface(0) else {
        return Flow::Done;
    };
    match name {
        InterfaceName::PortChannel(_) | InterfaceName::Vlan(_) => {
            if name == InterfaceName::Vlan(1) {
                call.say("% Incomplete command.\n");
                return Flow::Done;
            }
            edit(call, |g| drop(g.interfaces.remove(&name)))
        }
        _ => {
            call.say(format!("% {name} may not be removed"));
            Flow::Done
        }
    }
}

fn default_interface(call: &mut Call<'_>) -> Flow {
    let Some(name) = call.interface(0) else {
        return Flow::Done;
    };
    call.say(format!("Interface {name} set to default configuration"));
    edit(call, |g| {
        if let Some(interface) = g.interfaces.get_mut(&name) {
            *interface = InterfaceConfig::default();
        }
    })
}

/// Changes every interface of the mode.
pub(super) fn set(call: &mut Call<'_>, mut edit: impl FnMut(&mut InterfaceConfig)) -> Flow {
    call.each_interface(|_, interface| {
        edit(interface);
        Ok(())
    })
}
