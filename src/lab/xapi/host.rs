use super::call::Call;
use super::fault::Fault;
use super::hosts::{at_work, system, system_mut};
use super::message::Message;
use super::objects::time;
use super::value::Value;
use crate::lab::world::World;
use crate::lab::world::xapi::{Record, is_so, said};

/// What hosts do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("enable", 1, enable),
    Message::new("disable", 1, disable),
    Message::new("reboot", 1, reboot),
    Message::new("shutdown", 1, shutdown),
    Message::new("get_management_interface", 1, management_interface),
    Message::prompt("set_hostname_live", 2, set_hostname_live),
    Message::prompt("get_servertime", 1, servertime),
];

type Answer = Result<Value, Fault>;

fn enable(world: &mut World, server: &str, call: &Call) -> Answer {
    at_work(world, server, call.text(0))?;
    set_enabled(record(world, server, call)?, true);
    Ok(Value::default())
}

fn disable(world: &mut World, server: &str, call: &Call) -> Answer {
    at_work(world, server, call.text(0))?;
    set_enabled(record(world, server, call)?, false);
    Ok(Value::default())
}

fn reboot(world: &mut World, server: &str, call: &Call) -> Answer {
    go_down(world, server, call, true)
}

fn shutdown(world: &mut World, server: &str, call: &Call) -> Answer {
    go_down(world, server, call, false)
}

fn go_down(world: &mut World, server: &str, call: &Call, again: bool) -> Answer {
    let own = at_work(world, server, call.text(0))?;
    let host = record(world, server, call)?;
    if is_so(host, "enabled") {
        return Err(Fault::new("HOST_NOT_DISABLED", []));
    }
    // Once it is up again it takes virtual machines again.
    set_enabled(host, true);
    world.shut_down(&own, again);
    Ok(Value::default())
}

fn set_hostname_live(world: &mut World, server: &str, call: &Call) -> Answer {
    let own = at_work(world, server, call.text(0))?;
    let name = call.text(1);
    if let Some(why) = is_wrong(name) {
        return Err(Fault::new("HOST_NAME_INVALID", [why]));
    }
    record(world, server, call)?.insert("hostname".to_owned(), name.into());
    if let Some(system) = system_mut(world, &own) {
        name.clone_into(&mut system.hostname);
    }
    Ok(Value::default())
}

fn servertime(world: &mut World, server: &str, call: &Call) -> Answer {
    at_work(world, server, call.text(0))?;
    Ok(Value::Time(time(world.now())))
}

fn management_interface(world: &mut World, server: &str, call: &Call) -> Answer {
    record(world, server, call)?;
    let cards = system(world, server).into_iter();
    let mut cards = cards.flat_map(|system| system.xapi.of("PIF"));
    let managed =
        cards.find(|(_, card)| said(card, "host") == call.text(0) && is_so(card, "management"));
    let found = managed.map(|(reference, _)| reference.into());
    found.ok_or_else(|| Fault::new("HOST_HAS_NO_MANAGEMENT_IP", []))
}

/// The host that a call is about.
fn record<'w>(world: &'w mut World, server: &str, call: &Call) -> Result<&'w mut Record, Fault> {
    let about = call.text(0);
    let host = system_mut(world, server).and_then(|system| system.xapi.get_mut("host", about));
    host.ok_or_else(|| Fault::handle("host", about))
}

fn set_enabled(host: &mut Record, enabled: bool) {
    host.insert("enabled".to_owned(), enabled.into());
}

/// What is wrong with a host name, in the toolstack's words.
fn is_wrong(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("hostname empty");
    }
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    (!name.chars().all(fine)).then_some("hostname contains invalid characters")
}
