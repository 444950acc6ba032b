use std::net::Ipv4Addr;

use super::archive;
use super::call::{Call, Flow};
use super::grammar::{Command, Table};
use super::interface::INTERFACE;
use super::mode::Mode;
use super::question::Question;
use super::{range, secret};
use crate::lab::world::switch::{
    Archive, InterfaceConfig, InterfaceName, SwitchConfig, User, VtpMode,
};

/// The commands of a configuration mode itself.
pub(super) fn table(mode: &Mode) -> Table {
    match mode {
        Mode::Interface { .. } => INTERFACE,
        Mode::Vlan(_) => VLAN,
        Mode::Archive => ARCHIVE,
        Mode::Line(_) => LINE,
        Mode::User | Mode::Privileged | Mode::Global => GLOBAL,
    }
}

/// Commands of every configuration mode.
pub(super) const COMMON: Table = &[
    Command {
        pattern: "end",
        help: "Exit from configure mode",
        run: end,
    },
    Command {
        pattern: "exit",
        help: "Exit from the current mode",
        run: exit,
    },
];

/// Commands in `(config)#`, and in every mode inside it.
pub(super) const GLOBAL: Table = &[
    Command {
        pattern: "hostname WORD",
        help: "This system's network name",
        run: |c| {
            let name = c.text(0);
            edit(c, |g| g.hostname = name)
        },
    },
    Command {
        pattern: "no hostname",
        help: "",
        run: |c| edit(c, |g| g.hostname = "Switch".to_owned()),
    },
    Command {
        pattern: "no hostname WORD",
        help: "",
        run: |c| edit(c, |g| g.hostname = "Switch".to_owned()),
    },
    Command {
        pattern: "enable secret LINE",
        help: "The UNENCRYPTED (cleartext) 'enable' secret",
        run: |c| {
            let secret = secret::read(&c.text(0));
            edit(c, |g| g.enable_secret = Some(secret))
        },
    },
    Command {
        pattern: "no enable secret",
        help: "",
        run: |c| edit(c, |g| g.enable_secret = None),
    },
    Command {
        pattern: "username WORD privilege <0-15> secret LINE",
        help: "The UNENCRYPTED (cleartext) user secret",
        run: username,
    },
    Command {
        pattern: "no username WORD",
        help: "",
        run: no_username,
    },
    Command {
        pattern: "ip domain-name WORD",
        help: "Default domain name",
        run: |c| {
            let name = c.text(0);
            edit(c, |g| g.domain_name = Some(name))
        },
    },
    Command {
        pattern: "ip domain name WORD",
        help: "Default domain name",
        run: |c| {
            let name = c.text(0);
            edit(c, |g| g.domain_name = Some(name))
        },
    },
    Command {
        pattern: "no ip domain-name",
        help: "",
        run: |c| edit(c, |g| g.domain_name = None),
    },
    Command {
        pattern: "no ip domain-name WORD",
        help: "",
        run: |c| edit(c, |g| g.domain_name = None),
    },
    Command {
        pattern: "no ip domain name",
        help: "",
        run: |c| edit(c, |g| g.domain_name = None),
    },
    Command {
        pattern: "ip domain-lookup",
        help: "Enable IP Domain Name System hostname translation",
        run: |c| edit(c, |g| g.domain_lookup = true),
    },
    Command {
        pattern: "no ip domain-lookup",
        help: "",
        run: |c| edit(c, |g| g.domain_lookup = false),
    },
    Command {
        pattern: "ip domain lookup",
        help: "",
        run: |c| edit(c, |g| g.domain_lookup = true),
    },
    Command {
        pattern: "no ip domain lookup",
        help: "",
        run: |c| edit(c, |g| g.domain_lookup = false),
    },
    Command {
        pattern: "ip routing",
        help: "Enable IP routing",
        run: |c| edit(c, |g| g.ip_routing = true),
    },
    Command {
        pattern: "no ip routing",
        help: "",
        run: |c| edit(c, |g| g.ip_routing = false),
    },
    Command {
        pattern: "ip default-gateway A.B.C.D",
        help: "IP address of default gateway",
        run: |c| {
            let ip = c.text(0).parse().ok();
            edit(c, |g| g.default_gateway = ip)
        },
    },
    Command {
        pattern: "no ip default-gateway",
        help: "",
        run: |c| edit(c, |g| g.default_gateway = None),
    },
    Command {
        pattern: "ip route A.B.C.D A.B.C.D A.B.C.D",
        help: "Forwarding router's address",
        run: |c| route(c, true),
    },
    Command {
        pattern: "no ip route A.B.C.D A.B.C.D A.B.C.D",
        help: "",
        run: |c| route(c, false),
    },
    Command {
        pattern: "ip ssh version <1-2>",
        help: "Protocol version",
        run: |c| {
            let n = c.text(0);
            other(c, "ip ssh version", Some(n))
        },
    },
    Command {
        pattern: "no ip ssh version",
        help: "",
        run: |c| other(c, "ip ssh version", None),
    },
    Command {
        pattern: "no ip ssh version <1-2>",
        help: "",
        run: |c| other(c, "ip ssh version", None),
    },
    Command {
        pattern: "crypto key generate rsa",
        help: "Generate RSA keys",
        run: |c| generate_key(c, 1024),
    },
    Command {
        pattern: "crypto key generate rsa modulus <360-4096>",
        help: "size of the key modulus",
        run: |c| {
            let bits = c.number(0);
            generate_key(c, bits)
        },
    },
    Command {
        pattern: "crypto key generate rsa general-keys modulus <360-4096>",
        help: "size of the key modulus",
        run: |c| {
            let bits = c.number(0);
            generate_key(c, bits)
        },
    },
    Command {
        pattern: "crypto key zeroize rsa",
        help: "Remove RSA keys",
        run: zeroize,
    },
    Command {
        pattern: "system mtu <1500-9198>",
        help: "MTU size in bytes",
        run: system_mtu,
    },
    Command {
        pattern: "no system mtu",
        help: "",
        run: |c| edit(c, |g| g.system_mtu = 1500),
    },
    Command {
        pattern: "no system mtu <1500-9198>",
        help: "",
        run: |c| edit(c, |g| g.system_mtu = 1500),
    },
    Command {
        pattern: "vtp mode server",
        help: "Set the device to server mode.",
        run: |c| vtp(c, VtpMode::Server),
    },
    Command {
        pattern: "vtp mode transparent",
        help: "Set the device to transparent mode.",
        run: |c| vtp(c, VtpMode::Transparent),
    },
    Command {
        pattern: "vtp mode off",
        help: "Set the device to off mode.",
        run: |c| vtp(c, VtpMode::Off),
    },
    Command {
        pattern: "vlan <1-4094>",
        help: "ISL VLAN IDs 1-4094",
        run: vlan,
    },
    Command {
        pattern: "no vlan LINE",
        help: "",
        run: no_vlan,
    },
    Command {
        pattern: "interface range LINE",
        help: "interface range command",
        run: interface_range,
    },
    Command {
        pattern: "interface IFACE",
        help: "",
        run: interface,
    },
    Command {
        pattern: "no interface IFACE",
        help: "",
        run: no_interface,
    },
    Command {
        pattern: "default interface IFACE",
        help: "",
        run: default_interface,
    },
    Command {
        pattern: "archive",
        help: "Archive the configuration",
        run: |c| {
            edit(c, |g| {
                g.archive.get_or_insert_default();
            });
            c.enter(Mode::Archive)
        },
    },
    Command {
        pattern: "no archive",
        help: "",
        run: |c| edit(c, |g| g.archive = None),
    },
    Command {
        pattern: "line console <0-0>",
        help: "First Line number",
        run: |c| c.enter(Mode::Line("con 0".to_owned())),
    },
    Command {
        pattern: "line vty <0-15>",
        help: "First Line number",
        run: |c| {
            let n = c.text(0);
            c.enter(Mode::Line(format!("vty {n}")))
        },
    },
    Command {
        pattern: "line vty <0-15> <1-15>",
        help: "Last Line number",
        run: |c| {
            let (a, b) = (c.text(0), c.text(1));
            c.enter(Mode::Line(format!("vty {a} {b}")))
        },
    },
    Command {
        pattern: "logging console",
        help: "Set console logging parameters",
        run: |c| edit(c, |g| g.logging_console = true),
    },
    Command {
        pattern: "no logging console",
        help: "",
        run: |c| edit(c, |g| g.logging_console = false),
    },
    Command {
        pattern: "file prompt quiet",
        help: "",
        run: |c| edit(c, |g| g.file_prompt_quiet = true),
    },
    Command {
        pattern: "no file prompt quiet",
        help: "",
        run: |c| edit(c, |g| g.file_prompt_quiet = false),
    },
    Command {
        pattern: "banner motd LINE",
        help: "c banner-text c, where 'c' is a delimiting character",
        run: |c| {
            let text = c.text(0);
            banner(c, &text)
        },
    },
    Command {
        pattern: "no banner motd",
        help: "",
        run: |c| edit(c, |g| g.banner_motd = None),
    },
    Command {
        pattern: "switch <1-9> provision WORD",
        help: "model",
        run: |c| {
            let (n, model) = (c.number(0), c.text(1));
            edit(c, |g| g.provision(n, &model))
        },
    },
    Command {
        pattern: "no switch <1-9> provision",
        help: "",
        run: unprovision,
    },
];

