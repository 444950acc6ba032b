use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::session::{Doing, chassis};
use super::{SessionId, terminal};
use crate::lab::world::{Event, Millis, Node, PingResult, World};

/// Marks that fit into a line.
const MARKS: u32 = 70;
/// How long an answer takes.
const ROUND_TRIP: Millis = 2;

/// Echo requests that are under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ping {
    to: Ipv4Addr,
    pub(super) size: u32,
    pub(super) df: bool,
    pub(super) count: u32,
    /// How long the switch waits for an answer, in seconds.
    pub(super) timeout: u32,
    sent: u32,
    answered: u32,
}

impl Ping {
    /// As `ping` alone sends them.
    pub(super) fn new(to: Ipv4Addr) -> Self {
        Self {
            to,
            size: 100,
            df: false,
            count: 5,
            timeout: 2,
            sent: 0,
            answered: 0,
        }
    }
}

pub(super) fn start(world: &mut World, id: SessionId, ping: Ping) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.show(&format!(
        "Type escape sequence to abort.\nSending {}, {}-byte ICMP Echos to {}, timeout is {} seconds:\n",
        ping.count, ping.size, ping.to, ping.timeout
    ));
    if ping.df {
        session.show("Packet sent with the DF bit set\n");
    }
    session.doing = Doing::Pinging(ping);
    go_on(world, id);
}

/// Sends the next request, or tells how it went.
pub(super) fn go_on(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let Doing::Pinging(mut ping) = session.doing.clone() else {
        return;
    };
    if ping.sent == ping.count {
        return finish(world, id, &ping);
    }
    let from = Node::Switch(owner);
    let result = world.ping(&from, ping.to, ping.size, ping.df);
    ping.sent += 1;
    let (mark, wait) = match result {
        PingResult::Answered => ("!", ROUND_TRIP),
        PingResult::Lost => (".", Millis::from(ping.timeout) * 1_000),
    };
    ping.answered += u32::from(result == PingResult::Answered);
    let at = world.now() + wait;
    if let Some(session) = world.traces.sessions.get_mut(&id) {
        session.show(mark);
        if ping.sent % MARKS == 0 && ping.sent < ping.count {
            session.show("\n");
        }
        session.doing = Doing::Pinging(ping);
    }
    world.schedule(at, Event::Wake(id));
}

fn finish(world: &mut World, id: SessionId, ping: &Ping) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let percent = ping.answered * 100 / ping.count.max(1);
    let times = if ping.answered > 0 {
        ", round-trip min/avg/max = 1/2/4 ms"
    } else {
        ""
    };
    session.show(&format!(
        "\nSuccess rate is {percent} percent ({}/{}){times}\n",
        ping.answered, ping.count
    ));
    session.doing = Doing::Nothing;
    terminal::resume(world, id);
}

/// Sends no more.
pub(super) fn stop(world: &mut World, id: SessionId) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    if let Doing::Pinging(mut ping) = session.doing.clone() {
        ping.count = ping.sent;
        finish(world, id, &ping);
    }
}
