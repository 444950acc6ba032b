use super::call::{Call, Flow};
use super::grammar::{Command, Table};
use super::mode::Mode;
use super::ping::Ping;
use super::question::Question;
use super::{archive, files, show};
use crate::lab::world::switch::InterfaceName;

/// Commands for everybody.
pub(super) const USER: Table = &[
    Command {
        pattern: "enable",
        help: "Turn on privileged commands",
        run: enable,
    },
    Command {
        pattern: "disable",
        help: "Turn off privileged commands",
        run: |c| c.enter(Mode::User),
    },
    Command {
        pattern: "exit",
        help: "Exit from the EXEC",
        run: |_| Flow::Close,
    },
    Command {
        pattern: "logout",
        help: "Exit from the EXEC",
        run: |_| Flow::Close,
    },
    Command {
        pattern: "quit",
        help: "Exit from the EXEC",
        run: |_| Flow::Close,
    },
    Command {
        pattern: "terminal length <0-512>",
        help: "Number of lines on screen (0 for no pausing)",
        run: |c| {
            let n = c.number(0);
            session(c, |s| s.length = n)
        },
    },
    Command {
        pattern: "terminal width <0-512>",
        help: "Number of characters on a screen line (0 for none)",
        run: |c| {
            let n = c.number(0);
            session(c, |s| s.width = n)
        },
    },
    Command {
        pattern: "terminal monitor",
        help: "Copy debug output to the current terminal line",
        run: |c| session(c, |s| s.monitor = true),
    },
    Command {
        pattern: "terminal no monitor",
        help: "",
        run: |c| session(c, |s| s.monitor = false),
    },
    Command {
        pattern: "ping A.B.C.D",
        help: "Ping destination address",
        run: |c| ping(c, 100, false, 5),
    },
    Command {
        pattern: "ping A.B.C.D repeat <1-2147483647>",
        help: "specify repeat count",
        run: |c| {
            let n = c.number(1);
            ping(c, 100, false, n)
        },
    },
    Command {
        pattern: "ping A.B.C.D size <36-18024>",
        help: "specify datagram size",
        run: |c| {
            let n = c.number(1);
            ping(c, n, false, 5)
        },
    },
    Command {
        pattern: "ping A.B.C.D size <36-18024> df-bit",
        help: "enable do not fragment bit in IP header",
        run: |c| {
            let n = c.number(1);
            ping(c, n, true, 5)
        },
    },
    Command {
        pattern: "ping A.B.C.D df-bit size <36-18024>",
        help: "specify datagram size",
        run: |c| {
            let n = c.number(1);
            ping(c, n, true, 5)
        },
    },
    Command {
        pattern: "ping A.B.C.D size <36-18024> repeat <1-2147483647>",
        help: "specify repeat count",
        run: |c| {
            let (n, k) = (c.number(1), c.number(2));
            ping(c, n, false, k)
        },
    },
    Command {
        pattern: "show version",
        help: "System hardware and software status",
        run: show::version,
    },
    Command {
        pattern: "show switch",
        help: "Switch stack information",
        run: show::switch,
    },
    Command {
        pattern: "show switch detail",
        help: "Show detailed information about the stack ring",
        run: show::switch_detail,
    },
    Command {
        pattern: "show switch stack-ports",
        help: "Show stack port status",
        run: show::stack_ports,
    },
    Command {
        pattern: "show switch stack-ports summary",
        help: "Show stack port summary",
        run: show::stack_ports_summary,
    },
    Command {
        pattern: "show switch stack-ring speed",
        help: "Show stack ring speed",
        run: show::stack_ring,
    },
    Command {
        pattern: "show vlan",
        help: "VTP VLAN status",
        run: show::vlan,
    },
    Command {
        pattern: "show vlan brief",
        help: "VTP all VLAN status in brief",
        run: show::vlan_brief,
    },
    Command {
        pattern: "show vlan id <1-4094>",
        help: "VTP VLAN status by VLAN id",
        run: show::vlan_id,
    },
    Command {
        pattern: "show interfaces",
        help: "Interface status and configuration",
        run: show::interfaces,
    },
    Command {
        pattern: "show interfaces IFACE",
        help: "",
        run: show::interface,
    },
    Command {
        pattern: "show interfaces status",
        help: "Show interface line status",
        run: show::interfaces_status,
    },
    Command {
        pattern: "show interfaces IFACE status",
        help: "Show interface line status",
        run: show::interface_status,
    },
    Command {
        pattern: "show interfaces trunk",
        help: "Show interface trunk information",
        run: show::interfaces_trunk,
    },
    Command {
        pattern: "show interfaces IFACE trunk",
        help: "Show interface trunk information",
        run: show::interface_trunk,
    },
    Command {
        pattern: "show interfaces switchport",
        help: "Show interface switchport information",
        run: show::interfaces_switchport,
    },
    Command {
        pattern: "show interfaces IFACE switchport",
        help: "Show interface switchport information",
        run: show::interface_switchport,
    },
    Command {
        pattern: "show interfaces description",
        help: "Show interface description",
        run: show::interfaces_description,
    },
    Command {
        pattern: "show interfaces IFACE description",
        help: "Show interface description",
        run: show::interface_description,
    },
    Command {
        pattern: "show etherchannel summary",
        help: "One-line summary per channel-group",
        run: show::etherchannel_summary,
    },
    Command {
        pattern: "show etherchannel <1-128> summary",
        help: "One-line summary per channel-group",
        run: show::etherchannel_group,
    },
    Command {
        pattern: "show lacp neighbor",
        help: "Neighbor information",
        run: show::lacp_neighbor,
    },
    Command {
        pattern: "show ip interface brief",
        help: "Brief summary of IP status and configuration",
        run: show::ip_interface_brief,
    },
    Command {
        pattern: "show ip route",
        help: "IP routing table",
        run: show::ip_route,
    },
    Command {
        pattern: "show ip ssh",
        help: "Information on SSH",
        run: show::ip_ssh,
    },
    Command {
        pattern: "show cdp neighbors",
        help: "CDP neighbor entries",
        run: show::cdp_neighbors,
    },
    Command {
        pattern: "show mac address-table",
        help: "MAC forwarding table",
        run: show::mac_address_table,
    },
    Command {
        pattern: "show clock",
        help: "Display the system clock",
        run: show::clock,
    },
    Command {
        pattern: "show history",
        help: "Display the session command history",
        run: show::history,
    },
    Command {
        pattern: "show privilege",
        help: "Show current privilege level",
        run: show::privilege,
    },
    Command {
        pattern: "show users",
        help: "Display information about terminal lines",
        run: show::users,
    },
    Command {
        pattern: "show system mtu",
        help: "Global MTU",
        run: show::system_mtu,
    },
    Command {
        pattern: "show vtp status",
        help: "VTP domain status",
        run: show::vtp_status,
    },
    Command {
        pattern: "show inventory",
        help: "Show the physical inventory",
        run: show::inventory,
    },
    Command {
        pattern: "show spanning-tree summary",
        help: "Summary of port states",
        run: show::spanning_tree_summary,
    },
];