const VLAN: Table = &[
    Command {
        pattern: "name WORD",
        help: "The ascii name for the VLAN",
        run: |c| {
            let name = c.text(0);
            edit_vlan(c, |vlan, _| vlan.name = name)
        },
    },
    Command {
        pattern: "no name",
        help: "",
        run: |c| edit_vlan(c, |vlan, id| vlan.name = default_name(id)),
    },
    Command {
        pattern: "mtu <576-18190>",
        help: "Value of VLAN Maximum Transmission Unit",
        run: |c| {
            let mtu = c.number(0);
            edit_vlan(c, |vlan, _| vlan.mtu = mtu)
        },
    },
    Command {
        pattern: "no mtu",
        help: "",
        run: |c| edit_vlan(c, |vlan, _| vlan.mtu = 1500),
    },
    Command {
        pattern: "state active",
        help: "VLAN Active State",
        run: |c| edit_vlan(c, |vlan, _| vlan.active = true),
    },
    Command {
        pattern: "state suspend",
        help: "VLAN Suspended State",
        run: |c| edit_vlan(c, |vlan, _| vlan.active = false),
    },
];

const ARCHIVE: Table = &[
    Command {
        pattern: "path LINE",
        help: "Path for backups",
        run: |c| {
            let path = c.text(0);
            archive_edit(c, |a| a.path = Some(path))
        },
    },
    Command {
        pattern: "no path",
        help: "",
        run: |c| archive_edit(c, |a| a.path = None),
    },
    Command {
        pattern: "no path LINE",
        help: "",
        run: |c| archive_edit(c, |a| a.path = None),
    },
    Command {
        pattern: "maximum <1-14>",
        help: "maximum number of backup copies",
        run: |c| {
            let n = c.number(0);
            archive_edit(c, |a| a.maximum = Some(n))
        },
    },
    Command {
        pattern: "no maximum",
        help: "",
        run: |c| archive_edit(c, |a| a.maximum = None),
    },
    Command {
        pattern: "write-memory",
        help: "Enable automatic backup generation during write memory",
        run: |c| archive_edit(c, |a| a.write_memory = true),
    },
    Command {
        pattern: "no write-memory",
        help: "",
        run: |c| archive_edit(c, |a| a.write_memory = false),
    },
    Command {
        pattern: "time-period <1-525600>",
        help: "Number of minutes to wait between archive creation",
        run: |c| {
            let n = c.number(0);
            archive_edit(c, |a| a.time_period = Some(n))
        },
    },
    Command {
        pattern: "no time-period",
        help: "",
        run: |c| archive_edit(c, |a| a.time_period = None),
    },
];

