//! What is refused to hosts that join a pool or are to leave one.

use serde_json::{Value as Json, json};

use super::Desk;
use super::pool::{XEN1, at_xen2, pooled};
use crate::lab::PASSWORD;
use crate::lab::world::difference;
use crate::lab::world::xapi::Field;

impl Desk {
    /// Sets a field of all objects of a class, as its own database has it.
    fn set(&mut self, class: &str, field: &str, value: impl Into<Field>) {
        let database = self.database(self.server);
        let objects: Vec<String> = database.of(class).map(|(r, _)| r.to_owned()).collect();
        let value = value.into();
        for object in objects {
            let record = database.get_mut(class, &object).expect("an object");
            record.insert(field.to_owned(), value.clone());
        }
    }
}

#[test]
fn who_can_not_be_reached_can_not_be_joined() {
    let no_connection = json!(["JOINING_HOST_CONNECTION_FAILED"]);
    let mut desk = at_xen2();
    for nobody in ["172.16.40.99", "xen1", "192.168.1.254"] {
        let refused = desk.refused("pool.join", json!([nobody, "root", PASSWORD]));
        assert_eq!(refused, no_connection, "{nobody}");
    }
    desk.world
        .technician("unplug xen1:nic1")
        .expect("unplugged");
    assert_eq!(desk.join(), no_connection);
    desk.world
        .technician("plug xen1:nic1 sw1:13")
        .expect("plugged");
    desk.wait(60);
    assert_eq!(desk.join(), Json::Null);
}

#[test]
fn a_master_that_is_none_or_does_not_know_the_password_refuses() {
    let mut desk = at_xen2();
    assert_eq!(
        desk.refused("pool.join", json!([XEN1, "root", "wrong"])),
        json!([
            "SESSION_AUTHENTICATION_FAILED",
            "root",
            "Authentication failure"
        ])
    );
    assert_eq!(
        desk.refused("pool.join", json!(["172.16.40.14", "root", PASSWORD])),
        json!([
            "OPERATION_NOT_ALLOWED",
            "Host cannot become slave of itself"
        ])
    );
    let mut desk = pooled();
    assert_eq!(
        desk.refused("pool.join", json!(["172.16.40.100", "root", PASSWORD])),
        json!(["JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"])
    );
    assert_eq!(
        desk.join(),
        json!(["OPERATION_NOT_ALLOWED", "Host is already part of a pool"])
    );
    desk.go_to("storage");
    assert_eq!(
        desk.refused("pool.join", json!(["172.16.40.14", "root", PASSWORD])),
        json!(["HOST_IS_SLAVE", XEN1])
    );
    assert_eq!(desk.join(), Json::Null);
    desk.wait(60);
    desk.go_to("xen1");
    assert_eq!(desk.labels("host"), ["storage", "xen1", "xen2"]);
}

#[test]
fn hosts_that_do_not_fit_do_not_join() {
    let refusal = |unfit: fn(&mut Desk)| {
        let mut desk = at_xen2();
        unfit(&mut desk);
        let before = desk.world.clone();
        let refused = desk.join();
        assert_eq!(difference(&before, &desk.world), "", "nothing was done");
        refused
    };
    assert_eq!(
        refusal(|desk| desk.set("pool", "ha_enabled", true)),
        json!(["HA_IS_ENABLED"])
    );
    assert_eq!(
        refusal(|desk| desk.set("host", "software_version", [("product_version", "7.0.0")])),
        json!(["POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION"])
    );
    assert_eq!(
        refusal(|desk| desk.set("host", "cpu_info", [("vendor", "AuthenticAMD")])),
        json!(["HOSTS_NOT_HOMOGENEOUS", "CPUs differ"])
    );
    assert_eq!(
        refusal(|desk| desk.set("SR", "shared", true)),
        json!(["JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS"])
    );
    assert_eq!(
        refusal(|desk| desk.set("VM", "is_control_domain", false)),
        json!(["JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"])
    );
    assert_eq!(
        refusal(|desk| desk.set("PIF", "physical", false)),
        json!(["POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC"])
    );
}

#[test]
fn force_lets_other_processors_pass_and_nothing_else() {
    let mut desk = at_xen2();
    desk.set("host", "cpu_info", [("vendor", "AuthenticAMD")]);
    desk.set("SR", "shared", true);
    let how = json!([XEN1, "root", PASSWORD]);
    assert_eq!(
        desk.refused("pool.join_force", how.clone()),
        json!(["JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS"])
    );
    desk.set("SR", "shared", false);
    assert_eq!(desk.refused("pool.join_force", how), Json::Null);
}

#[test]
fn who_leads_or_is_not_there_is_not_ejected() {
    let mut desk = pooled();
    let (master, member) = (desk.named("host", "xen1"), desk.named("host", "xen2"));
    assert_eq!(
        desk.refused("pool.eject", json!([master])),
        json!(["INTERNAL_ERROR", "Xapi_pool.Cannot_eject_master"])
    );
    assert_eq!(
        desk.refused("pool.eject", json!(["OpaqueRef:1"])),
        json!(["HANDLE_INVALID", "host", "OpaqueRef:1"])
    );
    desk.set("pool", "ha_enabled", true);
    assert_eq!(
        desk.refused("pool.eject", json!([member])),
        json!(["HA_IS_ENABLED"])
    );
    desk.set("pool", "ha_enabled", false);
    desk.world.switch_off("xen2");
    assert_eq!(
        desk.refused("pool.eject", json!([member])),
        json!(["HOST_OFFLINE", member])
    );
}