/// Commands for level 15.
pub(super) const PRIVILEGED: Table = &[
    Command {
        pattern: "show running-config",
        help: "Current operating configuration",
        run: show::running_config,
    },
    Command {
        pattern: "show running-config interface IFACE",
        help: "",
        run: show::running_interface,
    },
    Command {
        pattern: "show startup-config",
        help: "Contents of startup configuration",
        run: show::startup_config,
    },
    Command {
        pattern: "show logging",
        help: "Show the contents of logging buffers",
        run: show::logging,
    },
    Command {
        pattern: "show archive",
        help: "Archive functions",
        run: archive::show,
    },
    Command {
        pattern: "show archive config rollback timer",
        help: "Status of the rollback timer",
        run: archive::show_timer,
    },
    Command {
        pattern: "show archive config differences",
        help: "",
        run: archive::differences,
    },
    Command {
        pattern: "show archive config differences WORD WORD",
        help: "",
        run: archive::differences,
    },
    Command {
        pattern: "show configuration lock",
        help: "Configuration lock",
        run: |c| {
            c.say("Parser Configure Lock\n---------------------\nOwner PID             : -1");
            Flow::Done
        },
    },
    Command {
        pattern: "show flash:",
        help: "",
        run: files::dir,
    },
    Command {
        pattern: "dir",
        help: "List files on a filesystem",
        run: files::dir,
    },
    Command {
        pattern: "dir WORD",
        help: "",
        run: files::dir,
    },
    Command {
        pattern: "more WORD",
        help: "Display the contents of a file",
        run: files::more,
    },
    Command {
        pattern: "configure terminal",
        help: "Configure from the terminal",
        run: configure,
    },
    Command {
        pattern: "configure terminal revert timer <1-120>",
        help: "Time in minutes before reverting",
        run: archive::arm,
    },
    Command {
        pattern: "configure confirm",
        help: "Confirm replacement of running-config with a new config file",
        run: archive::confirm,
    },
    Command {
        pattern: "configure revert now",
        help: "Cancel the timer and revert immediately",
        run: archive::revert_now,
    },
    Command {
        pattern: "configure revert timer <1-120>",
        help: "Time in minutes before reverting",
        run: archive::extend,
    },
    Command {
        pattern: "configure replace WORD",
        help: "Replace the running-config with a new config file",
        run: |c| {
            let file = c.text(0);
            Flow::Ask(Question::Replace(file))
        },
    },
    Command {
        pattern: "configure replace WORD force",
        help: "",
        run: |c| {
            let file = c.text(0);
            archive::replace(c, &file)
        },
    },
    Command {
        pattern: "archive config",
        help: "Archive the configuration",
        run: archive::store,
    },
    Command {
        pattern: "copy WORD WORD",
        help: "",
        run: files::copy,
    },
    Command {
        pattern: "write",
        help: "Write running configuration to memory",
        run: files::write_memory,
    },
    Command {
        pattern: "write memory",
        help: "Write to NV memory",
        run: files::write_memory,
    },
    Command {
        pattern: "write erase",
        help: "Erase NV memory",
        run: |_| Flow::Ask(Question::Erase),
    },
    Command {
        pattern: "erase startup-config",
        help: "Erase contents of configuration memory",
        run: |_| Flow::Ask(Question::Erase),
    },
    Command {
        pattern: "delete WORD",
        help: "Delete a file",
        run: files::delete_asked,
    },
    Command {
        pattern: "delete /force WORD",
        help: "",
        run: |c| {
            let name = files::plain(&c.text(0));
            files::delete(c, &name)
        },
    },
    Command {
        pattern: "reload",
        help: "Halt and perform a cold restart",
        run: reload,
    },
    Command {
        pattern: "switch <1-9> priority <1-15>",
        help: "Priority to set",
        run: |c| {
            let (n, p) = (c.number(0), c.number(1));
            ask_member(c, n, Question::Priority(n, p))
        },
    },
    Command {
        pattern: "switch <1-9> renumber <1-9>",
        help: "New switch number",
        run: |c| {
            let (n, m) = (c.number(0), c.number(1));
            ask_member(c, n, Question::Renumber(n, m))
        },
    },
    Command {
        pattern: "clear logging",
        help: "Clear logging buffer",
        run: |c| {
            let owner = c.owner.clone();
            c.world.traces.logs.remove(&owner);
            Flow::Done
        },
    },
    Command {
        pattern: "clear counters",
        help: "Clear counters on all interfaces",
        run: |c| {
            let owner = c.owner.clone();
            c.world.traces.counters.retain(|(id, _), _| *id != owner);
            Flow::Done
        },
    },
];

