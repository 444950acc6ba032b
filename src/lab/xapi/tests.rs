mod bond;
mod pool;
mod refused;
mod task;
mod vlan;

use serde_json::{Value as Json, json};

use super::{Asked, answer};
use crate::lab::PASSWORD;
use crate::lab::world::World;

/// A host that somebody is logged in at.
struct Desk {
    world: World,
    /// The host, and who is logged in there.
    server: &'static str,
    session: String,
}

impl Desk {
    fn new() -> Self {
        let mut world = World::installed(1);
        // The switches' ports listen before they forward.
        world.advance_to(60_000);
        let mut desk = Self {
            world,
            server: "xen1",
            session: String::new(),
        };
        desk.log_in();
        desk
    }

    fn log_in(&mut self) {
        let answer = self.knock();
        let session = answer["result"].as_str().expect("a session");
        session.clone_into(&mut self.session);
    }

    /// Tries to log in; the whole answer.
    fn knock(&mut self) -> Json {
        let login = json!(["root", PASSWORD, "1.0", "a test"]);
        ask(
            &mut self.world,
            self.server,
            "session.login_with_password",
            &login,
        )
    }

    /// Goes to another host and logs in there.
    fn go_to(&mut self, server: &'static str) {
        self.server = server;
        self.log_in();
    }

    fn wait(&mut self, seconds: u64) {
        let until = self.world.now() + seconds * 1000;
        self.world.advance_to(until);
    }

    /// Calls with the session; the whole answer of JSON-RPC.
    fn ask(&mut self, method: &str, params: Json) -> Json {
        let mut all = vec![json!(self.session)];
        all.extend(params.as_array().expect("a list").clone());
        ask(&mut self.world, self.server, method, &Json::Array(all))
    }

    fn get(&mut self, method: &str, params: Json) -> Json {
        let answer = self.ask(method, params);
        assert_eq!(answer["error"], Json::Null, "{method}");
        answer["result"].clone()
    }

    fn refused(&mut self, method: &str, params: Json) -> Json {
        self.ask(method, params)["error"].clone()
    }

    /// The one object of a class that has such a label.
    fn named(&mut self, class: &str, name: &str) -> Json {
        let found = self.get(&format!("{class}.get_by_name_label"), json!([name]));
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{class} {name}");
        found[0].clone()
    }
}

fn ask(world: &mut World, server: &str, method: &str, params: &Json) -> Json {
    let body = json!({"id": 1, "method": method, "params": params}).to_string();
    let path = "/jsonrpc".to_owned();
    let reply = answer(world, server, &Asked { path, body }).expect("a toolstack");
    serde_json::from_str(&reply.body).expect("JSON")
}

fn xml(world: &mut World, body: &str) -> (u16, String) {
    let asked = Asked {
        path: "/RPC2".to_owned(),
        body: body.to_owned(),
    };
    let reply = answer(world, "xen1", &asked).expect("a toolstack");
    (reply.status, reply.body)
}

#[test]
fn a_fresh_host_is_a_pool_of_its_own() {
    let mut desk = Desk::new();
    let pools = desk.get("pool.get_all_records", json!([]));
    let pool = pools
        .as_object()
        .and_then(|pools| pools.values().next())
        .expect("a pool");
    assert_eq!(
        (&pool["name_label"], &pool["ha_enabled"]),
        (&json!(""), &json!(false))
    );
    let host = desk.named("host", "xen1");
    assert_eq!(pool["master"], host);
    assert_eq!(pool["default_SR"], desk.named("SR", "Local storage"));
    let record = desk.get("host.get_record", json!([host]));
    assert_eq!(record["address"], "172.16.40.13");
    assert_eq!(record["software_version"]["product_version"], "6.5.0");
    assert_eq!(record["PIFs"].as_array().map(Vec::len), Some(2));
    assert_eq!(record["host_CPUs"].as_array().map(Vec::len), Some(16));
}

