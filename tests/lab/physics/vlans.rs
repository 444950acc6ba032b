use runsheet::lab::world::switch::Portfast;

use super::rack::{Rack, XEN1};

/// Both ports of xen1 as trunks, without a bundle.
fn trunk(settings: &[&str]) -> Rack {
    let mut rack = Rack::stacked();
    rack.configure(&[
        "vlan 5",
        "interface Vlan5",
        "ip address 172.16.40.254 255.255.255.0",
        "interface range GigabitEthernet1/0/13 , GigabitEthernet2/0/13",
        "switchport mode trunk",
        "switchport trunk native vlan 5",
    ]);
    let range = "interface range GigabitEthernet1/0/13 , GigabitEthernet2/0/13";
    rack.configure(&[&[range], settings].concat());
    rack.wait(60);
    rack
}

#[test]
fn the_native_vlan_carries_what_has_no_tag() {
    assert!(trunk(&[]).reaches(XEN1, 100));
}

#[test]
fn a_wrong_native_vlan_splits_the_management_network() {
    assert!(!trunk(&["switchport trunk native vlan 10"]).reaches(XEN1, 100));
}

#[test]
fn a_vlan_that_is_not_allowed_on_the_trunk_carries_nothing() {
    let mut rack = trunk(&["switchport trunk allowed vlan 10,20,30"]);
    assert!(!rack.reaches(XEN1, 100));
    rack.configure(&["interface Gi1/0/13", "switchport trunk allowed vlan add 5"]);
    rack.wait(60);
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn a_list_replaces_the_list_before_it() {
    let rack = trunk(&[
        "switchport trunk allowed vlan 5",
        "switchport trunk allowed vlan 30",
    ]);
    assert!(!rack.interface("Gi1/0/13").allowed.contains(5));
    assert!(!rack.reaches(XEN1, 100));
}

fn send_large_frames(rack: &mut Rack) {
    let xen1 = rack.world.state.servers.get_mut("xen1").expect("xen1");
    let system = xen1.system_mut().expect("a system that runs");
    system
        .addresses
        .iter_mut()
        .for_each(|address| address.mtu = 9000);
}

#[test]
fn frames_above_the_mtu_are_lost() {
    let mut rack = trunk(&[]);
    send_large_frames(&mut rack);
    assert!(rack.reaches(XEN1, 1500));
    assert!(!rack.reaches(XEN1, 9000));
    rack.exec(&["configure terminal", "system mtu 9198", "end"]);
    assert!(rack.reaches(XEN1, 9000));
}

#[test]
fn a_card_takes_nothing_that_is_larger_than_its_own_mtu() {
    let mut rack = trunk(&[]);
    send_large_frames(&mut rack);
    rack.exec(&["configure terminal", "system mtu 9198", "end"]);
    assert!(rack.reaches_in_pieces(XEN1, 9000));
    let xen1 = rack.world.state.servers.get_mut("xen1").expect("xen1");
    let system = xen1.system_mut().expect("a system that runs");
    system
        .addresses
        .iter_mut()
        .for_each(|address| address.mtu = 1500);
    // The switch sends one large frame: it knows nothing of the card.
    assert!(!rack.reaches_in_pieces(XEN1, 9000));
}

#[test]
fn a_port_listens_anew_in_a_vlan_that_is_new_to_it() {
    let mut rack = trunk(&[]);
    assert!(rack.reaches(XEN1, 100));

    let access = [
        "interface Gi1/0/13",
        "switchport mode access",
        "switchport access vlan 5",
    ];
    rack.configure(&access);
    rack.wait(29);
    assert!(!rack.reaches(XEN1, 100), "it became an access port");
    rack.wait(2);
    assert!(rack.reaches(XEN1, 100));

    rack.configure(&["interface Gi1/0/13", "switchport access vlan 1"]);
    rack.configure(&["interface Gi1/0/13", "switchport access vlan 5"]);
    rack.wait(28);
    assert!(!rack.reaches(XEN1, 100), "it was in another VLAN");
    rack.wait(3);
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn a_new_vlan_begins_with_listening_on_trunks_too_unless_they_are_edges() {
    let mut rack = trunk(&[]);
    let forwards = |rack: &mut Rack| {
        let shown = rack.show("show interfaces Gi1/0/13 trunk");
        shown.lines().last().expect("a row").trim().to_owned()
    };
    assert_eq!(forwards(&mut rack), "Gi1/0/13    1,5");
    rack.configure(&["vlan 30", "exit"]);
    assert_eq!(forwards(&mut rack), "Gi1/0/13    1,5");
    rack.wait(31);
    assert_eq!(forwards(&mut rack), "Gi1/0/13    1,5,30");
    rack.alter_port("sw1", 13, |port| port.portfast = Portfast::Trunk);
    rack.configure(&["vlan 40", "exit"]);
    assert_eq!(forwards(&mut rack), "Gi1/0/13    1,5,30,40");
}

#[test]
fn the_mtu_of_a_vlan_is_accepted_without_a_word_and_useless() {
    let mut rack = trunk(&[]);
    send_large_frames(&mut rack);
    rack.configure(&["vlan 5", "mtu 9216"]);
    assert_eq!(
        rack.show("show system mtu").trim(),
        "Global Ethernet MTU is 1500 bytes."
    );
    assert!(!rack.reaches(XEN1, 9000));
}

#[test]
fn the_whole_switch_takes_no_mtu_above_9198() {
    let mut rack = Rack::new();
    let screen = rack.exec(&["configure terminal", "system mtu 9216", "end"]);
    assert!(
        screen.contains("% Invalid input detected at '^' marker."),
        "{screen}"
    );
}

#[test]
fn after_a_refused_range_the_lines_hit_what_was_configured_before() {
    let mut rack = Rack::new();
    rack.exec(&[
        "configure terminal",
        "interface GigabitEthernet1/0/1",
        "interface range GigabitEthernet1/0/13 \u{2013} 14",
        "switchport mode access",
        "shutdown",
        "end",
    ]);
    assert!(rack.interface("Gi1/0/1").shutdown);
    assert!(!rack.interface("Gi1/0/13").shutdown);
}