fn session(call: &mut Call<'_>, change: impl FnOnce(&mut super::Session)) -> Flow {
    if let Some(session) = call.session() {
        change(session);
    }
    Flow::Done
}

fn enable(call: &mut Call<'_>) -> Flow {
    if call.mode() == Mode::Privileged {
        return Flow::Done;
    }
    let console = call
        .session()
        .is_some_and(|s| matches!(s.line, super::Line::Console(_)));
    match call.running().enable_secret {
        Some(_) => Flow::Ask(Question::Enable(0)),
        None if console => call.enter(Mode::Privileged),
        None => {
            call.say("% No password set");
            Flow::Done
        }
    }
}

fn configure(call: &mut Call<'_>) -> Flow {
    call.say("Enter configuration commands, one per line.  End with CNTL/Z.");
    call.enter(Mode::Global)
}

fn ping(call: &mut Call<'_>, size: u32, df: bool, count: u32) -> Flow {
    match call.text(0).parse() {
        Ok(to) => Flow::Ping(Ping::new(to, size, df, count)),
        Err(_) => Flow::Done,
    }
}

fn reload(call: &mut Call<'_>) -> Flow {
    let saved = call
        .chassis()
        .and_then(|chassis| call.world.state.units.get(chassis.active_unit()))
        .and_then(|unit| unit.startup.clone());
    let running = call.running();
    if saved.as_ref() == Some(&running) {
        Flow::Ask(Question::Reload)
    } else {
        Flow::Ask(Question::SaveFirst)
    }
}

