//! Bonds, as the toolstack makes them and as the network has them.

use serde_json::{Value as Json, json};

use super::Desk;
use super::pool::{XEN1, at_xen2, pooled};
use crate::lab::PASSWORD;
use crate::lab::dom0;
use crate::lab::world::difference;
use crate::lab::world::xapi::Field;
use crate::lab::world::{BondMode, World};

impl Desk {
    /// A host's cards, the first one first.
    fn cards(&mut self, host: &str) -> [Json; 2] {
        let host = self.named("host", host);
        ["eth0", "eth1"].map(|device| {
            let network = format!("Pool-wide network associated with {device}");
            let network = self.named("network", &network);
            let cards = self.get("network.get_PIFs", json!([network]));
            let cards = cards.as_array().expect("cards").clone();
            let mut own = cards
                .into_iter()
                .filter(|card| self.get("PIF.get_host", json!([card])) == host);
            own.next().expect("a card")
        })
    }

    fn bond(&mut self, network: &Json, members: &Json, mode: &str, properties: Json) -> Json {
        let params = json!([network, members, "", mode, properties]);
        self.get("Bond.create", params)
    }

    fn refused_bond(&mut self, network: &Json, members: Json) -> Json {
        let params = json!([network, members, "", "lacp", {}]);
        self.refused("Bond.create", params)
    }

    fn network_called(&mut self, name: &str) -> Json {
        self.get("network.create", json!([{"name_label": name}]))
    }
}

fn mode_of(world: &World, server: &str) -> Option<BondMode> {
    let system = world.state.servers[server].system().expect("a system");
    system.bonds.get("bond0").map(|bond| bond.mode)
}

#[test]
fn what_the_first_card_had_moves_to_the_bond_and_back() {
    let mut desk = Desk::new();
    let before = desk.world.clone();
    let cards = desk.cards("xen1");
    let network = desk.network_called("Management");
    let bond = desk.bond(&network, &json!(cards), "active-backup", json!({}));

    let master = desk.get("Bond.get_master", json!([bond]));
    let record = desk.get("PIF.get_record", json!([master]));
    let first = desk.get("PIF.get_record", json!([cards[0]]));
    for (field, value) in [
        ("device", json!("bond0")),
        ("physical", json!(false)),
        ("VLAN", json!(-1)),
        ("MAC", first["MAC"].clone()),
        ("network", network.clone()),
        ("management", json!(true)),
        ("ip_configuration_mode", json!("Static")),
        ("IP", json!(XEN1)),
        ("gateway", json!("172.16.40.254")),
        ("currently_attached", json!(true)),
        ("bond_master_of", json!([bond])),
    ] {
        assert_eq!(record[field], value, "{field}");
    }
    for (field, value) in [
        ("bond_slave_of", bond.clone()),
        ("management", json!(false)),
        ("ip_configuration_mode", json!("None")),
        ("IP", json!("")),
        ("currently_attached", json!(false)),
    ] {
        assert_eq!(first[field], value, "{field}");
    }
    let ran = dom0::run(
        &mut desk.world,
        "xen1",
        "ip -4 addr show dev xapi0; ip route",
    );
    assert!(
        ran.stdout.contains("    inet 172.16.40.13/24 ")
            && ran.stdout.contains("default via 172.16.40.254 dev xapi0\n"),
        "{}",
        ran.stdout
    );
    let record = desk.get("Bond.get_record", json!([bond]));
    assert_eq!(record["primary_slave"], cards[0]);
    assert_eq!(record["slaves"].as_array().map(Vec::len), Some(2));
    assert_eq!(record["properties"], json!({}));
    let host = desk.named("host", "xen1");
    assert_eq!(
        desk.get("host.get_management_interface", json!([host])),
        master
    );

    desk.get("Bond.destroy", json!([bond]));
    desk.get("network.destroy", json!([network]));
    assert_eq!(difference(&before, &desk.world), "");
}