const LINE: Table = &[
    Command {
        pattern: "login local",
        help: "Local password checking",
        run: |c| line(c, "login", Some("login local")),
    },
    Command {
        pattern: "login",
        help: "Enable password checking",
        run: |c| line(c, "login", Some("login")),
    },
    Command {
        pattern: "no login",
        help: "",
        run: |c| line(c, "login", None),
    },
    Command {
        pattern: "no login local",
        help: "",
        run: |c| line(c, "login", None),
    },
    Command {
        pattern: "transport input LINE",
        help: "",
        run: |c| {
            let text = format!("transport input {}", c.text(0));
            line(c, "transport input", Some(&text))
        },
    },
    Command {
        pattern: "no transport input",
        help: "",
        run: |c| line(c, "transport input", None),
    },
    Command {
        pattern: "exec-timeout <0-35791>",
        help: "Timeout in minutes",
        run: |c| {
            let text = format!("exec-timeout {} 0", c.text(0));
            line(c, "exec-timeout", Some(&text))
        },
    },
    Command {
        pattern: "exec-timeout <0-35791> <0-2147483>",
        help: "Timeout in seconds",
        run: |c| {
            let text = format!("exec-timeout {} {}", c.text(0), c.text(1));
            line(c, "exec-timeout", Some(&text))
        },
    },
    Command {
        pattern: "no exec-timeout",
        help: "",
        run: |c| line(c, "exec-timeout", None),
    },
    Command {
        pattern: "logging synchronous",
        help: "Synchronized message output",
        run: |c| line(c, "logging synchronous", Some("logging synchronous")),
    },
    Command {
        pattern: "no logging synchronous",
        help: "",
        run: |c| line(c, "logging synchronous", None),
    },
    Command {
        pattern: "password LINE",
        help: "The UNENCRYPTED (cleartext) line password",
        run: |c| {
            let text = format!("password {}", c.text(0));
            line(c, "password", Some(&text))
        },
    },
    Command {
        pattern: "no password",
        help: "",
        run: |c| line(c, "password", None),
    },
    Command {
        pattern: "stopbits <1-2>",
        help: "",
        run: |_| Flow::Done,
    },
];