#[test]
fn its_cards_say_what_the_world_says() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    let management = desk.get("host.get_management_interface", json!([host]));
    let card = desk.get("PIF.get_record", json!([management]));
    assert_eq!(
        (&card["device"], &card["IP"]),
        (&json!("eth0"), &json!("172.16.40.13"))
    );
    assert_eq!(card["MAC"], "0c:c4:7a:12:34:11");
    assert_eq!(card["MTU"], 1500);
    let carrier = desk.get("PIF_metrics.get_carrier", json!([card["metrics"]]));
    assert_eq!(carrier, true);
    desk.world
        .technician("unplug xen1:nic1")
        .expect("unplugged");
    let carrier = desk.get("PIF_metrics.get_carrier", json!([card["metrics"]]));
    assert_eq!(carrier, false);
}

#[test]
fn who_does_not_know_the_password_waits_and_is_refused() {
    let mut world = World::installed(1);
    let body =
        json!({"id": 1, "method": "session.login_with_password", "params": ["root", "password"]});
    let path = "/jsonrpc".to_owned();
    let asked = Asked {
        path,
        body: body.to_string(),
    };
    let reply = answer(&mut world, "xen1", &asked).expect("a toolstack");
    assert_eq!(reply.after, 5_000);
    let json: Json = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(
        json["error"],
        json!([
            "SESSION_AUTHENTICATION_FAILED",
            "root",
            "Authentication failure"
        ])
    );
    let nobody = ask(
        &mut world,
        "xen1",
        "pool.get_all",
        &json!(["OpaqueRef:NULL"]),
    );
    assert_eq!(
        nobody["error"],
        json!(["SESSION_INVALID", "OpaqueRef:NULL"])
    );
}

#[test]
fn a_session_ends_with_a_logout_with_idleness_and_with_a_restart() {
    let mut desk = Desk::new();
    let record = desk.session.clone();
    let record = desk.get("session.get_record", json!([record]));
    assert_eq!(record["originator"], "a test");
    assert_eq!(record["this_host"], desk.named("host", "xen1"));
    assert_eq!(desk.get("session.logout", json!([])), "");
    assert_eq!(
        desk.refused("pool.get_all", json!([]))[0],
        "SESSION_INVALID"
    );

    let mut desk = Desk::new();
    desk.world.advance_to(25 * 60 * 60 * 1000);
    assert_eq!(
        desk.refused("pool.get_all", json!([]))[0],
        "SESSION_INVALID"
    );

    let mut desk = Desk::new();
    desk.world.reset_host("xen1");
    desk.world.advance_to(60 * 60 * 1000);
    assert_eq!(
        desk.refused("pool.get_all", json!([]))[0],
        "SESSION_INVALID"
    );
}

#[test]
fn fields_are_set_and_what_does_not_fit_is_refused() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    assert_eq!(desk.get("host.set_name_label", json!([host, "first"])), "");
    assert_eq!(desk.named("host", "first"), host);
    desk.get("host.add_to_other_config", json!([host, "rack", "1"]));
    let twice = desk.refused("host.add_to_other_config", json!([host, "rack", "2"]));
    assert_eq!(
        (&twice[0], &twice[4]),
        (&json!("MAP_DUPLICATE_KEY"), &json!("rack"))
    );
    let kept = desk.get("host.get_other_config", json!([host]));
    assert_eq!(kept["rack"], "1");
    desk.get("host.remove_from_other_config", json!([host, "rack"]));
    desk.get("host.add_tags", json!([host, "workshop"]));
    assert_eq!(
        desk.get("host.get_tags", json!([host])),
        json!(["workshop"])
    );

    assert_eq!(
        desk.refused("host.set_name_label", json!([host, {"a": "b"}])),
        json!(["FIELD_TYPE_ERROR", "name_label"])
    );
    assert_eq!(
        desk.refused("host.get_record", json!(["OpaqueRef:1"])),
        json!(["HANDLE_INVALID", "host", "OpaqueRef:1"])
    );
    assert_eq!(
        desk.refused("host.get_by_uuid", json!(["1"])),
        json!(["UUID_INVALID", "host", "1"])
    );
    assert_eq!(
        desk.refused("host.get_record", json!([])),
        json!([
            "MESSAGE_PARAMETER_COUNT_MISMATCH",
            "host.get_record",
            "2",
            "1"
        ])
    );
    // A field that is read only has no message that sets it.
    assert_eq!(
        desk.refused("host.set_uuid", json!([host, "1"])),
        json!(["MESSAGE_METHOD_UNKNOWN", "host.set_uuid"])
    );
}

