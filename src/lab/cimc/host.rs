use super::VERSION;
use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, UNIT, object};
use crate::lab::world::machine::{CORES, CPUS, Host, MEMORY, MODEL};
use crate::wire::xml::Element;

/// The longest label.
const LABEL: usize = 64;

pub(super) const CLASSES: &[Class] = &[Class {
    name: "computeRackUnit",
    attributes: &["adminPower", "usrLbl"],
    apply: unit,
}];

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    let machine = known.machine;
    let controller = &machine.controller;
    let address = controller.address.map(|(ip, _)| ip.to_string());
    objects.push(
        object("topSystem", "sys")
            .with("address", address.unwrap_or_else(|| "0.0.0.0".to_owned()))
            .with("mode", "stand-alone")
            .with("name", controller.hostname.as_str()),
    );
    let power = if machine.host.is_on() { "on" } else { "off" };
    let post = match machine.host {
        Host::Off => "unknown",
        Host::Posting => "pending",
        Host::Idle | Host::Installer(_) | Host::Running(_) => "completed",
    };
    let memory = MEMORY.to_string();
    objects.push(
        object("computeRackUnit", UNIT)
            .with("adminPower", "policy")
            .with("availableMemory", memory.as_str())
            .with("biosPostState", post)
            .with("memorySpeed", "2133")
            .with("model", MODEL)
            .with("name", "UCS C220 M4S")
            .with("numOfAdaptors", "0")
            .with("numOfCores", CORES.to_string())
            .with("numOfCpus", CPUS.to_string())
            .with("operPower", power)
            .with("originalUuid", machine.uuid.as_str())
            .with("presence", "equipped")
            .with("serial", machine.serial.as_str())
            .with("serverId", "1")
            .with("totalMemory", memory.as_str())
            .with("usrLbl", machine.label.as_str())
            .with("uuid", machine.uuid.as_str())
            .with("vendor", "Cisco Systems Inc"),
    );
    objects.push(
        object("biosUnit", format!("{UNIT}/bios"))
            .with("model", MODEL)
            .with("revision", "0")
            .with("serial", machine.serial.as_str())
            .with("vendor", "Cisco Systems, Inc."),
    );
    objects.push(
        object("firmwareRunning", format!("{UNIT}/mgmt/fw-system"))
            .with("deployment", "system")
            .with("type", "blade-controller")
            .with("version", VERSION),
    );
}

fn unit(change: &mut Change<'_>) -> Result<(), Fault> {
    if change.dn != UNIT {
        return Err(Fault::no_object());
    }
    let label = change.wanted("usrLbl").map(str::to_owned);
    if let Some(label) = label.as_ref().filter(|l| l.chars().count() > LABEL) {
        return Err(Fault::parse(&format!(
            "Element 'computeRackUnit', attribute 'usrLbl': '{label}' is not a valid value. "
        )));
    }
    power(change)?;
    if let Some((label, machine)) = label.zip(change.world.machine_mut(change.server)) {
        machine.label = label;
    }
    Ok(())
}

fn power(change: &mut Change<'_>) -> Result<(), Fault> {
    let server = change.server;
    match change.wanted("adminPower") {
        Some("up") => drop(change.world.switch_on(server)),
        Some("down" | "soft-shut-down") => drop(change.world.switch_off(server)),
        Some("cycle-immediate" | "hard-reset-immediate") => {
            if !change.world.reset_host(server) {
                return Err(Fault::operation("The server is powered off"));
            }
        }
        Some("bmc-reset-immediate") => change.world.restart_controller(server),
        Some("policy") | None => {}
        Some(other) => {
            return Err(Fault::parse(&format!(
                "Element 'computeRackUnit', attribute 'adminPower': The value '{other}' is not \
                 supported. "
            )));
        }
    }
    Ok(())
}
