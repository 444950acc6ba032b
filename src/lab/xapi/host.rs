use super::call::Call;
use super::fault::Fault;
use super::objects::time;
use super::value::Value;
use crate::lab::world::World;
use crate::lab::world::xapi::Field;

/// Answers the messages of hosts that are there; `None` if it is another one.
pub(super) fn answer(
    world: &mut World,
    server: &str,
    call: &Call,
    message: &str,
) -> Option<Result<Value, Fault>> {
    let wanted = match message {
        "set_hostname_live" => 2,
        "enable"
        | "disable"
        | "reboot"
        | "shutdown"
        | "get_servertime"
        | "get_management_interface" => 1,
        _ => return None,
    };
    if call.params.len() != wanted {
        return Some(Err(Fault::count(call, wanted)));
    }
    Some(perform(world, server, call, message))
}

fn perform(world: &mut World, server: &str, call: &Call, message: &str) -> Result<Value, Fault> {
    let now = world.now();
    let about = call.text(0);
    let unknown = || Fault::handle("host", about);
    let system = world
        .state
        .servers
        .get_mut(server)
        .and_then(|server| server.system_mut());
    let system = system.ok_or_else(unknown)?;
    let host = system.xapi.get_mut("host", about).ok_or_else(unknown)?;
    let enabled = "enabled".to_owned();
    match message {
        "enable" => drop(host.insert(enabled, true.into())),
        "disable" => drop(host.insert(enabled, false.into())),
        "reboot" | "shutdown" => {
            if host.get(&enabled) == Some(&Field::Flag(true)) {
                return Err(Fault::new("HOST_NOT_DISABLED", []));
            }
            // Once it is up again it takes virtual machines again.
            host.insert(enabled, true.into());
            world.shut_down(server, message == "reboot");
        }
        "set_hostname_live" => {
            let name = call.text(1);
            if let Some(why) = is_wrong(name) {
                return Err(Fault::new("HOST_NAME_INVALID", [why]));
            }
            host.insert("hostname".to_owned(), name.into());
            name.clone_into(&mut system.hostname);
        }
        "get_servertime" => return Ok(Value::Time(time(now))),
        _ => {
            let mut cards = system.xapi.of("PIF");
            let managed = cards.find(|(_, card)| {
                let host = card.get("host").and_then(Field::text);
                host == Some(about) && card.get("management") == Some(&Field::Flag(true))
            });
            let found = managed.map(|(reference, _)| reference.into());
            return found.ok_or_else(|| Fault::new("HOST_HAS_NO_MANAGEMENT_IP", []));
        }
    }
    Ok(Value::default())
}

/// What is wrong with a host name, in the toolstack's words.
fn is_wrong(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("hostname empty");
    }
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    (!name.chars().all(fine)).then_some("hostname contains invalid characters")
}
