use std::net::Ipv4Addr;

use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, UNIT, object};
use crate::wire::xml::Element;

pub(super) const CLASSES: &[Class] = &[Class {
    name: "mgmtIf",
    attributes: &[
        "id",
        "dhcpEnable",
        "extIp",
        "extMask",
        "extGw",
        "hostname",
        "nicMode",
        "nicRedundancy",
        "vlanEnable",
        "vlanId",
    ],
    apply: change,
}];

fn mask(prefix: u8) -> Ipv4Addr {
    let bits = u32::MAX.checked_shl(32 - u32::from(prefix.min(32)));
    Ipv4Addr::from_bits(bits.unwrap_or(0))
}

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    let controller = &known.machine.controller;
    let unset = Ipv4Addr::UNSPECIFIED;
    let (ip, net) = controller
        .address
        .map_or((unset, unset), |(ip, prefix)| (ip, mask(prefix)));
    let dhcp = if controller.address.is_none() {
        "yes"
    } else {
        "no"
    };
    objects.push(
        object("mgmtIf", format!("{UNIT}/mgmt/if-1"))
            .with("id", "1")
            .with("dhcpEnable", dhcp)
            .with("extEnabled", "yes")
            .with("extIp", ip.to_string())
            .with("extMask", net.to_string())
            .with("extGw", controller.gateway.unwrap_or(unset).to_string())
            .with("hostname", controller.hostname.as_str())
            .with("ifType", "physical")
            .with("mac", controller.mac(known.server))
            .with("nicMode", controller.nic_mode.as_str())
            .with("nicRedundancy", "none")
            .with("vlanEnable", "no")
            .with("vlanId", "1"),
    );
}

/// A new address counts at once: the session that set it never hears of it.
fn change(change: &mut Change<'_>) -> Result<(), Fault> {
    let ip = |name: &str| -> Result<Option<Ipv4Addr>, Fault> {
        let Some(text) = change.wanted(name) else {
            return Ok(None);
        };
        let parsed = text.parse().map_err(|_| {
            Fault::parse(&format!(
                "Element 'mgmtIf', attribute '{name}': '{text}' is not a valid value. "
            ))
        })?;
        Ok(Some(parsed))
    };
    let (address, net, gateway) = (ip("extIp")?, ip("extMask")?, ip("extGw")?);
    let hostname = change.wanted("hostname").map(str::to_owned);
    let mode = change.wanted("nicMode").map(str::to_owned);
    let Some(machine) = change.world.machine_mut(change.server) else {
        return Err(Fault::no_object());
    };
    let controller = &mut machine.controller;
    let (old, prefix) = controller.address.unwrap_or((Ipv4Addr::UNSPECIFIED, 24));
    let prefix = net.map_or(prefix, |net| net.to_bits().count_ones() as u8);
    let moved = controller.address != Some((address.unwrap_or(old), prefix));
    if address.is_some() || net.is_some() {
        controller.address = Some((address.unwrap_or(old), prefix));
    }
    controller.gateway = gateway.or(controller.gateway);
    if let Some(hostname) = hostname {
        controller.hostname = hostname;
    }
    if let Some(mode) = mode {
        controller.nic_mode = mode;
    }
    if moved && address.is_some() {
        change.world.traces.controllers.remove(change.server);
    }
    Ok(())
}