fn edit(call: &mut Call<'_>, change: impl FnOnce(&mut SwitchConfig)) -> Flow {
    call.configure(change);
    // A global command typed in a sub-mode leaves it.
    call.enter(Mode::Global)
}

fn end(call: &mut Call<'_>) -> Flow {
    call.end_configuration();
    Flow::Done
}

fn exit(call: &mut Call<'_>) -> Flow {
    match call.mode().outer() {
        Some(Mode::Privileged) => end(call),
        Some(outer) => call.enter(outer),
        None => Flow::Close,
    }
}

fn username(call: &mut Call<'_>) -> Flow {
    let (name, privilege, secret) = (call.text(0), call.number(1), secret::read(&call.text(2)));
    edit(call, |g| {
        drop(g.users.insert(name, User { privilege, secret }))
    })
}

fn no_username(call: &mut Call<'_>) -> Flow {
    let name = call.text(0);
    if !call.running().users.contains_key(&name) {
        return Flow::Done;
    }
    Flow::Ask(Question::RemoveUser(name))
}

fn route(call: &mut Call<'_>, add: bool) -> Flow {
    let ip = |index: usize| call.text(index).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let prefix = u8::try_from(ip(1).to_bits().leading_ones()).unwrap_or(32);
    let (key, hop) = ((ip(0), prefix), ip(2));
    edit(call, |g| {
        if add {
            g.routes.insert(key, hop);
        } else {
            g.routes.remove(&key);
        }
    })
}

/// Lines that are kept as written and mean nothing to the lab's physics.
fn other(call: &mut Call<'_>, start: &str, value: Option<String>) -> Flow {
    edit(call, |g| {
        g.other.retain(|line| !line.starts_with(start));
        if let Some(value) = value {
            g.other.push(format!("{start} {value}"));
        }
    })
}

fn generate_key(call: &mut Call<'_>, bits: u16) -> Flow {
    let running = call.running();
    let Some(domain) = running.domain_name else {
        call.say("% Please define a domain-name first.");
        return Flow::Done;
    };
    if running.hostname == "Switch" {
        call.say("% Please define a hostname other than Switch.");
        return Flow::Done;
    }
    call.say(format!(
        "The name for the keys will be: {}.{domain}\n",
        running.hostname
    ));
    call.say(format!("% The key modulus size is {bits} bits"));
    call.say(format!("% Generating {bits} bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 2 seconds)\n"));
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.rsa_key = Some(bits));
    call.world
        .syslog(&owner, "%SSH-5-ENABLED: SSH 1.99 has been enabled");
    call.enter(Mode::Global)
}

fn zeroize(call: &mut Call<'_>) -> Flow {
    if call.chassis().is_none_or(|c| c.rsa_key.is_none()) {
        call.say("% No Signature RSA Keys found in configuration.\n");
        return Flow::Done;
    }
    Flow::Ask(Question::ZeroizeKeys)
}

fn system_mtu(call: &mut Call<'_>) -> Flow {
    let mtu = call.number(0);
    call.say(format!(
        "Global Ethernet MTU is set to {mtu} bytes.\nNote: this is the Ethernet payload size, not the total\n\
         Ethernet frame size, which includes the Ethernet\nheader/trailer and possibly other tags, \
         such as ISL or\n802.1q tags."
    ));
    edit(call, |g| g.system_mtu = mtu)
}