#[test]
fn vlans_and_their_addresses_move_with_it() {
    let mut desk = Desk::new();
    let before = desk.world.clone();
    let cards = desk.cards("xen1");
    let storage = desk.network_called("Storage");
    // It is on the second card, which is not the one that is managed over.
    let vlan = desk.get("VLAN.create", json!([cards[1], "20", storage]));
    let card = desk.get("VLAN.get_untagged_PIF", json!([vlan]));
    desk.get("PIF.plug", json!([card]));
    let address = json!([card, "Static", "10.10.20.13", "255.255.255.0", "", ""]);
    desk.get("PIF.reconfigure_ip", address);
    let on = |world: &World| {
        let system = world.state.servers["xen1"].system().expect("a system");
        let own = system.addresses.iter().find(|own| own.tag == Some(20));
        own.map(|own| own.nic.clone())
    };
    assert_eq!(on(&desk.world).as_deref(), Some("nic2"));
    desk.get("PIF.unplug", json!([card]));
    assert_eq!(on(&desk.world), None);
    desk.get("PIF.plug", json!([card]));

    let network = desk.network_called("Management");
    let bond = desk.bond(&network, &json!(cards), "lacp", json!({}));
    assert_eq!(desk.get("PIF.get_device", json!([card])), "bond0");
    assert_eq!(desk.get("PIF.get_currently_attached", json!([card])), true);
    assert_eq!(on(&desk.world).as_deref(), Some("nic1"));
    let master = desk.get("Bond.get_master", json!([bond]));
    assert_eq!(desk.get("VLAN.get_tagged_PIF", json!([vlan])), master);

    // A bond's cards carry no VLANs of their own, and are not plugged in by themselves.
    let other = desk.network_called("Data");
    assert_eq!(
        desk.refused("VLAN.create", json!([cards[0], "30", other])),
        json!(["CANNOT_ADD_VLAN_TO_BOND_SLAVE", cards[0]])
    );
    assert_eq!(
        desk.refused("PIF.plug", json!([cards[1]])),
        json!(["CANNOT_PLUG_BOND_SLAVE", cards[1]])
    );

    // What comes off goes to the primary card.
    desk.get("Bond.destroy", json!([bond]));
    assert_eq!(desk.get("PIF.get_device", json!([card])), "eth0");
    assert_eq!(desk.get("VLAN.get_tagged_PIF", json!([vlan])), cards[0]);
    assert_eq!(on(&desk.world).as_deref(), Some("nic1"));
    desk.get("VLAN.destroy", json!([vlan]));
    assert_eq!(on(&desk.world), None);
    for network in [storage, network, other] {
        desk.get("network.destroy", json!([network]));
    }
    assert_eq!(difference(&before, &desk.world), "");
}

#[test]
fn cards_that_can_not_be_a_bond_are_refused() {
    let mut desk = pooled();
    let network = desk.network_called("Management");
    let (own, other) = (desk.cards("xen1"), desk.cards("xen2"));
    assert_eq!(
        desk.refused_bond(&network, json!([])),
        json!(["PIF_BOND_NEEDS_MORE_MEMBERS"])
    );
    assert_eq!(
        desk.refused_bond(&network, json!([own[0], other[1]])),
        json!(["PIF_CANNOT_BOND_CROSS_HOST"])
    );
    assert_eq!(
        desk.refused_bond(&network, json!(["OpaqueRef:x"])),
        json!(["HANDLE_INVALID", "PIF", "OpaqueRef:x"])
    );
    assert_eq!(
        desk.refused("Bond.create", json!([network, own, "de:ad", "lacp", {}])),
        json!(["MAC_INVALID", "de:ad"])
    );
    assert_eq!(
        desk.refused("Bond.create", json!([network, own, "", "round-robin", {}])),
        json!(["FIELD_TYPE_ERROR", "mode"])
    );
    let storage = desk.network_called("Storage");
    let vlan = desk.get("VLAN.create", json!([own[0], "20", storage]));
    let tagged = desk.get("VLAN.get_untagged_PIF", json!([vlan]));
    assert_eq!(
        desk.refused_bond(&network, json!([own[1], tagged])),
        json!(["PIF_VLAN_EXISTS", "eth0"])
    );
    let host = desk.named("host", "xen1");
    assert_eq!(
        desk.refused_bond(&storage, json!(own)),
        json!(["NETWORK_ALREADY_CONNECTED", host, tagged])
    );
    let address = json!([own[1], "Static", "10.10.20.13", "255.255.255.0", "", ""]);
    desk.get("PIF.reconfigure_ip", address);
    assert_eq!(
        desk.refused_bond(&network, json!(own)),
        json!(["PIF_BOND_MORE_THAN_ONE_IP"])
    );
    desk.get(
        "PIF.reconfigure_ip",
        json!([own[1], "None", "", "", "", ""]),
    );
    desk.bond(&network, &json!(own), "lacp", json!({}));
    let third = desk.network_called("another");
    assert_eq!(
        desk.refused_bond(&third, json!(own)),
        json!(["PIF_ALREADY_BONDED", own[0]])
    );
    desk.world
        .technician("unplug xen2:nic1")
        .expect("unplugged");
    let member = desk.named("host", "xen2");
    assert_eq!(
        desk.refused_bond(&network, json!(other)),
        json!(["HOST_OFFLINE", member])
    );
}

