//! How a host comes into a pool, and out of it.

mod checks;

use std::net::Ipv4Addr;

use super::call::Call;
use super::fault::Fault;
use super::hosts::{self, at_work, system, system_mut};
use super::message::Message;
use super::value::Value;
use super::{session, start, vlan};
use crate::lab::world::xapi::PoolRole;
use crate::lab::world::{Node, World};

/// What pools do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("join", 3, join),
    Message::new("join_force", 3, join_force),
    Message::new("eject", 1, eject),
    Message::new("create_VLAN_from_PIF", 3, vlan::create_on_all),
];

type Answer = Result<Value, Fault>;

fn join(world: &mut World, server: &str, call: &Call) -> Answer {
    enter(world, server, call, false)
}

fn join_force(world: &mut World, server: &str, call: &Call) -> Answer {
    enter(world, server, call, true)
}

/// Joins the pool of another host. The answer comes at once; what it says about this toolstack
/// holds after that has started again.
fn enter(world: &mut World, server: &str, call: &Call, force: bool) -> Answer {
    let (address, master) = find_master(world, server, call.text(0))?;
    session::admit(world, &master, call.text(1), call.text(2))?;
    checks::may_join(world, server, &master, force)?;

    let seed = world.state.seed;
    let Some(joiner) = system_mut(world, server) else {
        return Ok(Value::default());
    };
    let role = PoolRole::Member(address);
    let is_new = joiner.role != role;
    joiner.role = role;
    let (own, uuid) = (joiner.xapi.clone(), joiner.installation.clone());
    if let Some(master) = system_mut(world, &master) {
        master.xapi.take_in(seed, &own);
    }
    let host = hosts::of_installation(world, &master, &uuid).map(str::to_owned);
    if let (Some(host), Some(master)) = (host, system_mut(world, &master)) {
        hosts::set_live(&mut master.xapi, &host, false);
    }
    if is_new {
        start::light_fuse(world, server);
    }
    Ok(Value::default())
}

/// The master at an address, if this host gets there.
fn find_master(world: &World, server: &str, to: &str) -> Result<(Ipv4Addr, String), Fault> {
    let no_connection = || Fault::new("JOINING_HOST_CONNECTION_FAILED", []);
    let address: Ipv4Addr = to.parse().map_err(|_| no_connection())?;
    let from = Node::Server(server.to_owned());
    match world.who_answers(&from, address) {
        Some(Node::Server(master)) if start::is_up(world, &master) => Ok((address, master)),
        // It has a web server, but not one that knows such calls.
        Some(Node::Controller(_)) => Err(Fault::new("JOINING_HOST_SERVICE_FAILED", [])),
        _ => Err(no_connection()),
    }
}

/// Has a member leave. Its own disk is as if XenServer had only just been installed; it restarts.
fn eject(world: &mut World, server: &str, call: &Call) -> Answer {
    let about = call.text(0);
    let member = at_work(world, server, about)?;
    let pool = system(world, server).map(|system| &system.xapi);
    let Some(pool) = pool else {
        return Ok(Value::default());
    };
    checks::may_leave(pool, about)?;

    let own_storage = pool.own_storage(about);
    if let Some(pool) = system_mut(world, server) {
        pool.xapi.let_go(about);
    }
    let seed = world.state.seed;
    let nics = world.state.servers.get(&member);
    let nics = nics.map(|server| server.nics.clone()).unwrap_or_default();
    if let Some(own) = system_mut(world, &member) {
        own.set_up(seed, &member, &nics, own_storage);
    }
    // It speaks no LACP any more.
    world.settle_all();
    start::stop_for_good(world, &member);
    world.shut_down_after(&member, start::FUSE, true);
    Ok(Value::default())
}
