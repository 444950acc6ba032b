use std::net::Ipv4Addr;

use super::rack::Rack;

const STACK: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 254);

fn cable_them_running(rack: &mut Rack) {
    rack.order("plug sw1:stack1 sw2:stack2; plug sw1:stack2 sw2:stack1");
    rack.wait(300);
}

fn leader(rack: &Rack) -> Vec<&str> {
    rack.world
        .state
        .chassis
        .values()
        .map(|chassis| chassis.active_unit())
        .collect()
}

#[test]
fn the_lower_mac_address_leads_where_priorities_are_equal() {
    let mut rack = Rack::new();
    cable_them_running(&mut rack);
    assert_eq!(leader(&rack), ["sw1"]);
}

#[test]
fn a_higher_priority_leads_whatever_the_mac_address() {
    let mut rack = Rack::new();
    rack.world.state.units.get_mut("sw2").expect("sw2").priority = 15;
    cable_them_running(&mut rack);
    assert_eq!(leader(&rack), ["sw2"]);
}

#[test]
fn the_newcomer_takes_the_free_number_and_the_leaders_configuration() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Cisco-Stack"]);
    cable_them_running(&mut rack);
    assert_eq!(rack.chassis().members[&2], "sw2");
    assert_eq!(rack.chassis().running.hostname, "Cisco-Stack");
    assert_eq!(rack.world.state.chassis.len(), 1);
}

#[test]
fn one_stack_cable_is_enough_but_the_ring_is_open() {
    let mut rack = Rack::stacked();
    rack.order("unplug sw1:stack1");
    assert_eq!(rack.world.state.chassis.len(), 1);
    assert!(rack.show("show switch stack-ring speed").contains("Half"));
}

#[test]
fn without_both_stack_cables_two_switches_have_the_same_addresses() {
    let mut rack = Rack::stacked();
    rack.configure(&[
        "interface Vlan1",
        "ip address 192.168.1.254 255.255.255.0",
        "no shutdown",
    ]);
    rack.order("unplug sw1:stack1; unplug sw1:stack2");
    let with_it = rack.world.state.chassis.values().filter(|chassis| {
        chassis
            .running
            .interfaces
            .values()
            .any(|i| i.ip.is_some_and(|(ip, _)| ip == STACK))
    });
    assert_eq!(with_it.count(), 2);
    assert_eq!(leader(&rack), ["sw1", "sw2"]);
}

#[test]
fn without_the_uplink_the_stack_is_silent_and_with_it_it_answers_again() {
    let mut rack = Rack::stacked();
    rack.configure(&[
        "interface Vlan1",
        "ip address 192.168.1.254 255.255.255.0",
        "no shutdown",
    ]);
    rack.wait(60);
    assert!(rack.world.tcp_path(STACK).is_some());
    rack.order("unplug office:1");
    assert!(rack.world.tcp_path(STACK).is_none());
    rack.order("plug office:1 sw1:1");
    rack.wait(60);
    assert!(rack.world.tcp_path(STACK).is_some());
}