/// All members restart together.
pub(super) fn reload_now(call: &mut Call<'_>) -> Flow {
    let members: Vec<String> = call
        .chassis()
        .map(|c| c.members.values().cloned().collect())
        .unwrap_or_default();
    for member in members {
        call.world.restart(&member);
    }
    Flow::Done
}

fn ask_member(call: &mut Call<'_>, number: u8, question: Question) -> Flow {
    if call
        .chassis()
        .is_some_and(|c| c.members.contains_key(&number))
    {
        return Flow::Ask(question);
    }
    call.say(format!("% Switch {number} is not present in the stack"));
    Flow::Done
}

/// Kept in the member's boot environment; in no configuration.
pub(super) fn set_priority(call: &mut Call<'_>, number: u8, priority: u8) -> Flow {
    if let Some(unit) = member(call, number) {
        unit.priority = priority;
    }
    Flow::Done
}

/// Counts after the member's next start.
pub(super) fn renumber(call: &mut Call<'_>, number: u8, new: u8) -> Flow {
    if let Some(unit) = member(call, number) {
        unit.next_number = new;
    }
    Flow::Done
}

fn member<'c>(
    call: &'c mut Call<'_>,
    number: u8,
) -> Option<&'c mut crate::lab::world::switch::Unit> {
    let label = call.chassis()?.members.get(&number)?.clone();
    call.world.state.units.get_mut(&label)
}

pub(super) fn zeroize(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.rsa_key = None);
    call.world
        .syslog(&owner, "%SSH-5-DISABLED: SSH 1.99 has been disabled");
    Flow::Done
}

/// The interfaces of a chassis that are switchports, in the order of tables.
pub(super) fn switchports(call: &Call<'_>) -> Vec<InterfaceName> {
    let Some(chassis) = call.chassis() else {
        return Vec::new();
    };
    let mut ports: Vec<InterfaceName> = chassis.ports().collect();
    // Tables list a switch's ports together, uplinks behind the others.
    ports.sort_by_key(|name| match name {
        InterfaceName::Gigabit(member, port) => (*member, 0, *port),
        InterfaceName::Uplink(member, port) => (*member, 1, *port),
        _ => (u8::MAX, 0, 0),
    });
    let channels = chassis.running.interfaces.keys().copied();
    ports.extend(channels.filter(|name| matches!(name, InterfaceName::PortChannel(_))));
    ports
}
