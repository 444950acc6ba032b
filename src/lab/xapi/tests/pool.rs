use std::net::Ipv4Addr;

use serde_json::{Value as Json, json};

use super::Desk;
use crate::lab::PASSWORD;
use crate::lab::dom0;
use crate::lab::world::xapi::{Database, PoolRole};
use crate::lab::world::{World, difference};
use crate::lab::xapi::{Asked, answer};

pub(super) const XEN1: &str = "172.16.40.13";

/// Somebody at xen2, which has not joined anything.
pub(super) fn at_xen2() -> Desk {
    let mut desk = Desk::new();
    desk.go_to("xen2");
    desk
}

/// Somebody at xen1, whose pool xen2 has joined.
pub(super) fn pooled() -> Desk {
    let mut desk = at_xen2();
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.wait(60);
    desk.go_to("xen1");
    desk
}

impl Desk {
    pub(super) fn join(&mut self) -> Json {
        self.refused("pool.join", json!([XEN1, "root", PASSWORD]))
    }

    pub(super) fn database(&mut self, server: &str) -> &mut Database {
        let server = self.world.state.servers.get_mut(server);
        let system = server.and_then(|server| server.system_mut());
        &mut system.expect("a system").xapi
    }

    pub(super) fn labels(&mut self, class: &str) -> Vec<String> {
        let records = self.get(&format!("{class}.get_all_records"), json!([]));
        let records = records.as_object().expect("records").values();
        let label = |record: &Json| record["name_label"].as_str().expect("a label").to_owned();
        let mut labels: Vec<String> = records.map(label).collect();
        labels.sort();
        labels
    }

    fn is_answered(&mut self) -> bool {
        let body = json!({"id": 1, "method": "system.isAlive", "params": ["x"]}).to_string();
        let path = "/jsonrpc".to_owned();
        answer(&mut self.world, self.server, &Asked { path, body }).is_some()
    }
}

#[test]
fn a_host_that_joins_restarts_its_toolstack_and_is_a_member() {
    let mut desk = at_xen2();
    assert_eq!(desk.get("pool.join", json!([XEN1, "root", PASSWORD])), "");
    // Its fuse burns for ten seconds: who is there stays, nobody new comes in.
    desk.wait(9);
    assert_eq!(desk.labels("host"), ["xen2"]);
    assert_eq!(desk.knock()["error"], json!(["HOST_IS_SLAVE", XEN1]));
    desk.wait(2);
    assert!(!desk.is_answered());
    desk.wait(30);
    assert_eq!(desk.knock()["error"], json!(["HOST_IS_SLAVE", XEN1]));
    let session = desk.session.clone();
    assert_eq!(
        desk.refused("host.get_all", json!([])),
        json!(["SESSION_INVALID", session])
    );
}

#[test]
fn the_master_knows_a_member_at_once_and_has_it_live_once_it_is_up() {
    let mut desk = at_xen2();
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.go_to("xen1");
    let member = desk.named("host", "xen2");
    let metrics = desk.get("host.get_metrics", json!([member]));
    let state = |desk: &mut Desk| {
        (
            desk.get("host.get_enabled", json!([member])) == true,
            desk.get("host_metrics.get_live", json!([metrics])) == true,
        )
    };
    assert_eq!(state(&mut desk), (false, false));
    desk.wait(25);
    assert_eq!(state(&mut desk), (false, false));
    assert_eq!(
        desk.refused("host.disable", json!([member])),
        json!(["HOST_OFFLINE", member])
    );
    desk.wait(10);
    assert_eq!(state(&mut desk), (true, true));
    // Then the master hears of it: without a cable it is not there.
    desk.world
        .technician("unplug xen2:nic1")
        .expect("unplugged");
    assert_eq!(state(&mut desk), (true, false));
}