#[test]
fn what_it_does_not_do_it_does_not_make_up() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.refused("pool.disable_ha", json!([])),
        json!(["NOT_IMPLEMENTED", "pool.disable_ha"])
    );
    assert_eq!(
        desk.refused("pool.juggle", json!([])),
        json!(["MESSAGE_METHOD_UNKNOWN", "pool.juggle"])
    );
}

#[test]
fn a_host_restarts_only_when_it_is_disabled() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    assert_eq!(
        desk.refused("host.reboot", json!([host])),
        json!(["HOST_NOT_DISABLED"])
    );
    desk.get("host.disable", json!([host]));
    assert_eq!(desk.get("host.get_enabled", json!([host])), false);
    desk.get("host.reboot", json!([host]));
    let before = desk.world.on_since("xen1");
    desk.world.advance_to(10 * 60 * 1000);
    assert!(desk.world.on_since("xen1") > before);
    desk.log_in();
    assert_eq!(desk.get("host.get_enabled", json!([host])), true);
    desk.get("host.disable", json!([host]));
    desk.get("host.shutdown", json!([host]));
    desk.world.advance_to(20 * 60 * 1000);
    assert_eq!(desk.world.on_since("xen1"), None);
}

#[test]
fn events_tell_what_is_there_and_then_what_changed() {
    let mut desk = Desk::new();
    let first = desk.get("event.from", json!([["*"], "", 0.1]));
    let events = first["events"].as_array().expect("events");
    assert!(events.iter().all(|event| event["operation"] == "add"));
    assert_eq!(first["valid_ref_counts"]["host_cpu"], 16);
    let hosts = events.iter().filter(|event| event["class"] == "host");
    let hosts: Vec<_> = hosts
        .map(|event| &event["snapshot"]["name_label"])
        .collect();
    assert_eq!(hosts, ["xen1"]);

    let host = desk.named("host", "xen1");
    desk.get("host.set_name_label", json!([host, "first"]));
    desk.world
        .technician("unplug xen1:nic2")
        .expect("unplugged");
    let next = desk.get("event.from", json!([["*"], first["token"], 0.1]));
    let told: Vec<_> = next["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| {
            (
                event["class"].as_str().unwrap_or(""),
                event["operation"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(told, [("pif_metrics", "mod"), ("host", "mod")]);
    let none = desk.get("event.from", json!([["pool"], first["token"], 0.0]));
    assert_eq!(none["events"], json!([]));
    assert_eq!(
        desk.refused("event.from", json!([["*"], "yesterday", 1.0])),
        json!(["EVENT_FROM_TOKEN_PARSE_FAILURE", "yesterday"])
    );
}

#[test]
fn xml_is_answered_in_xml() {
    let mut world = World::installed(1);
    let login = format!(
        "<methodCall><methodName>session.login_with_password</methodName><params><param><value>\
         <string>root</string></value></param><param><value><string>{PASSWORD}</string></value>\
         </param></params></methodCall>"
    );
    let (_, answer) = xml(&mut world, &login);
    let start = "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member>\
                 <name>Status</name><value>Success</value></member><member><name>Value</name>\
                 <value>OpaqueRef:";
    assert!(answer.starts_with(start), "{answer}");
    let (_, methods) = xml(
        &mut world,
        "<methodCall><methodName>system.listMethods</methodName><params/></methodCall>",
    );
    assert!(
        methods.contains("<data><value>system.listMethods</value>"),
        "{methods}"
    );
    let (status, page) = xml(&mut world, "hello");
    assert_eq!(status, 500);
    assert!(page.contains("HTTP 500 internal server error"), "{page}");
}

#[test]
fn an_installation_sets_only_fields_that_there_are() {
    let world = World::installed(1);
    let system = world.state.servers["storage"].system().expect("a system");
    for class in super::model::classes() {
        for (_, record) in system.xapi.of(class.name) {
            for (name, field) in record {
                let known = class
                    .field(name)
                    .unwrap_or_else(|| panic!("{}.{name}", class.name));
                assert!(known.collects.is_none(), "{}.{name}", class.name);
                let value = super::value::Value::of(known.kind, Some(field), "");
                assert_eq!(
                    value.to_field(known.kind).as_ref(),
                    Some(field),
                    "{}.{name}",
                    class.name
                );
            }
        }
    }
}
