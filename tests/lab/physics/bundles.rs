use runsheet::lab::ios::{Line, feed, open};
use runsheet::lab::world::Flag;
use runsheet::lab::world::switch::InterfaceName;

use super::rack::{Rack, XEN1};

#[test]
fn what_is_set_on_a_port_channel_reaches_its_members() {
    let rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,10"]);
    for member in ["Gi1/0/13", "Gi2/0/13"] {
        assert_eq!(
            rack.interface(member).allowed,
            rack.interface("Po1").allowed
        );
        assert_eq!(rack.interface(member).native_vlan, 5);
        assert!(!rack.interface(member).allowed.contains(30));
    }
}

#[test]
fn a_member_edited_afterwards_is_suspended_and_comes_back_when_it_is_mended() {
    let mut rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,10"]);
    rack.bond_xen1();
    assert!(
        rack.bundle().ends_with("Gi1/0/13(P)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );

    rack.configure(&[
        "interface Gi1/0/13",
        "switchport trunk allowed vlan 5,10,30",
    ]);
    let line = "%EC-5-CANNOT_BUNDLE2: Gi1/0/13 is not compatible with Po1 and will be suspended \
                (vlan mask is different)\n";
    assert!(rack.log().contains(line), "{}", rack.log());
    assert!(
        rack.bundle().ends_with("Gi1/0/13(s)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );
    assert!(
        rack.show("show interfaces status | include Gi1/0/13")
            .contains(" suspended ")
    );

    rack.configure(&["interface Gi1/0/13", "switchport trunk allowed vlan 5,10"]);
    rack.wait(60);
    let line = "%EC-5-COMPATIBLE: Gi1/0/13 is compatible with port-channel members\n";
    assert!(rack.log().contains(line), "{}", rack.log());
    assert!(
        rack.bundle().ends_with("Gi1/0/13(P)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );
}

#[test]
fn a_port_channel_that_is_removed_leaves_its_members_shut_down() {
    let mut rack = Rack::with_a_channel(&["no port-channel standalone-disable"]);
    assert!(rack.reaches(XEN1, 100));
    rack.configure(&["no interface Port-channel1"]);
    for member in ["Gi1/0/13", "Gi2/0/13"] {
        assert!(rack.interface(member).shutdown);
        assert!(rack.interface(member).channel_group.is_none());
    }
    assert!(!rack.reaches(XEN1, 100));
}

#[test]
fn lacp_suspends_the_ports_of_a_server_that_does_not_speak_it_and_cuts_it_off() {
    let mut rack = Rack::with_a_channel(&[]);
    assert!(rack.bundle().contains("Po1(SD)"), "{}", rack.bundle());
    assert!(
        rack.bundle().ends_with("Gi1/0/13(s)     Gi2/0/13(s)"),
        "{}",
        rack.bundle()
    );
    let line = "%ETC-5-L3DONTBNDL2: Gi1/0/13 suspended: LACP currently not enabled on the remote \
                port.\n";
    assert!(rack.log().contains(line), "{}", rack.log());
    assert!(!rack.reaches(XEN1, 100));

    // Its settings were never in question.
    rack.bond_xen1();
    assert!(rack.bundle().contains("Po1(SU)"), "{}", rack.bundle());
    assert!(!rack.log().contains("COMPATIBLE"), "{}", rack.log());
}

#[test]
fn without_standalone_disable_its_ports_stand_alone_and_it_stays_reachable() {
    let mut rack = Rack::with_a_channel(&["no port-channel standalone-disable"]);
    assert!(
        rack.bundle().ends_with("Gi1/0/13(I)     Gi2/0/13(I)"),
        "{}",
        rack.bundle()
    );
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn with_lacp_at_both_ends_the_ports_are_bundled() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    assert!(rack.bundle().contains("Po1(SU)"), "{}", rack.bundle());
    assert!(
        rack.bundle().ends_with("Gi1/0/13(P)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );
    assert!(
        rack.log()
            .contains("%EC-5-BUNDLE: Interface Gi2/0/13 joined port-channel Po1\n")
    );
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn one_cable_of_a_bundle_may_break() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    rack.order("unplug xen1:nic1");
    assert!(
        rack.bundle().ends_with("Gi1/0/13(D)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn a_bond_over_two_switches_that_are_no_stack_bundles_with_one_of_them_only() {
    let mut rack = Rack::new();
    rack.bond_xen1();
    let lines = [
        "interface GigabitEthernet1/0/13",
        "channel-group 1 mode active",
    ];
    let other = open(&mut rack.world, Line::Console("sw2".to_owned()));
    for line in [&["", "enable", "configure terminal"][..], &lines, &["end"]].concat() {
        feed(&mut rack.world, other, format!("{line}\r").as_bytes());
    }
    rack.configure(&lines);
    rack.wait(120);
    let flag = |chassis: &str| {
        let port = rack
            .world
            .port(&chassis.to_owned(), InterfaceName::Gigabit(1, 13));
        port.expect("a port").flag
    };
    assert_eq!((flag("sw1"), flag("sw2")), (Flag::Bundled, Flag::Waiting));
}
