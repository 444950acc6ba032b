use std::fmt::Write;
use std::net::Ipv4Addr;

use super::range::vlan_list;
use crate::lab::world::switch::{
    Chassis, InterfaceConfig, InterfaceName, LacpMode, Portfast, SwitchConfig, SwitchportMode,
    VlanDatabase, VlanSet, VtpMode,
};

/// What a switch runs as it writes it: with its VLANs, unless it is a VTP server.
pub fn running_text(chassis: &Chassis) -> String {
    let own = chassis.running.vtp_mode != VtpMode::Server;
    written(&chassis.running, own.then_some(&chassis.vlans))
}

/// A configuration as the device writes it, without the header of `show running-config`.
pub fn config_text(config: &SwitchConfig) -> String {
    written(config, None)
}

fn written(config: &SwitchConfig, vlans: Option<&VlanDatabase>) -> String {
    let mut out = String::from("!\nversion 15.2\nno service pad\n!\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("hostname {}", config.hostname));
    line("!".to_owned());
    if !config.logging_console {
        line("no logging console".to_owned());
    }
    if let Some(secret) = &config.enable_secret {
        line(format!("enable secret 5 {secret}\n!"));
    }
    for (name, user) in &config.users {
        let privilege = match user.privilege {
            1 => String::new(),
            level => format!(" privilege {level}"),
        };
        line(format!(
            "username {name}{privilege} secret 5 {}",
            user.secret
        ));
    }
    for (number, model) in &config.provisioned {
        line(format!("switch {number} provision {model}"));
    }
    if config.ip_routing {
        line("ip routing".to_owned());
    }
    line("!".to_owned());
    if !config.domain_lookup {
        line("no ip domain-lookup".to_owned());
    }
    if let Some(name) = &config.domain_name {
        line(format!("ip domain-name {name}"));
    }
    match config.vtp_mode {
        VtpMode::Server => {}
        VtpMode::Transparent => line("vtp mode transparent".to_owned()),
        VtpMode::Off => line("vtp mode off".to_owned()),
    }
    if config.system_mtu != 1500 {
        line(format!("system mtu {}", config.system_mtu));
    }
    if config.file_prompt_quiet {
        line("file prompt quiet".to_owned());
    }
    line(format!(
        "!\nspanning-tree mode {}",
        config.spanning_tree.mode
    ));
    if config.spanning_tree.portfast_default {
        line("spanning-tree portfast default".to_owned());
    }
    line("spanning-tree extend system-id\n!".to_owned());
    for (id, vlan) in vlans.into_iter().flat_map(|all| &all.vlans) {
        if *id == 1 || (1002..=1005).contains(id) {
            continue;
        }
        line(format!("vlan {id}"));
        if vlan.name != format!("VLAN{id:04}") {
            line(format!(" name {}", vlan.name));
        }
        if vlan.mtu != 1500 {
            line(format!(" mtu {}", vlan.mtu));
        }
        if !vlan.active {
            line(" state suspend".to_owned());
        }
        line("!".to_owned());
    }
    if let Some(archive) = &config.archive {
        line("archive".to_owned());
        archive
            .path
            .iter()
            .for_each(|path| line(format!(" path {path}")));
        archive
            .maximum
            .iter()
            .for_each(|n| line(format!(" maximum {n}")));
        if archive.write_memory {
            line(" write-memory".to_owned());
        }
        archive
            .time_period
            .iter()
            .for_each(|n| line(format!(" time-period {n}")));
        line("!".to_owned());
    }
    for (name, interface) in &config.interfaces {
        line(interface_text(*name, interface));
    }
    if let Some(gateway) = config.default_gateway {
        line(format!("ip default-gateway {gateway}"));
    }
    for ((network, prefix), hop) in &config.routes {
        line(format!("ip route {network} {} {hop}", mask(*prefix)));
    }
    for other in &config.other {
        line(other.clone());
    }
    line("!".to_owned());
    if let Some(banner) = &config.banner_motd {
        line(format!("banner motd ^C{banner}^C\n!"));
    }
    for name in ["con 0", "vty 0 4", "vty 5 15"] {
        line(format!("line {name}"));
        for text in config.lines.get(name).into_iter().flatten() {
            line(format!(" {text}"));
        }
        if name == "con 0" {
            line(" stopbits 1".to_owned());
        }
        if name.starts_with("vty")
            && !config
                .lines
                .get(name)
                .is_some_and(|l| l.iter().any(|t| t.starts_with("login")))
        {
            line(" login".to_owned());
        }
    }
    for (name, texts) in config
        .lines
        .iter()
        .filter(|(n, _)| !matches!(n.as_str(), "con 0" | "vty 0 4" | "vty 5 15"))
    {
        line(format!("line {name}"));
        texts.iter().for_each(|text| line(format!(" {text}")));
    }
    out.push_str("!\nend\n");
    out
}

/// One interface's section, ended by `!`.
pub(super) fn interface_text(name: InterfaceName, config: &InterfaceConfig) -> String {
    let mut out = format!("interface {name}\n");
    let mut line = |text: String| {
        let _ = writeln!(out, " {text}");
    };
    if let Some(text) = &config.description {
        line(format!("description {text}"));
    }
    if name == InterfaceName::Management {
        line("vrf forwarding Mgmt-vrf".to_owned());
    }
    if config.access_vlan != 1 {
        line(format!("switchport access vlan {}", config.access_vlan));
    }
    if config.native_vlan != 1 {
        line(format!(
            "switchport trunk native vlan {}",
            config.native_vlan
        ));
    }
    if let VlanSet::Only(vlans) = &config.allowed {
        let list = if vlans.is_empty() {
            "none".to_owned()
        } else {
            vlan_list(vlans)
        };
        line(format!("switchport trunk allowed vlan {list}"));
    }
    match config.mode {
        SwitchportMode::DynamicAuto => {}
        SwitchportMode::DynamicDesirable => line("switchport mode dynamic desirable".to_owned()),
        SwitchportMode::Access => line("switchport mode access".to_owned()),
        SwitchportMode::Trunk => line("switchport mode trunk".to_owned()),
    }
    if config.nonegotiate {
        line("switchport nonegotiate".to_owned());
    }
    match config.ip {
        Some((ip, prefix)) => line(format!("ip address {ip} {}", mask(prefix))),
        None if matches!(name, InterfaceName::Vlan(_) | InterfaceName::Management) => {
            line("no ip address".to_owned());
        }
        None => {}
    }
    if let Some(mtu) = config.ip_mtu {
        line(format!("ip mtu {mtu}"));
    }
    if name == InterfaceName::Management {
        line("negotiation auto".to_owned());
    }
    if config.shutdown {
        line("shutdown".to_owned());
    }
    if config.channel_protocol_lacp {
        line("channel-protocol lacp".to_owned());
    }
    if let Some(group) = config.channel_group {
        line(format!(
            "channel-group {} mode {}",
            group.group,
            lacp_word(group.mode)
        ));
    }
    match config.portfast {
        Portfast::Unset => {}
        Portfast::Access => line("spanning-tree portfast".to_owned()),
        Portfast::Trunk => line("spanning-tree portfast trunk".to_owned()),
        Portfast::Disabled => line("spanning-tree portfast disable".to_owned()),
    }
    if matches!(name, InterfaceName::PortChannel(_)) && !config.standalone_disable {
        line("no port-channel standalone-disable".to_owned());
    }
    out.push('!');
    out
}

fn lacp_word(mode: LacpMode) -> &'static str {
    match mode {
        LacpMode::Active => "active",
        LacpMode::Passive => "passive",
        LacpMode::On => "on",
        LacpMode::Desirable => "desirable",
        LacpMode::Auto => "auto",
    }
}

pub(super) fn mask(prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0))
}
