use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, UNIT, object};
use crate::lab::world::machine::{Boot, BootDevice, BootKind};
use crate::wire::xml::Element;

pub(super) const CLASSES: &[Class] = &[
    Class {
        name: "lsbootDevPrecision",
        attributes: &["configuredBootMode", "reapply", "rebootOnUpdate", "name"],
        apply: |_| Ok(()),
    },
    Class {
        name: "lsbootVMedia",
        attributes: &["name", "order", "state", "subtype", "type"],
        apply: media,
    },
    Class {
        name: "lsbootHdd",
        attributes: &["name", "order", "state", "type"],
        apply: disk,
    },
    Class {
        name: "oneTimePrecisionBootDevice",
        attributes: &["device", "rebootOnUpdate", "adminAction"],
        apply: once,
    },
];

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    let order = format!("{UNIT}/boot-precision");
    let boot = &known.machine.boot;
    objects.push(
        object("lsbootDevPrecision", order.as_str())
            .with("configuredBootMode", "Legacy")
            .with("lastConfiguredBootOrderSource", "CIMC")
            .with("rebootOnUpdate", "no"),
    );
    for device in &boot.devices {
        let (class, prefix, kind) = match &device.kind {
            BootKind::Disk => ("lsbootHdd", "hdd", "LOCALHDD"),
            BootKind::Media(_) => ("lsbootVMedia", "vm", "VMEDIA"),
        };
        let state = if device.enabled {
            "Enabled"
        } else {
            "Disabled"
        };
        let mut entry = object(class, format!("{order}/{prefix}-{}", device.name))
            .with("name", device.name.as_str())
            .with("order", device.order.to_string())
            .with("state", state);
        if let BootKind::Media(subtype) = &device.kind {
            entry = entry.with("subtype", subtype.as_str());
        }
        objects.push(entry.with("type", kind));
    }
    objects.push(
        object(
            "oneTimePrecisionBootDevice",
            format!("{UNIT}/one-time-precision-boot"),
        )
        .with("device", boot.once.clone().unwrap_or_default())
        .with("rebootOnUpdate", "no"),
    );
}

fn boot<'c>(change: &'c mut Change<'_>) -> Result<&'c mut Boot, Fault> {
    let machine = change.world.machine_mut(change.server);
    machine.map(|m| &mut m.boot).ok_or_else(Fault::no_object)
}

fn media(change: &mut Change<'_>) -> Result<(), Fault> {
    let subtype = change.wanted("subtype").unwrap_or("cimc-mapped-dvd");
    let known = [
        "cimc-mapped-dvd",
        "cimc-mapped-hdd",
        "kvm-mapped-dvd",
        "kvm-mapped-hdd",
        "kvm-mapped-fdd",
    ];
    if !known.contains(&subtype) {
        return Err(Fault::parse(&format!(
            "Element 'lsbootVMedia', attribute 'subtype': '{subtype}' is not a valid value. "
        )));
    }
    let kind = BootKind::Media(subtype.to_owned());
    entry(change, "vm-", kind)
}

fn disk(change: &mut Change<'_>) -> Result<(), Fault> {
    entry(change, "hdd-", BootKind::Disk)
}

fn entry(change: &mut Change<'_>, prefix: &str, kind: BootKind) -> Result<(), Fault> {
    let name = change.key(prefix)?;
    let order = change.wanted("order").and_then(|order| order.parse().ok());
    let enabled = change
        .wanted("state")
        .is_none_or(|state| state == "Enabled");
    let deletes = change.deletes();
    let boot = boot(change)?;
    let position = boot.devices.iter().position(|device| device.name == name);
    if deletes {
        let position = position.ok_or_else(Fault::no_object)?;
        boot.devices.remove(position);
        return Ok(());
    }
    let last = boot.devices.iter().map(|device| device.order).max();
    let device = BootDevice {
        name,
        order: order.unwrap_or(last.unwrap_or(0) + 1),
        kind,
        enabled,
    };
    match position {
        Some(position) => boot.devices[position] = device,
        None => boot.devices.push(device),
    }
    boot.devices.sort_by_key(|device| device.order);
    Ok(())
}

/// The name of an entry of the order, not a kind of device.
fn once(change: &mut Change<'_>) -> Result<(), Fault> {
    let clears = change.wanted("adminAction") == Some("clear-one-time-boot-device");
    let device = change.wanted("device").map(str::to_owned);
    let boot = boot(change)?;
    if clears {
        boot.once = None;
        return Ok(());
    }
    let Some(device) = device.filter(|device| !device.is_empty()) else {
        return Ok(());
    };
    if !boot.devices.iter().any(|known| known.name == device) {
        return Err(Fault::operation(
            "The boot device does not exist in the boot order",
        ));
    }
    boot.once = Some(device);
    Ok(())
}
