use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::range;
use crate::lab::world::switch::{
    Archive, ChannelGroup, InterfaceConfig, InterfaceName, LacpMode, Portfast, SwitchConfig,
    SwitchportMode, User, VlanSet, VtpMode,
};

/// Reads what [`config_text`](super::config_text) writes. Ports that `base` has and the text
/// does not mention stay as they are from the factory.
pub fn read_config(text: &str, base: &SwitchConfig) -> SwitchConfig {
    let mut config = SwitchConfig::factory();
    for (number, model) in &base.provisioned {
        config.provision(*number, model);
    }
    let mut section = Section::Global;
    for line in text.lines() {
        if line.starts_with('!') || line.trim().is_empty() || line == "end" {
            continue;
        }
        match line.strip_prefix(' ') {
            Some(inner) => inside(&mut config, &section, inner.trim()),
            None => section = global(&mut config, line.trim()),
        }
    }
    config
}

enum Section {
    Global,
    Interface(InterfaceName),
    Archive,
    Line(String),
}

fn global(config: &mut SwitchConfig, line: &str) -> Section {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["hostname", name] => config.hostname = name.to_owned(),
        ["no", "logging", "console"] => config.logging_console = false,
        ["enable", "secret", "5", hash] => config.enable_secret = Some(hash.to_owned()),
        [
            "username",
            name,
            "privilege",
            privilege,
            "secret",
            "5",
            hash,
        ] => {
            let privilege = privilege.parse().unwrap_or(1);
            config.users.insert(
                name.to_owned(),
                User {
                    privilege,
                    secret: hash.to_owned(),
                },
            );
        }
        ["switch", number, "provision", model] => {
            config.provision(number.parse().unwrap_or(1), model);
        }
        ["ip", "routing"] => config.ip_routing = true,
        ["no", "ip", "domain-lookup"] => config.domain_lookup = false,
        ["ip", "domain-name", name] => config.domain_name = Some(name.to_owned()),
        ["vtp", "mode", "transparent"] => config.vtp_mode = VtpMode::Transparent,
        ["vtp", "mode", "off"] => config.vtp_mode = VtpMode::Off,
        ["system", "mtu", mtu] => config.system_mtu = mtu.parse().unwrap_or(1500),
        ["file", "prompt", "quiet"] => config.file_prompt_quiet = true,
        ["spanning-tree", "mode", mode] => config.spanning_tree.mode = mode.to_owned(),
        ["spanning-tree", "portfast", "default"] => config.spanning_tree.portfast_default = true,
        ["ip", "default-gateway", ip] => config.default_gateway = ip.parse().ok(),
        ["ip", "route", network, mask, hop] => {
            if let (Ok(network), Ok(hop)) = (network.parse(), hop.parse()) {
                config.routes.insert((network, prefix(mask)), hop);
            }
        }
        ["ip", "ssh", ..] => config.other.push(line.to_owned()),
        ["banner", "motd", ..] => {
            config.banner_motd = line.split("^C").nth(1).map(str::to_owned);
        }
        ["interface", name] => {
            if let Some(name) = InterfaceName::parse(name) {
                config.interfaces.insert(name, InterfaceConfig::default());
                return Section::Interface(name);
            }
        }
        ["archive"] => {
            config.archive = Some(Archive::default());
            return Section::Archive;
        }
        ["line", ..] => return Section::Line(words[1..].join(" ")),
        _ => {}
    }
    Section::Global
}

fn inside(config: &mut SwitchConfig, section: &Section, line: &str) {
    match section {
        Section::Global => {}
        Section::Interface(name) => {
            if let Some(interface) = config.interfaces.get_mut(name) {
                interface_line(interface, line);
            }
        }
        Section::Archive => {
            let archive = config.archive.get_or_insert_default();
            match line.split_once(' ') {
                Some(("path", path)) => archive.path = Some(path.to_owned()),
                Some(("maximum", n)) => archive.maximum = n.parse().ok(),
                Some(("time-period", n)) => archive.time_period = n.parse().ok(),
                _ => archive.write_memory |= line == "write-memory",
            }
        }
        Section::Line(name) => {
            let default = line == "stopbits 1" || (line == "login" && name.starts_with("vty"));
            if !default {
                config
                    .lines
                    .entry(name.clone())
                    .or_default()
                    .push(line.to_owned());
            }
        }
    }
}

fn interface_line(interface: &mut InterfaceConfig, line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["description", ..] => {
            interface.description = Some(line["description ".len()..].to_owned())
        }
        ["shutdown"] => interface.shutdown = true,
        ["switchport", "access", "vlan", n] => interface.access_vlan = n.parse().unwrap_or(1),
        ["switchport", "trunk", "native", "vlan", n] => {
            interface.native_vlan = n.parse().unwrap_or(1)
        }
        ["switchport", "trunk", "allowed", "vlan", "none"] => {
            interface.allowed = VlanSet::Only(BTreeSet::new());
        }
        ["switchport", "trunk", "allowed", "vlan", list] => {
            interface.allowed = range::vlans(list).map_or(VlanSet::All, VlanSet::Only);
        }
        ["switchport", "mode", "access"] => interface.mode = SwitchportMode::Access,
        ["switchport", "mode", "trunk"] => interface.mode = SwitchportMode::Trunk,
        ["switchport", "mode", "dynamic", "desirable"] => {
            interface.mode = SwitchportMode::DynamicDesirable;
        }
        ["switchport", "nonegotiate"] => interface.nonegotiate = true,
        ["ip", "address", ip, mask] => {
            interface.ip = ip.parse().ok().map(|ip: Ipv4Addr| (ip, prefix(mask)));
        }
        ["ip", "mtu", n] => interface.ip_mtu = n.parse().ok(),
        ["channel-protocol", "lacp"] => interface.channel_protocol_lacp = true,
        ["channel-group", group, "mode", mode] => {
            let mode = match mode {
                "passive" => LacpMode::Passive,
                "on" => LacpMode::On,
                "desirable" => LacpMode::Desirable,
                "auto" => LacpMode::Auto,
                _ => LacpMode::Active,
            };
            interface.channel_group = group.parse().ok().map(|group| ChannelGroup { group, mode });
        }
        ["spanning-tree", "portfast"] => interface.portfast = Portfast::Access,
        ["spanning-tree", "portfast", "trunk"] => interface.portfast = Portfast::Trunk,
        ["spanning-tree", "portfast", "disable"] => interface.portfast = Portfast::Disabled,
        ["no", "port-channel", "standalone-disable"] => interface.standalone_disable = false,
        _ => {}
    }
}

fn prefix(mask: &str) -> u8 {
    let mask: Ipv4Addr = mask.parse().unwrap_or(Ipv4Addr::BROADCAST);
    u8::try_from(mask.to_bits().leading_ones()).unwrap_or(32)
}
