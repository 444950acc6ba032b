//! The hosts of a pool, and the servers that they are.

use std::net::Ipv4Addr;

use super::fault::Fault;
use super::start;
use crate::lab::world::xapi::{Database, PoolRole, is_so, said};
use crate::lab::world::{Node, System, World};

/// The system that a toolstack runs on.
pub(super) fn system<'w>(world: &'w World, server: &str) -> Option<&'w System> {
    world.state.servers.get(server)?.system()
}

/// The same, to be changed.
pub(super) fn system_mut<'w>(world: &'w mut World, server: &str) -> Option<&'w mut System> {
    world.state.servers.get_mut(server)?.system_mut()
}

/// What a master calls the host of an installation.
pub(super) fn of_installation<'w>(
    world: &'w World,
    master: &str,
    installation: &str,
) -> Option<&'w str> {
    let mut hosts = system(world, master)?.xapi.of("host");
    let found = hosts.find(|(_, host)| said(host, "uuid") == installation);
    found.map(|(host, _)| host)
}

/// The server that runs a host, as a master calls it.
pub(super) fn server_of<'w>(world: &'w World, master: &str, host: &str) -> Option<&'w str> {
    let uuid = said(system(world, master)?.xapi.get("host", host)?, "uuid");
    let runs = |server: &str| system(world, server).is_some_and(|own| own.installation == uuid);
    let mut servers = world.state.servers.keys();
    servers.find(|server| runs(server)).map(String::as_str)
}

/// Whether a host is there for its master: itself always; a member if it has said so since it
/// joined, runs, and can be reached now.
pub(super) fn is_live(world: &World, master: &str, host: &str) -> bool {
    let Some(found) = server_of(world, master, host) else {
        return false;
    };
    if found == master {
        return true;
    }
    let database = system(world, master).map(|system| &system.xapi);
    let record = database.and_then(|database| database.get("host", host));
    let address = record.and_then(|host| said(host, "address").parse::<Ipv4Addr>().ok());
    let from = Node::Server(master.to_owned());
    let answers = address.and_then(|address| world.who_answers(&from, address));
    let is_member = |system: &System| matches!(system.role, PoolRole::Member(_));
    database.is_some_and(|database| has_said_hello(database, host))
        && system(world, found).is_some_and(is_member)
        && start::is_up(world, found)
        && answers == Some(Node::Server(found.to_owned()))
}

/// The server of a host that is to do something.
pub(super) fn at_work(world: &World, master: &str, host: &str) -> Result<String, Fault> {
    let known = system(world, master).and_then(|system| system.xapi.get("host", host));
    if known.is_none() {
        return Err(Fault::handle("host", host));
    }
    match server_of(world, master, host) {
        Some(server) if is_live(world, master, host) => Ok(server.to_owned()),
        _ => Err(Fault::new("HOST_OFFLINE", [host])),
    }
}

/// Writes down whether a host is there, and takes virtual machines.
pub(super) fn set_live(database: &mut Database, host: &str, live: bool) {
    let Some(record) = database.get_mut("host", host) else {
        return;
    };
    record.insert("enabled".to_owned(), live.into());
    let metrics = said(record, "metrics").to_owned();
    if let Some(metrics) = database.get_mut("host_metrics", &metrics) {
        metrics.insert("live".to_owned(), live.into());
    }
}

fn has_said_hello(database: &Database, host: &str) -> bool {
    let metrics = database.get("host", host).map(|host| said(host, "metrics"));
    let metrics = metrics.and_then(|metrics| database.get("host_metrics", metrics));
    metrics.is_some_and(|metrics| is_so(metrics, "live"))
}
