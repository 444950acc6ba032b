use serde_json::{Value as Json, json};

use super::Desk;
use super::pool::{XEN1, at_xen2, pooled};
use crate::lab::PASSWORD;
use crate::lab::dom0;
use crate::lab::world::difference;

impl Desk {
    fn network(&mut self, name: &str) -> Json {
        self.get("network.create", json!([{"name_label": name}]))
    }

    fn management(&mut self, name: &str) -> Json {
        let host = self.named("host", name);
        self.get("host.get_management_interface", json!([host]))
    }

    /// The status of `ip addr show DEVICE` on a host: whether there is such a device.
    fn has_device(&mut self, server: &str, device: &str) -> bool {
        let line = format!("ip addr show dev {device}");
        dom0::run(&mut self.world, server, &line).status == 0
    }
}

#[test]
fn a_network_comes_and_goes_and_the_next_one_has_another_name() {
    let mut desk = Desk::new();
    let before = desk.world.clone();
    let given =
        json!({"name_label": "storage", "MTU": "9000", "other_config": {"a": "b"}, "tags": []});
    let network = desk.get("network.create", json!([given]));
    let record = desk.get("network.get_record", json!([network]));
    assert_eq!(
        (&record["name_label"], &record["MTU"], &record["bridge"]),
        (&json!("storage"), &json!(9000), &json!("xapi0"))
    );
    let second = desk.get("network.create", json!([{"name_label": "x", "MTU": "0"}]));
    let second = desk.get("network.get_record", json!([second]));
    assert_eq!(
        (&second["bridge"], &second["MTU"]),
        (&json!("xapi1"), &json!(1500))
    );
    let second = desk.get("network.get_by_uuid", json!([second["uuid"]]));
    desk.get("network.destroy", json!([second]));
    desk.get("network.destroy", json!([network]));
    assert_eq!(difference(&before, &desk.world), "");
    let again = desk.network("storage");
    assert_ne!(again, network);
    assert_eq!(
        desk.refused("network.destroy", json!([network])),
        json!(["HANDLE_INVALID", "network", network])
    );
    assert_eq!(
        desk.refused("network.create", json!([{"MTU": "much"}])),
        json!(["FIELD_TYPE_ERROR", "MTU"])
    );
}

#[test]
fn a_network_that_is_in_use_or_the_hosts_own_stays() {
    let mut desk = Desk::new();
    let network = desk.named("network", "Pool-wide network associated with eth0");
    let card = desk.management("xen1");
    assert_eq!(
        desk.refused("network.destroy", json!([network])),
        json!(["NETWORK_CONTAINS_PIF", card])
    );
    let internal = desk.named("network", "Host internal management network");
    assert_eq!(
        desk.refused("network.destroy", json!([internal])),
        json!(["CANNOT_DESTROY_SYSTEM_NETWORK", internal])
    );
}

#[test]
fn a_vlan_is_attached_once_its_host_has_the_bridge() {
    let mut desk = Desk::new();
    let before = desk.world.clone();
    let (network, card) = (desk.network("VLAN 20"), desk.management("xen1"));
    let vlan = desk.get("VLAN.create", json!([card, "20", network]));
    let own = desk.get("VLAN.get_untagged_PIF", json!([vlan]));
    let record = desk.get("PIF.get_record", json!([own]));
    for (field, value) in [
        ("device", json!("eth0")),
        ("VLAN", json!(20)),
        ("MAC", json!("fe:ff:ff:ff:ff:ff")),
        ("physical", json!(false)),
        ("VLAN_master_of", vlan.clone()),
        ("currently_attached", json!(false)),
    ] {
        assert_eq!(record[field], value, "{field}");
    }
    assert_eq!(
        desk.get("PIF.get_VLAN_slave_of", json!([card])),
        json!([vlan])
    );
    assert!(!desk.has_device("xen1", "xapi0"));

    desk.get("PIF.plug", json!([own]));
    assert_eq!(desk.get("PIF.get_currently_attached", json!([own])), true);
    assert!(desk.has_device("xen1", "xapi0"));
    desk.get("PIF.unplug", json!([own]));
    assert!(!desk.has_device("xen1", "xapi0"));
    desk.get("PIF.plug", json!([own]));
    desk.get("VLAN.destroy", json!([vlan]));
    assert!(!desk.has_device("xen1", "xapi0"));
    desk.get("network.destroy", json!([network]));
    assert_eq!(difference(&before, &desk.world), "");
}