#[test]
fn a_pool_has_the_cards_and_disks_of_both_on_the_same_networks() {
    let mut desk = pooled();
    assert_eq!(
        desk.get("pool.get_all", json!([])).as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(desk.labels("host"), ["xen1", "xen2"]);
    assert_eq!(
        desk.labels("network"),
        [
            "Host internal management network",
            "Pool-wide network associated with eth0",
            "Pool-wide network associated with eth1"
        ]
    );
    let repositories = [
        "DVD drives",
        "DVD drives",
        "Local storage",
        "Local storage",
        "Removable storage",
        "Removable storage",
        // There is one for all, and one image in it.
        "XenServer Tools",
    ];
    assert_eq!(desk.labels("SR"), repositories);
    assert_eq!(desk.labels("VDI"), ["xs-tools.iso"]);
    assert_eq!(desk.labels("SM").len(), 7);

    let member = desk.named("host", "xen2");
    let record = desk.get("host.get_record", json!([member]));
    for (field, count) in [
        ("PIFs", 2),
        ("PBDs", 4),
        ("host_CPUs", 16),
        ("resident_VMs", 1),
    ] {
        assert_eq!(
            record[field].as_array().map(Vec::len),
            Some(count),
            "{field}"
        );
    }
    let networks = |desk: &mut Desk, host: &Json| {
        let cards = desk.get("PIF.get_all_records", json!([]));
        let cards = cards.as_object().expect("cards").values();
        let own = cards.filter(|card| card["host"] == *host);
        let mut own: Vec<_> = own
            .map(|card| (card["device"].to_string(), card["network"].to_string()))
            .collect();
        own.sort();
        own
    };
    let master = desk.named("host", "xen1");
    assert_eq!(networks(&mut desk, &master), networks(&mut desk, &member));
    let pbds = desk.get("PBD.get_all_records", json!([]));
    let pbds = pbds.as_object().expect("PBDs").values();
    assert!(
        pbds.into_iter()
            .all(|pbd| pbd["currently_attached"] == true)
    );
}

#[test]
fn a_member_keeps_its_uuid_and_gets_new_references() {
    let mut desk = at_xen2();
    let before = desk.named("host", "xen2");
    let uuid = desk.get("host.get_uuid", json!([before]));
    let own = desk.get("host.get_management_interface", json!([before]));
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.go_to("xen1");
    let after = desk.get("host.get_by_uuid", json!([uuid]));
    assert_ne!(before, after);
    let card = desk.get("host.get_management_interface", json!([after]));
    assert_ne!(own, card);
    assert_eq!(desk.get("PIF.get_IP", json!([card])), "172.16.40.14");
    assert_eq!(
        desk.refused("PIF.get_record", json!([own]))[0],
        "HANDLE_INVALID"
    );
}

#[test]
fn the_master_speaks_for_its_members() {
    let mut desk = pooled();
    let member = desk.named("host", "xen2");
    let card = desk.get("host.get_management_interface", json!([member]));
    let metrics = desk.get("PIF.get_metrics", json!([card]));
    assert_eq!(desk.get("PIF_metrics.get_carrier", json!([metrics])), true);
    let of_host = desk.get("host.get_metrics", json!([member]));
    desk.get("host.disable", json!([member]));
    desk.get("host.reboot", json!([member]));
    let own = desk.world.on_since("xen1");
    desk.wait(60);
    assert_eq!(desk.get("host_metrics.get_live", json!([of_host])), false);
    desk.wait(120);
    assert_eq!(desk.get("host_metrics.get_live", json!([of_host])), true);
    assert_eq!(desk.world.on_since("xen1"), own);
    assert!(desk.world.on_since("xen2") > own);

    desk.world
        .technician("unplug xen2:nic1")
        .expect("unplugged");
    assert_eq!(desk.get("PIF_metrics.get_carrier", json!([metrics])), false);
}

#[test]
fn a_member_that_loses_power_on_its_way_in_is_a_member_afterwards() {
    let mut desk = at_xen2();
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.world.reset_host("xen2");
    desk.wait(120);
    assert_eq!(desk.knock()["error"], json!(["HOST_IS_SLAVE", XEN1]));
    desk.go_to("xen1");
    let member = desk.named("host", "xen2");
    assert_eq!(desk.get("host.get_enabled", json!([member])), true);
}

#[test]
fn a_member_looks_for_its_master_until_it_is_there() {
    let mut desk = at_xen2();
    desk.get("pool.join", json!([XEN1, "root", PASSWORD]));
    desk.world
        .technician("unplug xen2:nic1")
        .expect("unplugged");
    desk.wait(120);
    desk.go_to("xen1");
    let member = desk.named("host", "xen2");
    assert_eq!(desk.get("host.get_enabled", json!([member])), false);
    desk.world
        .technician("plug xen2:nic1 sw1:14")
        .expect("plugged");
    desk.wait(120);
    assert_eq!(desk.get("host.get_enabled", json!([member])), true);
}

#[test]
fn a_host_that_leaves_is_as_it_was_installed() {
    let before = Desk::new().world;
    let mut desk = pooled();
    let member = desk.named("host", "xen2");
    desk.get("pool.eject", json!([member]));
    assert_eq!(desk.labels("host"), ["xen1"]);
    assert_eq!(desk.labels("SR").len(), 4);
    desk.server = "xen2";
    assert!(!desk.is_answered());
    // It restarts: shuts down, tests itself, boots.
    desk.wait(5 * 60);
    assert!(desk.world.on_since("xen2") > before.on_since("xen2"));
    desk.go_to("xen2");
    assert_eq!(desk.labels("host"), ["xen2"]);
    assert_eq!(difference(&before, &desk.world), "");
    // And it may come back.
    assert_eq!(desk.join(), Json::Null);
}

#[test]
fn the_world_says_who_is_a_member_of_what() {
    let mut desk = pooled();
    let system = desk.world.state.servers["xen2"].system().expect("a system");
    assert_eq!(
        system.role,
        PoolRole::Member(Ipv4Addr::new(172, 16, 40, 13))
    );
    assert_eq!(system.xapi, Database::default());
    let mut conf = |server| {
        let ran = dom0::run(&mut desk.world, server, "cat /etc/xensource/pool.conf");
        ran.stdout
    };
    assert_eq!(
        [conf("xen1"), conf("xen2")],
        ["master".to_owned(), format!("slave:{XEN1}")]
    );
    let changed = difference(&Desk::new().world, &desk.world);
    let role = "servers.xen2.machine.drives.0.system.role: \"Master\" -> ";
    assert!(changed.contains(role), "{changed}");
    let saved = serde_json::to_string(&desk.world).expect("JSON");
    let again: World = serde_json::from_str(&saved).expect("a world");
    assert_eq!(difference(&desk.world, &again), "");
}

#[test]
fn the_same_seed_has_the_same_pool() {
    let (one, other) = (pooled(), pooled());
    assert_eq!(difference(&one.world, &other.world), "");
    assert_eq!(one.session, other.session);
    let again = World::installed(2);
    let uuid = |world: &World| {
        let system = world.state.servers["xen2"].system().expect("a system");
        system.installation.clone()
    };
    assert_ne!(uuid(&one.world), uuid(&again));
}

#[test]
fn a_task_joins_too() {
    let mut desk = at_xen2();
    let task = desk.get("Async.pool.join", json!([XEN1, "root", PASSWORD]));
    desk.wait(5);
    assert_eq!(desk.get("task.get_status", json!([task])), "success");
    desk.wait(60);
    assert_eq!(desk.knock()["error"], json!(["HOST_IS_SLAVE", XEN1]));
}