fn vtp(call: &mut Call<'_>, mode: VtpMode) -> Flow {
    let word = match mode {
        VtpMode::Server => "Server",
        VtpMode::Transparent => "Transparent",
        VtpMode::Off => "Off",
    };
    if call.running().vtp_mode == mode {
        call.say(format!("Device mode already VTP {word} for VLANS."));
    } else {
        call.say(format!("Setting device to VTP {word} mode for VLANS."));
    }
    edit(call, |g| g.vtp_mode = mode)
}

fn vlan(call: &mut Call<'_>) -> Flow {
    let id: u16 = call.number(0);
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.vlans.create(id));
    call.enter(Mode::Vlan(id))
}

fn no_vlan(call: &mut Call<'_>) -> Flow {
    let Some(ids) = range::vlans(&call.text(0)) else {
        call.say("Command rejected: Bad VLAN list.");
        return Flow::Done;
    };
    if let Some(fixed) = ids
        .iter()
        .find(|id| **id == 1 || (1002..=1005).contains(*id))
    {
        let note = if *fixed == 1 {
            "VLAN 1 may not be deleted"
        } else {
            "Default VLAN may not be deleted"
        };
        call.say(format!("% {note}."));
        return Flow::Done;
    }
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        chassis.vlans.vlans.retain(|id, _| !ids.contains(id));
    });
    call.enter(Mode::Global)
}

fn default_name(id: u16) -> String {
    format!("VLAN{id:04}")
}

fn edit_vlan(
    call: &mut Call<'_>,
    change: impl FnOnce(&mut crate::lab::world::switch::Vlan, u16),
) -> Flow {
    let Mode::Vlan(id) = call.mode() else {
        return Flow::Done;
    };
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        if let Some(vlan) = chassis.vlans.vlans.get_mut(&id) {
            change(vlan, id);
        }
    });
    Flow::Done
}

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
            // The line ends with the list, and the caret counts from the prompt.
            let typed = call
                .session()
                .and_then(|s| s.history.last().cloned())
                .unwrap_or_default();
            let start = typed.len().saturating_sub(text.len());
            let prompt = call.mode().prompt(&running.hostname).chars().count();
            let words = super::grammar::Refusal::Invalid(start + at).words(&typed, prompt);
            call.out.push_str(&words);
            Flow::Done
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

fn unprovision(call: &mut Call<'_>) -> Flow {
    let number: u8 = call.number(0);
    if call
        .chassis()
        .is_some_and(|c| c.members.contains_key(&number))
    {
        call.say(format!(
            "%Switch {number} is present and can not be unprovisioned"
        ));
        return Flow::Done;
    }
    edit(call, |g| g.unprovision(number))
}

fn archive_edit(call: &mut Call<'_>, change: impl FnOnce(&mut Archive)) -> Flow {
    call.configure(|config| {
        let archive = config.archive.get_or_insert_default();
        change(archive);
        // An `archive` section with nothing in it is none.
        if *archive == Archive::default() {
            config.archive = None;
        }
    });
    archive::touch(call.world, &call.owner.clone());
    Flow::Done
}

fn line(call: &mut Call<'_>, start: &str, value: Option<&str>) -> Flow {
    let Mode::Line(name) = call.mode() else {
        return Flow::Done;
    };
    call.configure(|config| {
        let lines = config.lines.entry(name.clone()).or_default();
        lines.retain(|line| !line.starts_with(start));
        // `login` is what a virtual terminal has by default.
        let default = value == Some("login") && name.starts_with("vty");
        if let Some(value) = value.filter(|_| !default) {
            lines.push(value.to_owned());
            lines.sort();
        }
        if lines.is_empty() {
            config.lines.remove(&name);
        }
    });
    Flow::Done
}

fn banner(call: &mut Call<'_>, text: &str) -> Flow {
    let (delimiter, rest) = match text.strip_prefix("^C") {
        Some(rest) => ("^C", rest),
        None => text.split_at(text.chars().next().map_or(0, char::len_utf8)),
    };
    let body = rest.split(delimiter).next().unwrap_or_default().to_owned();
    edit(call, |g| g.banner_motd = Some(body))
}
