//! What a host's bond does on the network, with the switch that suits it and with one that does not.

use std::net::Ipv4Addr;

use runsheet::lab::world::{Address, BondMode, Node, TaggedBridge};

use super::rack::{Rack, XEN1};

/// xen1's address in VLAN 20.
const STORAGE: Ipv4Addr = Ipv4Addr::new(10, 10, 20, 13);

/// Speaks LACP, and uses one card where nobody answers.
const LACP: BondMode = BondMode::Lacp { falls_back: true };
/// Speaks LACP, and says nothing where nobody answers.
const STRICT: BondMode = BondMode::Lacp { falls_back: false };

/// The stack with VLAN 5 on plain ports of all servers.
fn plain() -> Rack {
    let mut rack = Rack::stacked();
    rack.configure(&[
        "vlan 5",
        "interface Vlan5",
        "ip address 172.16.40.254 255.255.255.0",
        "interface range Gi1/0/13 - 14 , Gi2/0/13 - 14 , Gi1/0/24 , Gi2/0/24",
        "switchport mode access",
        "switchport access vlan 5",
    ]);
    rack.wait(60);
    rack
}

/// The same with xen1's two ports bundled without asking.
fn forced() -> Rack {
    let mut rack = plain();
    rack.configure(&[
        "interface range Gi1/0/13 , Gi2/0/13",
        "channel-group 1 mode on",
    ]);
    rack.wait(60);
    assert!(
        rack.bundle().ends_with("Gi1/0/13(P)     Gi2/0/13(P)"),
        "{}",
        rack.bundle()
    );
    rack
}

/// Who in VLAN 5 gets an answer of xen1.
fn reached_by(rack: &Rack) -> usize {
    let others = ["xen2", "storage"].map(|name| Node::Server(name.to_owned()));
    let switch = [Node::Switch("sw1".to_owned())];
    let all = switch.iter().chain(&others);
    all.filter(|from| rack.world.answers(from, XEN1, 100, true))
        .count()
}

impl Rack {
    /// xen1 has an address in VLAN 20, whose frames carry a tag.
    fn give_xen1_storage(&mut self, tag: u16) {
        self.configure(&[
            "vlan 20",
            "interface Vlan20",
            "ip address 10.10.20.254 255.255.255.0",
        ]);
        let xen1 = self.world.state.servers.get_mut("xen1").expect("xen1");
        let system = xen1.system_mut().expect("a system that runs");
        let nic = "nic1".to_owned();
        let bridge = TaggedBridge {
            nic: nic.clone(),
            tag,
        };
        system.bridges.insert("xapi1".to_owned(), bridge);
        system.addresses.push(Address {
            ip: STORAGE,
            prefix: 24,
            nic,
            tag: Some(tag),
            mtu: 1500,
        });
        self.wait(60);
    }
}

#[test]
fn modes_that_need_no_switch_use_one_card_and_the_other_when_that_is_dead() {
    for mode in [BondMode::ActiveBackup, BondMode::BalanceSlb] {
        let mut rack = plain();
        rack.bond_xen1_as(mode);
        assert_eq!(reached_by(&rack), 3, "{mode:?}");
        rack.order("unplug xen1:nic1");
        assert_eq!(reached_by(&rack), 3, "{mode:?}");
        rack.order("unplug xen1:nic2");
        assert_eq!(reached_by(&rack), 0, "{mode:?}");
    }
}

#[test]
fn a_bond_stays_on_a_link_that_is_up_although_nothing_passes_there() {
    let mut rack = plain();
    rack.bond_xen1_as(BondMode::ActiveBackup);
    rack.configure(&["vlan 30", "interface Gi1/0/13", "switchport access vlan 30"]);
    rack.wait(60);
    assert_eq!(reached_by(&rack), 0);
    rack.configure(&["interface Gi1/0/13", "shutdown"]);
    assert_eq!(reached_by(&rack), 3);
}

#[test]
fn a_bundle_that_was_not_agreed_on_sends_half_to_a_card_that_does_not_listen() {
    for mode in [BondMode::ActiveBackup, BondMode::BalanceSlb, LACP] {
        let mut rack = forced();
        rack.bond_xen1_as(mode);
        let reached = reached_by(&rack);
        assert!((1..3).contains(&reached), "{mode:?}: {reached} of 3");
        // With one link left there is nothing to choose.
        rack.order("unplug xen1:nic2");
        assert_eq!(reached_by(&rack), 3, "{mode:?}");
    }
}

#[test]
fn without_a_partner_a_bond_that_speaks_lacp_uses_one_card_or_none() {
    let mut rack = plain();
    rack.bond_xen1_as(LACP);
    assert_eq!(reached_by(&rack), 3);
    rack.bond_xen1_as(STRICT);
    assert_eq!(reached_by(&rack), 0);
    // The switch is told to answer.
    rack.configure(&[
        "interface range Gi1/0/13 , Gi2/0/13",
        "channel-group 1 mode active",
    ]);
    rack.wait(60);
    assert_eq!(reached_by(&rack), 3);
}

#[test]
fn a_port_that_is_suspended_is_no_part_of_the_bond() {
    let mut rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,10"]);
    rack.bond_xen1_as(STRICT);
    let up = |rack: &Rack| {
        let system = rack.world.state.servers["xen1"].system().expect("a system");
        rack.world.links_up("xen1", &system.bonds["bond0"])
    };
    assert_eq!(up(&rack), 2);
    rack.configure(&["interface Gi1/0/13", "switchport trunk allowed vlan 5"]);
    assert_eq!(up(&rack), 1);
    assert!(rack.reaches(XEN1, 100));
    rack.configure(&["interface Gi2/0/13", "switchport trunk allowed vlan 5"]);
    assert_eq!(up(&rack), 0);
    assert!(!rack.reaches(XEN1, 100));
}

#[test]
fn a_vlan_on_the_bond_is_reached_where_the_trunk_carries_its_tag() {
    let mut rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,20"]);
    rack.bond_xen1();
    rack.give_xen1_storage(20);
    assert!(rack.reaches(STORAGE, 100));
    rack.order("unplug xen1:nic1");
    assert!(rack.reaches(STORAGE, 100));
    rack.configure(&["interface Port-channel1", "switchport trunk allowed vlan 5"]);
    rack.wait(60);
    assert!(!rack.reaches(STORAGE, 100));
    assert!(rack.reaches(XEN1, 100));
}

#[test]
fn a_tag_that_is_the_native_vlan_reaches_nobody() {
    let mut rack = Rack::with_a_channel(&["switchport trunk native vlan 20"]);
    rack.bond_xen1();
    rack.give_xen1_storage(20);
    assert!(!rack.reaches(STORAGE, 100));
}

#[test]
fn a_bond_is_one_station_at_the_port_channel() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    let nics = rack.world.state.servers["xen1"].nics.clone();
    let table = rack.show("show mac address-table");
    let rows = |mac: &str| {
        let rows = table.lines().filter(|row| row.contains(mac));
        rows.map(str::trim).collect::<Vec<_>>()
    };
    let own = rows(&nics["nic1"]);
    assert!(!own.is_empty(), "{table}");
    assert!(own.iter().all(|row| row.ends_with("Po1")), "{table}");
    assert_eq!(rows(&nics["nic2"]), Vec::<&str>::new(), "{table}");
    let neighbours = rack.show("show lacp neighbor");
    assert_eq!(neighbours.matches(&nics["nic1"]).count(), 2, "{neighbours}");
}