#[test]
fn vlans_that_can_not_be_are_refused() {
    let mut desk = Desk::new();
    let (network, card) = (desk.network("VLAN 20"), desk.management("xen1"));
    let create = |desk: &mut Desk, card: &Json, tag: &str, network: &Json| {
        desk.refused("VLAN.create", json!([card, tag, network]))
    };
    for tag in ["-1", "4095"] {
        assert_eq!(
            create(&mut desk, &card, tag, &network),
            json!(["VLAN_TAG_INVALID", tag])
        );
    }
    assert_eq!(
        create(&mut desk, &card, "twenty", &network),
        json!(["FIELD_TYPE_ERROR", "tag"])
    );
    let host = desk.named("host", "xen1");
    let own = desk.named("network", "Pool-wide network associated with eth0");
    assert_eq!(
        create(&mut desk, &card, "20", &own),
        json!(["NETWORK_ALREADY_CONNECTED", host, card])
    );
    let vlan = desk.get("VLAN.create", json!([card, "20", network]));
    let untagged = desk.get("VLAN.get_untagged_PIF", json!([vlan]));
    let other = desk.network("another");
    assert_eq!(
        create(&mut desk, &card, "20", &other),
        json!(["PIF_VLAN_EXISTS", "eth0"])
    );
    assert_eq!(
        create(&mut desk, &untagged, "30", &other),
        json!(["PIF_IS_VLAN", untagged])
    );
    assert_eq!(
        desk.refused("PIF.unplug", json!([card])),
        json!(["NOT_IMPLEMENTED", "PIF.unplug"])
    );
}

#[test]
fn a_pool_has_a_vlan_on_every_host() {
    let mut desk = pooled();
    let before = desk.world.clone();
    let (network, card) = (desk.network("VLAN 20"), desk.management("xen1"));
    let made = desk.get("pool.create_VLAN_from_PIF", json!([card, network, "20"]));
    let made = made.as_array().expect("cards").clone();
    assert_eq!(made.len(), 2);
    for card in &made {
        assert_eq!(desk.get("PIF.get_currently_attached", json!([card])), true);
    }
    assert!(desk.has_device("xen1", "xapi0") && desk.has_device("xen2", "xapi0"));

    // Where it fails on one, whichever that is, it is taken back on the other.
    let (second, third) = (desk.network("VLAN 30"), desk.network("another VLAN 30"));
    for host in ["xen1", "xen2"] {
        let taken = desk.management(host);
        let vlan = desk.get("VLAN.create", json!([taken, "30", second]));
        assert_eq!(
            desk.refused("pool.create_VLAN_from_PIF", json!([card, third, "30"])),
            json!(["PIF_VLAN_EXISTS", "eth0"])
        );
        assert_eq!(desk.get("network.get_PIFs", json!([third])), json!([]));
        desk.get("VLAN.destroy", json!([vlan]));
    }

    for vlan in desk
        .get("VLAN.get_all", json!([]))
        .as_array()
        .expect("VLANs")
    {
        desk.get("VLAN.destroy", json!([vlan]));
    }
    for network in [network, second, third] {
        desk.get("network.destroy", json!([network]));
    }
    assert_eq!(difference(&before, &desk.world), "");
}

#[test]
fn who_joins_gets_the_masters_vlans_and_leaves_its_own_behind() {
    let mut desk = at_xen2();
    let (network, card) = (desk.network("of its own"), desk.management("xen2"));
    let vlan = desk.get("VLAN.create", json!([card, "30", network]));
    let own = desk.get("VLAN.get_untagged_PIF", json!([vlan]));
    desk.get("PIF.plug", json!([own]));
    desk.go_to("xen1");
    let (network, card) = (desk.network("VLAN 20"), desk.management("xen1"));
    desk.get("pool.create_VLAN_from_PIF", json!([card, network, "20"]));
    desk.go_to("xen2");
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.wait(60);
    desk.go_to("xen1");
    let tags = desk.get("VLAN.get_all_records", json!([]));
    let tags = tags.as_object().expect("VLANs").values();
    let tags: Vec<_> = tags.map(|vlan| vlan["tag"].clone()).collect();
    assert_eq!(tags, [20, 20]);
    let cards = desk.get("network.get_PIFs", json!([network]));
    for card in cards.as_array().expect("cards") {
        assert_eq!(desk.get("PIF.get_currently_attached", json!([card])), true);
    }
    let bridges = |desk: &Desk, server: &str| {
        let system = desk.world.state.servers[server].system().expect("a system");
        let bridges = system.bridges.iter();
        bridges
            .map(|(name, bridge)| format!("{name} {}", bridge.tag))
            .collect::<Vec<_>>()
    };
    assert_eq!(bridges(&desk, "xen1"), ["xapi0 20"]);
    assert_eq!(bridges(&desk, "xen2"), ["xapi0 20"]);

    let member = desk.named("host", "xen2");
    desk.get("pool.eject", json!([member]));
    let left = desk.get("VLAN.get_all", json!([]));
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    desk.wait(5 * 60);
    assert!(bridges(&desk, "xen2").is_empty());
}
