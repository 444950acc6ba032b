//! A toolstack that starts again without its host: on the way into a pool, and out of one.

use super::memory::Memory;
use super::{bond, hosts, vlan};
use crate::lab::world::xapi::{Database, PoolRole, said};
use crate::lab::world::{Event, Millis, Node, World};

/// A toolstack that is to start again does so after a while, so that its last answer gets out.
pub(super) const FUSE: Millis = 10_000;
/// So often a member looks for a master that does not answer.
const RETRY: Millis = 30_000;

/// Has a toolstack start again in a moment.
pub(super) fn light_fuse(world: &mut World, server: &str) {
    let at = world.now() + FUSE;
    world.schedule(at, Event::ToolstackStops(server.to_owned()));
}

/// A toolstack that is about to go down with its host answers nobody any more.
pub(super) fn stop_for_good(world: &mut World, server: &str) {
    forget(world, server, Millis::MAX);
}

/// The fuse has burnt down: whoever was logged in is not any more.
pub(crate) fn stops(world: &mut World, server: &str) {
    let up = world.now() + world.state.settings.toolstack;
    forget(world, server, up);
    world.schedule(up, Event::ToolstackIsUp(server.to_owned()));
}

fn forget(world: &mut World, server: &str, up_from: Millis) {
    world.renew_toolstack(server);
    let memory = world
        .traces
        .toolstacks
        .entry(server.to_owned())
        .or_default();
    *memory = Memory {
        up_from,
        ..memory.anew(memory.since)
    };
}

/// Whether a server has a toolstack that answers.
pub(super) fn is_up(world: &World, server: &str) -> bool {
    let runs = world.state.servers.get(server);
    let runs = runs.is_some_and(|server| server.system().is_some());
    let since = world.on_since(server).unwrap_or_default();
    let memory = world.traces.toolstacks.get(server);
    // What it remembers from before its host started says nothing.
    let memory = memory.filter(|memory| memory.since == since);
    runs && memory.is_none_or(|memory| memory.up_from <= world.now())
}

/// A toolstack has come up. A member tells its master, who knows from then on that it is there,
/// and attaches its repositories; until then it tries again.
pub(crate) fn up(world: &mut World, server: &str) {
    let system = world.state.servers.get_mut(server);
    let Some(system) = system.and_then(|server| server.system_mut()) else {
        return;
    };
    let PoolRole::Member(address) = system.role else {
        return;
    };
    // What it had made of its own goes with its database.
    let is_new = system.xapi != Database::default();
    if is_new {
        system.xapi = Database::default();
        system.take_apart();
    }
    let installation = system.installation.clone();
    if is_new {
        // Its switch may have heard it speak LACP.
        world.settle_all();
    }
    let member = Node::Server(server.to_owned());
    let master = match world.who_answers(&member, address) {
        Some(Node::Server(master)) if is_up(world, &master) => Some(master),
        _ => None,
    };
    let known = master.and_then(|master| {
        let host = hosts::of_installation(world, &master, &installation)?.to_owned();
        Some((master, host))
    });
    match known {
        Some((master, host)) => {
            say_hello(world, &master, &host);
            bond::copy_from_master(world, &master, &host);
            vlan::copy_from_master(world, &master, &host);
        }
        None => {
            let again = Event::ToolstackIsUp(server.to_owned());
            world.schedule(world.now() + RETRY, again);
        }
    }
}

fn say_hello(world: &mut World, master: &str, host: &str) {
    let system = world.state.servers.get_mut(master);
    let Some(system) = system.and_then(|server| server.system_mut()) else {
        return;
    };
    let database = &mut system.xapi;
    hosts::set_live(database, host, true);
    let pbds = database.of("PBD");
    let own = pbds.filter(|(_, pbd)| said(pbd, "host") == host);
    let own: Vec<String> = own.map(|(pbd, _)| pbd.to_owned()).collect();
    for pbd in own {
        if let Some(pbd) = database.get_mut("PBD", &pbd) {
            pbd.insert("currently_attached".to_owned(), true.into());
        }
    }
}
