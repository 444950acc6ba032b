//! The same controller as a Redfish service, in the dialect of CIMC 4.1: the system is known by
//! its serial number, the manager by the word `CIMC`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::VERSION;
use crate::lab::world::World;
use crate::lab::world::machine::{CPUS, Host, MEMORY, MODEL, Machine};

/// A request, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The header of that name.
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// An answer: a status, and JSON where there is any.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) json: Option<Value>,
}

const ROOT: &str = "/redfish/v1";

fn told(status: u16, json: Value) -> Told {
    Told {
        status,
        json: Some(json),
    }
}

fn refused(status: u16, code: &str, message: impl Into<String>) -> Told {
    let message = message.into();
    told(
        status,
        json!({"error": {
            "code": format!("Base.1.4.{code}"),
            "message": "See ExtendedInfo for more information.",
            "@Message.ExtendedInfo": [{
                "@odata.type": "Message.v1_0_6.Message",
                "MessageId": format!("Base.1.4.{code}"),
                "Message": message,
                "Severity": "Critical",
            }],
        }}),
    )
}

/// Answers a request below `/redfish`.
pub(crate) fn answer(world: &mut World, server: &str, asked: &Asked) -> Told {
    let path = asked.path.trim_end_matches('/');
    let Some(machine) = world.machine(server) else {
        return refused(503, "ServiceInError", "The service is not available.");
    };
    // Only the root is for everybody (DSP0266, section 13.2).
    match path {
        "/redfish" => return told(200, json!({"v1": "/redfish/v1/"})),
        ROOT => return told(200, root(machine)),
        _ => {}
    }
    if !enters(machine, asked.authorization.as_deref()) {
        return refused(
            401,
            "InsufficientPrivilege",
            "There are insufficient privileges for the account or credentials associated with \
             the current session to perform the requested operation.",
        );
    }
    let serial = machine.serial.clone();
    let inner = path.strip_prefix(ROOT).unwrap_or_default();
    let system = format!("/Systems/{serial}");
    let reset = format!("{system}/Actions/ComputerSystem.Reset");
    match (asked.method.as_str(), inner) {
        ("GET", "/Systems") => told(200, collection("Systems", "ComputerSystem", &serial)),
        ("GET", "/Managers") => told(200, collection("Managers", "Manager", "CIMC")),
        ("GET", "/Managers/CIMC") => told(200, manager(machine)),
        ("GET", inner) if inner == system => told(200, computer(machine)),
        ("POST", inner) if inner == reset => act(world, server, &asked.body),
        ("POST", MANAGER_RESET) => restart_manager(world, server, &asked.body),
        (_, inner) if inner == system || inner == reset || is_known(inner) => refused(
            405,
            "ActionNotSupported",
            format!(
                "The action {} is not supported by the resource.",
                asked.method
            ),
        ),
        _ => refused(
            404,
            "ResourceMissingAtURI",
            format!("The resource at the URI {path} was not found."),
        ),
    }
}

fn is_known(inner: &str) -> bool {
    ["/Systems", "/Managers", "/Managers/CIMC", MANAGER_RESET].contains(&inner)
}

fn enters(machine: &Machine, authorization: Option<&str>) -> bool {
    let pair = authorization.and_then(|header| header.strip_prefix("Basic "));
    let pair = pair.and_then(|pair| STANDARD.decode(pair.trim()).ok());
    let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
    let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
    pair.is_some_and(|(user, password)| machine.controller.login(user, password).is_some())
}

fn root(machine: &Machine) -> Value {
    json!({
        "@odata.id": "/redfish/v1/",
        "@odata.type": "#ServiceRoot.v1_5_1.ServiceRoot",
        "Id": "RootService",
        "Name": "Cisco RESTful Root Service",
        "RedfishVersion": "1.6.0",
        "UUID": machine.uuid,
        "Systems": {"@odata.id": "/redfish/v1/Systems"},
        "Managers": {"@odata.id": "/redfish/v1/Managers"},
    })
}

fn collection(name: &str, kind: &str, member: &str) -> Value {
    json!({
        "@odata.id": format!("{ROOT}/{name}"),
        "@odata.type": format!("#{kind}Collection.{kind}Collection"),
        "Name": format!("{kind} Collection"),
        "Members": [{"@odata.id": format!("{ROOT}/{name}/{member}")}],
        "Members@odata.count": 1,
    })
}

fn computer(machine: &Machine) -> Value {
    let id = &machine.serial;
    let once = if machine.boot.once.is_some() {
        "Once"
    } else {
        "Disabled"
    };
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
        "Boot": {
            "BootSourceOverrideEnabled": once,
            "BootSourceOverrideMode": "Legacy",
        },
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

fn manager(machine: &Machine) -> Value {
    json!({
        "@odata.id": "/redfish/v1/Managers/CIMC",
        "@odata.type": "#Manager.v1_3_1.Manager",
        "Id": "CIMC",
        "Name": machine.controller.hostname,
        "ManagerType": "BMC",
        "FirmwareVersion": VERSION,
        "Actions": {"#Manager.Reset": {
            "target": format!("{ROOT}{MANAGER_RESET}"),
            "ResetType@Redfish.AllowableValues": MANAGER_RESETS,
        }},
        "Status": {"State": "Enabled", "Health": "OK"},
    })
}

const MANAGER_RESET: &str = "/Managers/CIMC/Actions/Manager.Reset";
const MANAGER_RESETS: [&str; 2] = ["ForceRestart", "GracefulRestart"];

/// The controller itself begins again; its host goes on.
fn restart_manager(world: &mut World, server: &str, body: &str) -> Told {
    if let Err(told) = reset_type(body, "Manager.Reset", &MANAGER_RESETS) {
        return told;
    }
    world.restart_controller(server);
    Told {
        status: 204,
        json: None,
    }
}

/// The kind of reset that is asked for, if it is one of those that there are.
fn reset_type(body: &str, action: &str, known: &[&str]) -> Result<String, Told> {
    let body: Option<Value> = serde_json::from_str(body).ok();
    let kind = body.as_ref().and_then(|body| body.get("ResetType"));
    let Some(kind) = kind.and_then(Value::as_str) else {
        return Err(refused(
            400,
            "ActionParameterMissing",
            format!(
                "The action {action} requires the parameter ResetType to be present in the \
                 request body."
            ),
        ));
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

const RESETS: [&str; 6] = [
    "On",
    "ForceOff",
    "GracefulShutdown",
    "ForceRestart",
    "Nmi",
    "PowerCycle",
];

fn act(world: &mut World, server: &str, body: &str) -> Told {
    let kind = match reset_type(body, "ComputerSystem.Reset", &RESETS) {
        Ok(kind) => kind,
        Err(told) => return told,
    };
    let done = match kind.as_str() {
        "On" => world.switch_on(server),
        "ForceOff" | "GracefulShutdown" => world.switch_off(server),
        "ForceRestart" | "PowerCycle" => world.reset_host(server),
        // A non-maskable interrupt; what runs takes it or not.
        _ => world.machine(server).is_some_and(|m| m.host.is_on()),
    };
    if done {
        return Told {
            status: 204,
            json: None,
        };
    }
    refused(
        409,
        "PropertyValueConflict",
        format!("The server's power state does not allow {kind}."),
    )
}
