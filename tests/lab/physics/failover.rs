use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use runsheet::lab::ios::{Line, feed, open, take_output};
use runsheet::lab::world::{Event, Listener};

use super::rack::Rack;

const STACK: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 254);

/// A stack with a name, whose leader has lost its power.
fn failed_over() -> Rack {
    let mut rack = Rack::stacked();
    rack.configure(&["hostname Cisco-Stack", "vlan 20", "name Storage-VLAN"]);
    rack.order("power-off sw1");
    rack
}

/// What runs: the leader of every switch, and all its members.
fn switches(rack: &Rack) -> BTreeMap<&str, Vec<&str>> {
    let chassis = rack.world.state.chassis.values();
    chassis
        .map(|c| {
            let members = c.members.values().map(String::as_str).collect();
            (c.active_unit(), members)
        })
        .collect()
}

#[test]
fn the_standby_goes_on_with_everything_that_the_leader_knew() {
    let rack = failed_over();
    assert_eq!(switches(&rack), [("sw2", vec!["sw2"])].into());
    let stack = &rack.world.state.chassis["sw2"];
    assert_eq!(stack.running.hostname, "Cisco-Stack");
    assert_eq!(stack.vlans.vlans[&20].name, "Storage-VLAN");
    let log = &rack.world.traces.logs["sw2"];
    assert!(
        log.iter()
            .any(|line| line.text.contains("Switch 1 has been"))
    );
}

#[test]
fn a_leader_that_comes_back_is_a_member_and_no_switch_is_lost_when_the_cables_go() {
    let mut rack = failed_over();
    rack.order("power-on sw1");
    rack.wait(300);
    assert_eq!(switches(&rack), [("sw2", vec!["sw1", "sw2"])].into());

    rack.order("unplug sw1:stack1; unplug sw1:stack2");
    let both = [("sw1", vec!["sw1"]), ("sw2", vec!["sw2"])];
    assert_eq!(switches(&rack), both.into());
    for stack in rack.world.state.chassis.values() {
        assert_eq!(stack.running.hostname, "Cisco-Stack");
    }
}

#[test]
fn a_leader_that_comes_back_without_its_cables_runs_beside_the_one_that_took_over() {
    let mut rack = failed_over();
    rack.order("unplug sw1:stack1; unplug sw1:stack2; power-on sw1");
    rack.wait(300);
    let both = [("sw1", vec!["sw1"]), ("sw2", vec!["sw2"])];
    assert_eq!(switches(&rack), both.into());
    assert_eq!(rack.world.state.chassis["sw1"].running.hostname, "Switch");
    assert_eq!(
        rack.world.state.chassis["sw2"].running.hostname,
        "Cisco-Stack"
    );
}

#[test]
fn ports_of_the_unit_that_stays_carry_frames_all_the_while() {
    let mut rack = Rack::stacked();
    rack.order("unplug office:1; plug office:1 sw2:1");
    rack.configure(&[
        "interface Vlan1",
        "ip address 192.168.1.254 255.255.255.0",
        "no shutdown",
    ]);
    rack.wait(60);
    rack.order("power-off sw1");
    let there = Listener::Switch("sw2".to_owned());
    assert_eq!(rack.world.tcp_path(STACK), Some(there));
}

#[test]
fn a_terminal_on_the_network_ends_with_the_leader_it_was_on() {
    let mut rack = Rack::stacked();
    let vty = open(
        &mut rack.world,
        Line::Vty {
            chassis: "sw1".to_owned(),
            user: "admin".to_owned(),
            from: "192.168.1.10".to_owned(),
        },
    );
    rack.order("power-cycle sw1");
    take_output(&mut rack.world, vty);
    feed(&mut rack.world, vty, b"show clock\r");
    assert!(take_output(&mut rack.world, vty).is_empty());
}

#[test]
fn a_revert_timer_outlives_the_leader() {
    let mut rack = Rack::stacked();
    rack.configure(&["archive", "path flash:archive"]);
    rack.exec(&[
        "configure terminal revert timer 2",
        "hostname Locked-Out",
        "end",
    ]);
    rack.order("power-off sw1");
    let due = rack.world.traces.events.iter();
    let timers: Vec<&Event> = due
        .map(|(.., event)| event)
        .filter(|event| matches!(event, Event::Revert(..)))
        .collect();
    assert!(!timers.is_empty());
    rack.wait(180);
    let stack = &rack.world.state.chassis["sw2"];
    assert_eq!(stack.running.hostname, "Switch");
}

/// Both units are switched on, sw2 so many seconds after sw1 or before it, and sw2 has the
/// higher priority.
fn switched_on(orders: &[&str]) -> Rack {
    let mut rack = Rack::stacked();
    rack.exec(&["switch 2 priority 15", ""]);
    rack.order("power-off sw1; power-off sw2");
    for order in orders {
        rack.order(order);
        rack.wait(60);
    }
    rack.wait(400);
    rack
}

#[test]
fn units_that_boot_together_elect_by_priority_whoever_is_first() {
    let stack: BTreeMap<&str, Vec<&str>> = [("sw2", vec!["sw1", "sw2"])].into();
    for orders in [
        ["power-on sw1", "power-on sw2"],
        ["power-on sw2", "power-on sw1"],
        ["power-on sw1; power-on sw2", ""],
    ] {
        let rack = switched_on(&orders);
        assert_eq!(switches(&rack), stack, "{orders:?}");
    }
}

#[test]
fn who_comes_after_the_election_joins_whoever_leads() {
    let mut rack = Rack::stacked();
    rack.exec(&["switch 2 priority 15", ""]);
    rack.order("power-off sw1; power-off sw2; power-on sw1");
    rack.wait(400);
    rack.order("power-on sw2");
    rack.wait(400);
    assert_eq!(switches(&rack), [("sw1", vec!["sw1", "sw2"])].into());
}

#[test]
fn equal_priorities_are_decided_by_the_lower_mac_address() {
    let mut rack = Rack::stacked();
    rack.order("power-off sw1; power-off sw2; power-on sw2");
    rack.wait(30);
    rack.order("power-on sw1");
    rack.wait(400);
    assert_eq!(switches(&rack), [("sw1", vec!["sw1", "sw2"])].into());
}
