use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::{VERSION, answer_to};
use crate::lab::world::{Millis, World};
use crate::wire::xml::Element;

/// Sessions that a controller has room for.
const SESSIONS: usize = 4;
/// How long a session lasts unless it is refreshed.
pub(super) const PERIOD: Millis = 600_000;
/// The time of day at the world's beginning, in seconds since 1970.
const EPOCH: u64 = 1_767_603_600;

/// What a controller remembers until it restarts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    sessions: Vec<Session>,
    opened: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Session {
    cookie: String,
    slot: u8,
    since: Millis,
    number: u64,
}

impl Memory {
    fn expire(&mut self, now: Millis) {
        self.sessions.retain(|session| now < session.since + PERIOD);
    }

    fn position(&self, cookie: &str) -> Option<usize> {
        let mut sessions = self.sessions.iter();
        sessions.position(|session| session.cookie == cookie)
    }
}

/// The controller's memory, without the sessions that have run out.
fn memory<'w>(world: &'w mut World, server: &str) -> &'w mut Memory {
    let now = world.now();
    let memory = world
        .traces
        .controllers
        .entry(server.to_owned())
        .or_default();
    memory.expire(now);
    memory
}

fn credentials(request: &Element) -> (&str, &str) {
    let of = |name| request.attribute(name).unwrap_or_default();
    (of("inName"), of("inPassword"))
}

pub(super) fn log_in(world: &mut World, server: &str, request: &Element) -> Result<Element, Fault> {
    let (name, password) = credentials(request);
    let machine = world.machine(server);
    let slot = machine.and_then(|machine| machine.controller.login(name, password));
    let slot = slot.ok_or_else(Fault::login)?;
    has_room(world, server)?;
    Ok(open(
        world,
        server,
        slot,
        Element::new("aaaLogin").with("cookie", ""),
    ))
}

fn has_room(world: &mut World, server: &str) -> Result<(), Fault> {
    match memory(world, server).sessions.len() < SESSIONS {
        true => Ok(()),
        false => Err(Fault::sessions()),
    }
}

/// Opens a session by another way than the XML API; they share their places. Returns what it is
/// known by, and its number.
pub(super) fn open_session(
    world: &mut World,
    server: &str,
    name: &str,
    password: &str,
) -> Result<(String, u64), Fault> {
    let machine = world.machine(server);
    let slot = machine.and_then(|machine| machine.controller.login(name, password));
    let slot = slot.ok_or_else(Fault::login)?;
    has_room(world, server)?;
    let session = begin(world, server, slot);
    Ok((session.cookie, session.number))
}

/// Whether there is such a session; it lasts a while longer.
pub(super) fn use_session(world: &mut World, server: &str, cookie: &str) -> bool {
    let now = world.now();
    let memory = memory(world, server);
    let position = memory.position(cookie);
    if let Some(position) = position {
        memory.sessions[position].since = now;
    }
    position.is_some()
}

/// The numbers of the sessions, and whose they are.
pub(super) fn sessions(world: &mut World, server: &str) -> Vec<(u64, String)> {
    let known = memory(world, server).sessions.clone();
    let users = world.machine(server).map(|m| &m.controller.users);
    let name = |slot| users.and_then(|users| Some(users.get(&slot)?.name.clone()));
    known
        .into_iter()
        .map(|session| (session.number, name(session.slot).unwrap_or_default()))
        .collect()
}

pub(super) fn close_session(world: &mut World, server: &str, number: u64) {
    let memory = memory(world, server);
    memory.sessions.retain(|session| session.number != number);
}

/// A new session in the controller's memory.
fn begin(world: &mut World, server: &str, slot: u8) -> Session {
    let (now, seed) = (world.now(), world.state.seed);
    let memory = memory(world, server);
    memory.opened += 1;
    let session = Session {
        cookie: cookie(seed, server, memory.opened, now),
        slot,
        since: now,
        number: memory.opened,
    };
    memory.sessions.push(session.clone());
    session
}

fn open(world: &mut World, server: &str, slot: u8, answer: Element) -> Element {
    let privilege = world
        .machine(server)
        .and_then(|machine| machine.controller.users.get(&slot))
        .map(|user| user.privilege.clone());
    let session = begin(world, server, slot);
    answer
        .with("response", "yes")
        .with("outCookie", session.cookie.as_str())
        .with("outRefreshPeriod", (PERIOD / 1000).to_string())
        .with("outPriv", privilege.unwrap_or_default())
        .with("outSessionId", session.number.to_string())
        .with("outVersion", VERSION)
}

/// The time, and what nobody can guess who does not know the lab's seed.
fn cookie(seed: u64, server: &str, number: u64, now: Millis) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"runsheet lab cimc cookie\0");
    hasher.update(seed.to_be_bytes());
    hasher.update(number.to_be_bytes());
    hasher.update(server.as_bytes());
    let hex: String = hasher
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let uuid = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-");
    format!("{}/{uuid}", EPOCH + now / 1000)
}

pub(super) fn log_out(
    world: &mut World,
    server: &str,
    request: &Element,
) -> Result<Element, Fault> {
    let cookie = request.attribute("inCookie").unwrap_or_default();
    let memory = memory(world, server);
    let position = memory.position(cookie).ok_or_else(Fault::cookie)?;
    memory.sessions.remove(position);
    Ok(Element::new("aaaLogout")
        .with("cookie", "")
        .with("response", "yes")
        .with("outStatus", "success"))
}

/// A new cookie for the old one, which is worth nothing from then on.
pub(super) fn refresh(
    world: &mut World,
    server: &str,
    request: &Element,
) -> Result<Element, Fault> {
    let (name, password) = credentials(request);
    let machine = world.machine(server);
    let slot = machine.and_then(|machine| machine.controller.login(name, password));
    let slot = slot.ok_or_else(Fault::login)?;
    let cookie = request.attribute("inCookie").unwrap_or_default();
    let memory = memory(world, server);
    let position = memory.position(cookie).ok_or_else(Fault::cookie)?;
    memory.sessions.remove(position);
    Ok(open(
        world,
        server,
        slot,
        Element::new("aaaRefresh").with("cookie", ""),
    ))
}

pub(super) fn keep_alive(
    world: &mut World,
    server: &str,
    request: &Element,
) -> Result<Element, Fault> {
    entered(world, server, request)?;
    let now = world.now();
    let cookie = request.attribute("cookie").unwrap_or_default();
    let memory = memory(world, server);
    if let Some(position) = memory.position(cookie) {
        memory.sessions[position].since = now;
    }
    Ok(answer_to(request))
}

/// The slot of the user whose session a request belongs to.
pub(super) fn entered(world: &mut World, server: &str, request: &Element) -> Result<u8, Fault> {
    let cookie = request.attribute("cookie").unwrap_or_default();
    let memory = memory(world, server);
    let position = memory.position(cookie).ok_or_else(Fault::cookie)?;
    Ok(memory.sessions[position].slot)
}

/// Whether the session's user may change anything.
pub(super) fn administers(world: &mut World, server: &str, request: &Element) -> Result<(), Fault> {
    let slot = entered(world, server, request)?;
    let user = world
        .machine(server)
        .and_then(|machine| machine.controller.users.get(&slot));
    match user {
        Some(user) if user.privilege == "admin" => Ok(()),
        _ => Err(Fault::cookie()),
    }
}