#[test]
fn properties_are_those_of_the_mode() {
    let mut desk = Desk::new();
    let cards = desk.cards("xen1");
    let network = desk.network_called("Management");
    let create = |desk: &mut Desk, mode: &str, properties: Json| {
        desk.refused("Bond.create", json!([network, cards, "", mode, properties]))
    };
    assert_eq!(
        create(&mut desk, "lacp", json!({"hashing-algorithm": "src_mac"})),
        json!(["INVALID_VALUE", "properties", "hashing-algorithm = src_mac"])
    );
    assert_eq!(
        create(
            &mut desk,
            "balance-slb",
            json!({"hashing_algorithm": "src_mac"})
        ),
        json!(["INVALID_VALUE", "properties", "hashing_algorithm = src_mac"])
    );
    let bond = desk.bond(&network, &json!(cards), "lacp", json!({}));
    let has = |desk: &mut Desk| desk.get("Bond.get_properties", json!([bond]));
    assert_eq!(
        has(&mut desk),
        json!({"hashing_algorithm": "tcpudp_ports", "lacp-time": "slow", "lacp-fallback-ab": "true"})
    );
    desk.get(
        "Bond.set_property",
        json!([bond, "hashing_algorithm", "src_mac"]),
    );
    desk.get(
        "Bond.set_property",
        json!([bond, "lacp-fallback-ab", "false"]),
    );
    assert_eq!(has(&mut desk)["hashing_algorithm"], "src_mac");
    assert_eq!(
        mode_of(&desk.world, "xen1"),
        Some(BondMode::Lacp { falls_back: false })
    );
    assert_eq!(
        desk.refused("Bond.set_property", json!([bond, "lacp-time", "now"])),
        json!(["INVALID_VALUE", "properties", "lacp-time = now"])
    );
    desk.get("Bond.set_mode", json!([bond, "active-backup"]));
    assert_eq!(has(&mut desk), json!({}));
    assert_eq!(mode_of(&desk.world, "xen1"), Some(BondMode::ActiveBackup));
    desk.get("Bond.set_mode", json!([bond, "lacp"]));
    assert_eq!(has(&mut desk)["hashing_algorithm"], "tcpudp_ports");
}

#[test]
fn the_way_to_the_toolstack_stays_as_it_is_while_ha_is_on() {
    let mut desk = Desk::new();
    let cards = desk.cards("xen1");
    let network = desk.network_called("Management");
    let ha = |desk: &mut Desk, on: bool| {
        let database = desk.database("xen1");
        let pool = database.of("pool").next().expect("a pool").0.to_owned();
        let pool = database.get_mut("pool", &pool).expect("a pool");
        pool.insert("ha_enabled".to_owned(), Field::Flag(on));
    };
    let refused = json!(["HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE"]);
    ha(&mut desk, true);
    assert_eq!(desk.refused_bond(&network, json!(cards)), refused);
    ha(&mut desk, false);
    let bond = desk.bond(&network, &json!(cards), "lacp", json!({}));
    ha(&mut desk, true);
    assert_eq!(desk.refused("Bond.destroy", json!([bond])), refused);
}

