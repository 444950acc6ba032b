use super::Outcome;
use super::call::Call;
use super::fault::Fault;
use super::hosts;
use super::memory::Session;
use super::value::Value;
use crate::lab::dom0;
use crate::lab::world::xapi::{PoolRole, opaque_ref, uuid};
use crate::lab::world::{Millis, World};

/// Sessions that nobody used for so long are gone.
const IDLE: Millis = 24 * 60 * 60 * 1000;

/// `session.login_with_password(name, password[, version[, originator]])`.
pub(super) fn login(world: &mut World, server: &str, call: &Call, logins: bool) -> Outcome {
    if !(2..=4).contains(&call.params.len()) {
        // Counted without a session, since there is none.
        let received = call.params.len().to_string();
        let about = [call.method.as_str(), "4", &received];
        return Err(Fault::new("MESSAGE_PARAMETER_COUNT_MISMATCH", about)).into();
    }
    let password = if logins { call.text(1) } else { "" };
    if let Err(fault) = admit(world, server, call.text(0), password) {
        return Err(fault).into();
    }
    let (now, seed) = (world.now(), world.state.seed);
    let memory = world
        .traces
        .toolstacks
        .entry(server.to_owned())
        .or_default();
    memory.opened += 1;
    let of = format!("{server} session {}", memory.opened);
    let session = Session {
        uuid: uuid(seed, &of),
        last_active: now,
        originator: call.text(3).to_owned(),
    };
    let reference = opaque_ref(seed, &of);
    memory.sessions.insert(reference.clone(), session);
    Ok(Value::Text(reference)).into()
}

/// Whether a host lets somebody in: a master that knows the password.
pub(super) fn admit(world: &World, server: &str, user: &str, password: &str) -> Result<(), Fault> {
    let role = hosts::system(world, server).map(|system| system.role);
    if let Some(PoolRole::Member(master)) = role {
        return Err(Fault::new("HOST_IS_SLAVE", [&master.to_string()]));
    }
    match dom0::check_login(world, server, user, password) {
        true => Ok(()),
        false => Err(Fault::wrong_password(user)),
    }
}

/// Checks who calls; returns the call without that.
pub(super) fn enter(world: &mut World, server: &str, call: &Call) -> Result<Call, Fault> {
    let now = world.now();
    let handle = call.text(0);
    let invalid = || Fault::new("SESSION_INVALID", [handle]);
    let memory = world
        .traces
        .toolstacks
        .get_mut(server)
        .ok_or_else(invalid)?;
    memory
        .sessions
        .retain(|_, session| now < session.last_active + IDLE);
    memory
        .sessions
        .get_mut(handle)
        .ok_or_else(invalid)?
        .last_active = now;
    Ok(call.without_session())
}

/// Whether somebody has logged in with this handle.
pub(super) fn is_known(world: &World, server: &str, handle: &str) -> bool {
    let memory = world.traces.toolstacks.get(server);
    memory.is_some_and(|memory| memory.sessions.contains_key(handle))
}

/// `session.logout()`.
pub(super) fn logout(world: &mut World, server: &str, handle: &str) -> Result<Value, Fault> {
    if let Some(memory) = world.traces.toolstacks.get_mut(server) {
        memory.sessions.remove(handle);
    }
    Ok(Value::default())
}
