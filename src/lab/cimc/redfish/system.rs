use serde_json::{Value, json};

use super::answer::{Told, done, missing, not_allowed, not_in_list, refused, told};
use super::{Asked, ROOT};
use crate::lab::world::World;
use crate::lab::world::machine::{BootKind, CPUS, Host, MEMORY, MODEL, Machine, Override, Source};

const RESETS: [&str; 6] = [
    "On",
    "ForceOff",
    "GracefulShutdown",
    "ForceRestart",
    "Nmi",
    "PowerCycle",
];

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let machine = world.machine(server)?;
    let rest = inner.strip_prefix(&format!("/Systems/{}", machine.serial))?;
    Some(match (asked.method.as_str(), rest) {
        ("GET", "") => told(200, computer(machine)),
        ("PATCH", "") => change(world, server, asked),
        ("POST", "/Actions/ComputerSystem.Reset") => reset(world, server, asked),
        (method, "" | "/Actions/ComputerSystem.Reset") => not_allowed(method),
        _ => return None,
    })
}

fn computer(machine: &Machine) -> Value {
    let id = &machine.serial;
    json!({
        "@odata.id": format!("{ROOT}/Systems/{id}"),
        "@odata.type": "#ComputerSystem.v1_7_0.ComputerSystem",
        "Id": id,
        "Name": "UCS C220 M4S",
        "Manufacturer": "Cisco Systems Inc",
        "Model": MODEL,
        "SerialNumber": id,
        "UUID": machine.uuid,
        "SystemType": "Physical",
        "PowerState": if machine.host.is_on() { "On" } else { "Off" },
        "BiosVersion": "C220M4.4.1.2c.0.0202211901",
        "ProcessorSummary": {"Count": CPUS},
        "MemorySummary": {"TotalSystemMemoryGiB": MEMORY / 1024},
        "Boot": boot(machine),
        "Storage": {"@odata.id": format!("{ROOT}/Systems/{id}/Storage")},
        "Links": {"ManagedBy": [{"@odata.id": format!("{ROOT}/Managers/CIMC")}]},
        "Actions": {"#ComputerSystem.Reset": {
            "target": format!("{ROOT}/Systems/{id}/Actions/ComputerSystem.Reset"),
            "ResetType@Redfish.AllowableValues": RESETS,
        }},
        "Status": {
            "State": if machine.host == Host::Posting { "Starting" } else { "Enabled" },
            "Health": "OK",
        },
    })
}

/// What it boots out of order: as Redfish was told, or the XML API.
fn boot(machine: &Machine) -> Value {
    let mut devices = machine.boot.devices.iter();
    let once = devices.find(|device| Some(&device.name) == machine.boot.once.as_ref());
    let once = once.map(|device| match device.kind {
        BootKind::Disk => Source::Hdd,
        BootKind::Media(_) => Source::Cd,
    });
    let told = machine.boot.instead;
    let asked = told.or(once.map(|source| Override { source, once: true }));
    let enabled = match asked {
        None => "Disabled",
        Some(Override { once: true, .. }) => "Once",
        Some(Override { once: false, .. }) => "Continuous",
    };
    let words: Vec<_> = ["None"]
        .into_iter()
        .chain(Source::ALL.map(Source::word))
        .collect();
    json!({
        "BootSourceOverrideEnabled": enabled,
        "BootSourceOverrideTarget": asked.map_or("None", |asked| asked.source.word()),
        "BootSourceOverrideTarget@Redfish.AllowableValues": words,
        "BootSourceOverrideMode": "Legacy",
    })
}

fn change(world: &mut World, server: &str, asked: &Asked) -> Told {
    let body = asked.json().unwrap_or_default();
    let boot = body.get("Boot");
    let given = |name: &str| boot.and_then(|boot| boot.get(name)).and_then(Value::as_str);
    let enabled = given("BootSourceOverrideEnabled").unwrap_or("Once");
    let instead = match given("BootSourceOverrideTarget") {
        None if enabled != "Disabled" => {
            return missing("ComputerSystem.Update", "Boot/BootSourceOverrideTarget");
        }
        None | Some("None") => None,
        Some(word) => match Source::ALL.into_iter().find(|source| source.word() == word) {
            Some(source) => Some(source),
            None => return not_in_list("BootSourceOverrideTarget", word),
        },
    };
    let once = match enabled {
        "Once" => Some(true),
        "Continuous" => Some(false),
        "Disabled" => None,
        other => return not_in_list("BootSourceOverrideEnabled", other),
    };
    if let Some(machine) = world.machine_mut(server) {
        machine.boot.instead = instead
            .zip(once)
            .map(|(source, once)| Override { source, once });
        machine.boot.once = None;
    }
    done()
}

/// The kind of reset that is asked for, if it is one of those that there are.
pub(super) fn reset_type(asked: &Asked, action: &str, known: &[&str]) -> Result<String, Told> {
    let body = asked.json();
    let kind = body.as_ref().and_then(|body| body.get("ResetType"));
    let Some(kind) = kind.and_then(Value::as_str) else {
        return Err(missing(action, "ResetType"));
    };
    match known.contains(&kind) {
        true => Ok(kind.to_owned()),
        false => Err(refused(
            400,
            "ActionParameterNotSupported",
            format!(
                "The value {kind} for the parameter ResetType is not in the list of acceptable \
                 values."
            ),
        )),
    }
}

fn reset(world: &mut World, server: &str, asked: &Asked) -> Told {
    let kind = match reset_type(asked, "ComputerSystem.Reset", &RESETS) {
        Ok(kind) => kind,
        Err(told) => return told,
    };
    let done_so = match kind.as_str() {
        "On" => world.switch_on(server),
        "ForceOff" | "GracefulShutdown" => world.switch_off(server),
        "ForceRestart" | "PowerCycle" => world.reset_host(server),
        // A non-maskable interrupt; what runs takes it or not.
        _ => world.machine(server).is_some_and(|m| m.host.is_on()),
    };
    if done_so {
        return done();
    }
    refused(
        409,
        "PropertyValueConflict",
        format!("The server's power state does not allow {kind}."),
    )
}