#[test]
fn a_bond_outlives_its_toolstack_and_its_host() {
    let mut desk = pooled();
    let network = desk.network_called("Management");
    for host in ["xen1", "xen2"] {
        let cards = desk.cards(host);
        let task = json!([network, cards, "", "active-backup", {}]);
        let task = desk.get("Async.Bond.create", task);
        desk.wait(5);
        assert_eq!(desk.get("task.get_status", json!([task])), "success");
    }
    let made = desk.world.clone();
    let text = serde_json::to_string(&desk.world).expect("a world that can be written");
    desk.world = serde_json::from_str(&text).expect("a world that can be read");
    desk.world
        .technician("power-cycle xen1; power-cycle xen2")
        .expect("orders");
    desk.wait(10 * 60);
    assert_eq!(difference(&made, &desk.world), "");
    desk.log_in();
    assert_eq!(
        desk.get("Bond.get_all", json!([])).as_array().map(Vec::len),
        Some(2)
    );
    for host in ["xen1", "xen2"] {
        assert_eq!(mode_of(&desk.world, host), Some(BondMode::ActiveBackup));
    }
}

#[test]
fn who_joins_gets_the_masters_bond_and_loses_it_when_it_is_ejected() {
    let mut desk = at_xen2();
    desk.go_to("xen1");
    let (network, cards) = (desk.network_called("Management"), desk.cards("xen1"));
    desk.bond(&network, &json!(cards), "active-backup", json!({}));
    let storage = desk.network_called("Storage");
    let host = desk.named("host", "xen1");
    let managed = desk.get("host.get_management_interface", json!([host]));
    desk.get("pool.create_VLAN_from_PIF", json!([managed, storage, "20"]));

    // A host whose way to its toolstack is a bond may not join.
    desk.go_to("xen2");
    let own = desk.network_called("of its own");
    let cards = desk.cards("xen2");
    let bond = desk.bond(&own, &json!(cards), "active-backup", json!({}));
    assert_eq!(
        desk.join(),
        json!(["POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC"])
    );
    desk.get("Bond.destroy", json!([bond]));
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.wait(60);

    desk.go_to("xen1");
    let cards = desk.get("network.get_PIFs", json!([network]));
    assert_eq!(cards.as_array().map(Vec::len), Some(2));
    let tagged = desk.get("network.get_PIFs", json!([storage]));
    for card in tagged.as_array().expect("cards") {
        assert_eq!(desk.get("PIF.get_device", json!([card])), "bond0");
        assert_eq!(desk.get("PIF.get_currently_attached", json!([card])), true);
    }
    assert_eq!(mode_of(&desk.world, "xen2"), Some(BondMode::ActiveBackup));

    // One that comes later gets one bond, although two have it.
    desk.go_to("storage");
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.wait(60);
    desk.go_to("xen1");
    let cards = desk.get("network.get_PIFs", json!([network]));
    assert_eq!(cards.as_array().map(Vec::len), Some(3));

    let member = desk.named("host", "xen2");
    desk.get("pool.eject", json!([member]));
    assert_eq!(
        desk.get("Bond.get_all", json!([])).as_array().map(Vec::len),
        Some(2)
    );
    desk.wait(5 * 60);
    assert_eq!(mode_of(&desk.world, "xen2"), None);
    desk.go_to("xen2");
    assert_eq!(desk.get("Bond.get_all", json!([])), json!([]));
}

#[test]
fn addresses_that_can_not_be_are_refused() {
    let mut desk = Desk::new();
    let [managed, card] = desk.cards("xen1");
    let mut give = |card: &Json, mode: &str, ip: &str| {
        let params = json!([card, mode, ip, "255.255.255.0", "", ""]);
        desk.refused("PIF.reconfigure_ip", params)
    };
    assert_eq!(
        give(&card, "Static", "10.10.20"),
        json!(["INVALID_IP_ADDRESS_SPECIFIED", "IP"])
    );
    assert_eq!(
        give(&managed, "None", ""),
        json!(["PIF_IS_MANAGEMENT_INTERFACE", managed])
    );
    assert_eq!(
        give(&card, "Automatic", ""),
        json!(["FIELD_TYPE_ERROR", "mode"])
    );
    // Nobody gives out addresses here, and the way to the toolstack does not move.
    for (card, mode) in [(&card, "DHCP"), (&managed, "Static")] {
        assert_eq!(
            give(card, mode, "10.10.20.13"),
            json!(["NOT_IMPLEMENTED", "PIF.reconfigure_ip"])
        );
    }
    desk.get("PIF.set_disallow_unplug", json!([card, true]));
    assert_eq!(
        desk.refused("PIF.unplug", json!([card])),
        json!(["PIF_DOES_NOT_ALLOW_UNPLUG", card])
    );
}
