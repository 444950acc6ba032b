//! Two switches that are no stack, with cables between their ports.

use runsheet::lab::world::switch::{InterfaceName, SwitchportMode};
use runsheet::lab::world::{Node, PingResult};

use super::rack::Rack;

const SW2: std::net::Ipv4Addr = std::net::Ipv4Addr::new(10, 0, 0, 2);

/// sw1 and sw2 with an address each in VLAN 1, and a cable from port 20 to port 20.
fn crossed() -> Rack {
    let mut rack = Rack::new();
    rack.order("plug sw1:20 sw2:20");
    for (switch, last) in [("sw1", 1), ("sw2", 2)] {
        rack.alter(switch, |config| {
            let svi = config
                .interfaces
                .get_mut(&InterfaceName::Vlan(1))
                .expect("Vlan1");
            svi.shutdown = false;
            svi.ip = Some((std::net::Ipv4Addr::new(10, 0, 0, last), 24));
        });
    }
    rack.wait(60);
    rack
}

#[test]
fn a_cable_between_two_switches_joins_their_vlans() {
    let mut rack = crossed();
    assert!(rack.reaches(SW2, 100));
    rack.order("unplug sw1:20");
    assert!(!rack.reaches(SW2, 100));
}

#[test]
fn a_port_whose_other_end_is_shut_down_has_no_link() {
    let mut rack = crossed();
    rack.alter_port("sw2", 20, |port| port.shutdown = true);
    assert!(!rack.reaches(SW2, 100));
    assert_eq!(
        rack.show("show interfaces Gi1/0/20 status"),
        "
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/20                     notconnect   1            auto   auto 10/100/1000BaseTX
"
    );
}

#[test]
fn a_port_that_is_plugged_in_listens_before_it_forwards() {
    let mut rack = crossed();
    rack.order("unplug sw1:20");
    rack.order("plug sw1:20 sw2:20");
    let states = [0, 16, 31].map(|seconds| {
        rack.wait(if seconds == 0 { 0 } else { 16 });
        rack.show("show spanning-tree vlan 1 | include Gi1/0/20")
    });
    assert_eq!(
        states,
        [
            "Gi1/0/20            Desg LIS 4         128.20   P2p \n",
            "Gi1/0/20            Desg LRN 4         128.20   P2p \n",
            "Gi1/0/20            Desg FWD 4         128.20   P2p \n",
        ]
    );
}

#[test]
fn of_two_cables_one_is_blocked_and_takes_over_when_the_other_goes() {
    let mut rack = crossed();
    rack.order("plug sw1:21 sw2:21");
    rack.wait(60);
    let ports = "show spanning-tree vlan 1 | include ^Gi1/0/2[01]";
    assert_eq!(
        rack.show_on("sw2", ports),
        "Gi1/0/20            Root FWD 4         128.20   P2p \n\
         Gi1/0/21            Altn BLK 4         128.21   P2p \n"
    );
    assert!(rack.reaches(SW2, 100));

    rack.order("unplug sw1:20");
    assert!(!rack.reaches(SW2, 100), "the other one listens first");
    rack.wait(60);
    assert!(rack.reaches(SW2, 100));
    assert_eq!(
        rack.show_on("sw2", ports),
        "Gi1/0/21            Root FWD 4         128.21   P2p \n"
    );
}

#[test]
fn a_cable_from_a_switch_to_itself_is_blocked() {
    let mut rack = crossed();
    rack.order("plug sw1:22 sw1:23");
    rack.wait(60);
    assert_eq!(
        rack.show("show spanning-tree vlan 1 | include 1/0/2[23]"),
        "Gi1/0/22            Desg FWD 4         128.22   P2p \n\
         Gi1/0/23            Back BLK 4         128.23   P2p \n"
    );
    assert!(rack.reaches(SW2, 100));
}

#[test]
fn a_switch_is_root_of_its_own_tree_until_a_lower_address_is_there() {
    let mut rack = crossed();
    let own = rack.show_on("sw2", "show spanning-tree vlan 1");
    let mac = rack.world.state.units["sw1"].mac.clone();
    assert!(
        own.contains(&format!("Address     {mac}\n             Cost        4")),
        "{own}"
    );
    rack.order("unplug sw1:20");
    let own = rack.show_on("sw2", "show spanning-tree vlan 1");
    assert!(own.contains("This bridge is the root"), "{own}");
}

#[test]
fn two_ports_left_to_themselves_carry_one_vlan_and_one_that_asks_makes_a_trunk() {
    let mut rack = crossed();
    assert_eq!(rack.show("show interfaces trunk"), "\n");
    rack.alter_port("sw2", 20, |port| port.mode = SwitchportMode::Trunk);
    assert_eq!(
        rack.show("show interfaces Gi1/0/20 trunk").lines().nth(2),
        Some("Gi1/0/20    auto             n-802.1q       trunking      1")
    );
    rack.wait(60);
    assert!(rack.reaches(SW2, 100));
}

#[test]
fn different_native_vlans_are_told_and_blocked() {
    let mut rack = crossed();
    rack.configure(&[
        "vlan 5",
        "interface Gi1/0/20",
        "switchport mode trunk",
        "switchport trunk native vlan 5",
    ]);
    rack.alter_port("sw2", 20, |port| port.mode = SwitchportMode::Trunk);
    rack.wait(60);
    assert!(!rack.reaches(SW2, 100));
    let told: Vec<String> = rack.log().lines().map(str::to_owned).collect();
    let told: Vec<&String> = told
        .iter()
        .filter(|line| line.contains("PVID") || line.contains("NATIVE"))
        .collect();
    assert_eq!(
        told,
        [
            "%SPANTREE-2-RECV_PVID_ERR: Received BPDU with inconsistent peer vlan id 1 on GigabitEthernet1/0/20 VLAN5.",
            "%SPANTREE-2-BLOCK_PVID_PEER: Blocking GigabitEthernet1/0/20 on VLAN0001. Inconsistent peer vlan.",
            "%SPANTREE-2-BLOCK_PVID_LOCAL: Blocking GigabitEthernet1/0/20 on VLAN0005. Inconsistent local vlan.",
            "%CDP-4-NATIVE_VLAN_MISMATCH: Native VLAN mismatch discovered on GigabitEthernet1/0/20 (5), with Switch GigabitEthernet1/0/20 (1).",
        ]
    );
    rack.configure(&["interface Gi1/0/20", "no switchport trunk native vlan"]);
    rack.wait(60);
    assert!(rack.reaches(SW2, 100));
}

#[test]
fn access_ports_in_different_vlans_join_them_and_only_cdp_notices() {
    let mut rack = crossed();
    rack.configure(&["interface Vlan1", "no ip address"]);
    rack.configure(&[
        "vlan 5",
        "interface Vlan5",
        "ip address 10.0.0.1 255.255.255.0",
    ]);
    rack.configure(&[
        "interface Gi1/0/20",
        "switchport mode access",
        "switchport access vlan 5",
    ]);
    rack.wait(60);
    assert!(rack.reaches(SW2, 100));
    assert!(
        rack.log()
            .contains("Native VLAN mismatch discovered on GigabitEthernet1/0/20 (5)")
    );
}

#[test]
fn an_access_port_does_not_take_a_trunk_for_a_neighbour() {
    let mut rack = crossed();
    rack.configure(&["interface Gi1/0/20", "switchport mode access"]);
    rack.alter_port("sw2", 20, |port| port.mode = SwitchportMode::Trunk);
    rack.wait(60);
    assert!(!rack.reaches(SW2, 100));
    assert!(rack.log().contains(
        "%SPANTREE-7-BLOCK_PORT_TYPE: Blocking GigabitEthernet1/0/20 on VLAN0001. Inconsistent port type."
    ));
}

#[test]
fn neighbours_and_their_addresses_are_seen_over_the_cable() {
    let mut rack = crossed();
    let shown = rack.show("show cdp neighbors");
    let row = "\nSwitch           Gig 1/0/20        150             R S I  WS-C3650- Gig 1/0/20\n";
    assert!(shown.contains(row), "{shown}");
    let mac = rack.world.state.units["sw2"].mac.clone();
    assert_eq!(
        rack.show(&format!("show mac address-table address {mac}"))
            .lines()
            .nth(5),
        Some(format!("   1    {mac}    DYNAMIC     Gi1/0/20").as_str())
    );
}

#[test]
fn an_address_that_two_switches_have_is_told_by_both() {
    let mut rack = crossed();
    rack.configure(&["interface Vlan1", "ip address 10.0.0.2 255.255.255.0"]);
    let mac = rack.world.state.units["sw2"].mac.clone();
    let message = format!("%IP-4-DUPADDR: Duplicate address 10.0.0.2 on Vlan1, sourced by {mac}");
    assert!(rack.log().contains(&message), "{}", rack.log());
    let there = &rack.world.traces.logs["sw2"];
    assert!(there.iter().any(|line| line.text.contains("%IP-4-DUPADDR")));
}

#[test]
fn two_cables_are_one_where_both_ends_bundle_them() {
    let mut rack = crossed();
    rack.order("plug sw1:21 sw2:21");
    let group = runsheet::lab::world::switch::ChannelGroup {
        group: 7,
        mode: runsheet::lab::world::switch::LacpMode::Passive,
    };
    for port in [20, 21] {
        rack.alter_port("sw2", port, |port| port.channel_group = Some(group));
    }
    rack.configure(&[
        "interface range Gi1/0/20 - 21",
        "channel-group 3 mode active",
    ]);
    rack.wait(60);
    assert_eq!(
        rack.show("show etherchannel 3 summary | include Po3")
            .trim(),
        "3      Po3(SU)         LACP        Gi1/0/20(P)     Gi1/0/21(P)"
    );
    assert_eq!(
        rack.show("show spanning-tree vlan 1 | include ^(Po|Gi1/0/2[01])"),
        "Po3                 Desg FWD 3         128.2090 P2p \n"
    );
    assert!(rack.reaches(SW2, 100));
    rack.order("unplug sw1:20");
    assert!(rack.reaches(SW2, 100), "a bundle listens only once");
}

#[test]
fn the_ports_that_a_ping_passes_count_it() {
    let mut rack = crossed();
    let sent = rack
        .world
        .ping(&Node::Switch("sw1".to_owned()), SW2, 100, false);
    assert_eq!(sent, PingResult::Answered);
    for switch in ["sw1", "sw2"] {
        let counted = rack.show_on(switch, "show interfaces Gi1/0/20 counters | include Gi");
        assert_eq!(
            counted,
            "Gi1/0/20             100              1              0              0 \n\
             Gi1/0/20             100              1              0              0 \n"
        );
    }
}
