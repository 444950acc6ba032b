mod volumes;

use serde_json::{Value, json};

use super::{Asked, Told, answer};
use crate::lab::PASSWORD;
use crate::lab::cimc;
use crate::lab::world::World;
use crate::wire::xml::Element;

const SYSTEM: &str = "/redfish/v1/Systems/FCH2017V24J";
const DRIVE: &str = "/redfish/v1/Managers/CIMC/VirtualMedia/0";

/// xen1 at the stage `installed`, and who asks its controller.
struct Bench {
    world: World,
    token: Option<String>,
}

impl Bench {
    fn new() -> Self {
        Self {
            world: World::installed(1),
            token: None,
        }
    }

    /// With a session.
    fn entered() -> Self {
        let mut bench = Self::new();
        let told = bench.log_in(PASSWORD);
        assert_eq!(told.status, 201);
        bench.token = header(&told, "X-Auth-Token");
        bench
    }

    fn ask(&mut self, method: &str, path: &str, body: Value) -> Told {
        let asked = Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            authorization: None,
            token: self.token.clone(),
            body: body.to_string(),
        };
        answer(&mut self.world, "xen1", &asked)
    }

    fn get(&mut self, path: &str) -> Value {
        let told = self.ask("GET", path, Value::Null);
        assert_eq!(told.status, 200, "{told:?}");
        told.json.expect("a resource")
    }

    fn log_in(&mut self, password: &str) -> Told {
        let who = json!({"UserName": "admin", "Password": password});
        self.ask("POST", "/redfish/v1/SessionService/Sessions", who)
    }

    fn xml(&mut self, text: &str) -> Element {
        let told = cimc::answer(&mut self.world, "xen1", text);
        Element::parse(&told).expect("a document")
    }

    /// An object as the XML API shows it.
    fn object(&mut self, dn: &str) -> Option<Element> {
        let login = format!("<aaaLogin inName='admin' inPassword='{PASSWORD}'/>");
        let cookie = self.xml(&login);
        let cookie = cookie.attribute("outCookie").expect("a cookie").to_owned();
        let told = self.xml(&format!("<configResolveDn cookie='{cookie}' dn='{dn}'/>"));
        self.xml(&format!("<aaaLogout inCookie='{cookie}'/>"));
        told.child("outConfig")?.children.first().cloned()
    }
}

fn header(told: &Told, name: &str) -> Option<String> {
    let mut headers = told.headers.iter();
    headers
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.clone())
}

fn code(told: &Told) -> &str {
    let error = told.json.as_ref().and_then(|json| json.get("error"));
    let code = error.and_then(|error| error.get("code"));
    code.and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn sessions_share_their_places_with_the_xml_api() {
    let mut bench = Bench::new();
    let first = bench.log_in(PASSWORD);
    for _ in 0..3 {
        assert_eq!(bench.log_in(PASSWORD).status, 201);
    }
    let full = bench.log_in(PASSWORD);
    assert_eq!(
        (full.status, code(&full)),
        (503, "Base.1.4.SessionLimitExceeded")
    );
    let login = format!("<aaaLogin inName='admin' inPassword='{PASSWORD}'/>");
    assert_eq!(bench.xml(&login).attribute("errorCode"), Some("572"));

    bench.token = header(&first, "X-Auth-Token");
    let own = header(&first, "Location").expect("where it is");
    let all = bench.get("/redfish/v1/SessionService/Sessions");
    assert_eq!(all["Members@odata.count"], 4);
    assert_eq!(bench.get(&own)["UserName"], "admin");
    assert_eq!(bench.ask("DELETE", &own, Value::Null).status, 204);
    let gone = bench.ask("GET", SYSTEM, Value::Null);
    assert_eq!(gone.status, 401, "its token is worth nothing any more");
    assert!(bench.xml(&login).attribute("outCookie").is_some());
}

#[test]
fn a_session_that_nobody_uses_ends() {
    let mut bench = Bench::entered();
    for minutes in [9, 9, 11] {
        let status = bench.ask("GET", SYSTEM, Value::Null).status;
        assert_eq!(status, 200);
        let later = bench.world.now() + minutes * 60_000;
        bench.world.advance_to(later);
    }
    assert_eq!(bench.ask("GET", SYSTEM, Value::Null).status, 401);
}

#[test]
fn a_wrong_password_opens_nothing() {
    let told = Bench::new().log_in("password");
    assert_eq!(told.status, 401);
    assert_eq!(told.headers, []);
}

#[test]
fn where_every_password_is_wrong_a_session_that_is_there_goes_on() {
    let mut bench = Bench::entered();
    let mut asked = Asked {
        method: "GET".to_owned(),
        path: SYSTEM.to_owned(),
        authorization: None,
        token: bench.token.clone(),
        body: String::new(),
    };
    let told = super::answer_without_logins(&mut bench.world, "xen1", &asked);
    assert_eq!(told.status, 200);
    asked.token = None;
    asked.authorization = Some("Basic YWRtaW46V29ya3Nob3AtMzY1MA==".to_owned());
    assert_eq!(answer(&mut bench.world, "xen1", &asked).status, 200);
    let told = super::answer_without_logins(&mut bench.world, "xen1", &asked);
    assert_eq!(told.status, 401);
}

#[test]
fn a_new_password_counts_for_both() {
    let mut bench = Bench::entered();
    let account = "/redfish/v1/AccountService/Accounts/1";
    let short = bench.ask("PATCH", account, json!({"Password": "short"}));
    assert_eq!(short.status, 400);
    assert!(
        short
            .json
            .is_some_and(|json| json.to_string().contains("between 8 and 20"))
    );
    let changed = bench.ask("PATCH", account, json!({"Password": "Another-3650"}));
    assert_eq!(changed.status, 204);
    assert_eq!(bench.get(account)["Password"], Value::Null);
    let old = bench.xml(&format!(
        "<aaaLogin inName='admin' inPassword='{PASSWORD}'/>"
    ));
    assert_eq!(old.attribute("errorCode"), Some("551"));
    let new = bench.xml("<aaaLogin inName='admin' inPassword='Another-3650'/>");
    assert!(new.attribute("outCookie").is_some());
}

#[test]
fn an_image_that_is_inserted_is_mapped_and_one_that_is_mapped_is_inserted() {
    let mut bench = Bench::entered();
    let insert = format!("{DRIVE}/Actions/VirtualMedia.InsertMedia");
    let eject = format!("{DRIVE}/Actions/VirtualMedia.EjectMedia");
    let image =
        json!({"Image": "http://192.168.1.30/iso/xenserver.iso", "TransferProtocolType": "HTTP"});
    assert_eq!(bench.ask("POST", &insert, image.clone()).status, 204);
    assert_eq!(bench.get(DRIVE)["Status"]["State"], "In Progress");
    assert_eq!(bench.get(DRIVE)["Inserted"], false);
    let later = bench.world.now() + 30_000;
    bench.world.advance_to(later);
    let drive = bench.get(DRIVE);
    assert_eq!(
        (&drive["Inserted"], &drive["ConnectedVia"]),
        (&json!(true), &json!("URI"))
    );
    let mapped = bench
        .object("sys/svc-ext/vmedia-svc/vmmap-0")
        .expect("a mapping");
    assert_eq!(mapped.attribute("remoteFile"), Some("xenserver.iso"));
    assert_eq!(mapped.attribute("mappingStatus"), Some("OK"));

    let again = bench.ask("POST", &insert, image);
    assert_eq!(
        (again.status, code(&again)),
        (400, "Base.1.4.ResourceInUse")
    );
    assert_eq!(bench.ask("POST", &eject, Value::Null).status, 204);
    assert_eq!(bench.object("sys/svc-ext/vmedia-svc/vmmap-0"), None);

    let none = bench.ask("POST", &insert, json!({}));
    assert_eq!(code(&none), "Base.1.4.ActionParameterMissing");
    let nowhere = json!({"Image": "http://192.168.1.30/iso/nothing.iso"});
    assert_eq!(bench.ask("POST", &insert, nowhere).status, 204);
    let later = bench.world.now() + 30_000;
    bench.world.advance_to(later);
    assert_eq!(bench.get(DRIVE)["Status"]["State"], "ERROR: file not found");
}

#[test]
fn what_is_booted_instead_counts_once_or_until_it_is_taken_back() {
    let mut bench = Bench::entered();
    let boot = |source: &str, enabled: &str| {
        json!({"Boot": {
            "BootSourceOverrideTarget": source,
            "BootSourceOverrideEnabled": enabled,
        }})
    };
    let told = bench.ask("PATCH", SYSTEM, boot("BiosSetup", "Once"));
    assert_eq!(told.status, 204);
    assert_eq!(
        bench.get(SYSTEM)["Boot"]["BootSourceOverrideTarget"],
        "BiosSetup"
    );
    let restart = |bench: &mut Bench| {
        let reset = format!("{SYSTEM}/Actions/ComputerSystem.Reset");
        let told = bench.ask("POST", &reset, json!({"ResetType": "ForceRestart"}));
        assert_eq!(told.status, 204);
        let later = bench.world.now() + 120_000;
        bench.world.advance_to(later);
        format!("{:?}", bench.world.machine("xen1").expect("xen1").host)
    };
    assert_eq!(restart(&mut bench), "Idle");
    assert_eq!(
        bench.get(SYSTEM)["Boot"]["BootSourceOverrideEnabled"],
        "Disabled"
    );
    assert_eq!(restart(&mut bench), "Running(0)");

    bench.ask("PATCH", SYSTEM, boot("BiosSetup", "Continuous"));
    assert_eq!([restart(&mut bench), restart(&mut bench)], ["Idle", "Idle"]);
    bench.ask("PATCH", SYSTEM, boot("None", "Disabled"));
    assert_eq!(restart(&mut bench), "Running(0)");
    // No image is mapped: it falls through.
    bench.ask("PATCH", SYSTEM, boot("Cd", "Once"));
    assert_eq!(restart(&mut bench), "Running(0)");

    let wrong = bench.ask("PATCH", SYSTEM, boot("Tape", "Once"));
    assert_eq!(code(&wrong), "Base.1.4.PropertyValueNotInList");
}

#[test]
fn volumes_and_disks_are_shown_and_not_changed_in_place() {
    let mut bench = Bench::entered();
    let storage = format!("{SYSTEM}/Storage/SLOT-HBA");
    let controller = bench.get(&storage);
    assert_eq!(controller["Drives@odata.count"], 2);
    let volumes = bench.get(&format!("{storage}/Volumes"));
    let first = volumes["Members"][0]["@odata.id"]
        .as_str()
        .expect("a volume");
    let volume = bench.get(first);
    assert_eq!(
        (&volume["Id"], &volume["Name"]),
        (&json!("0"), &json!("XS"))
    );
    assert_eq!(volume["VolumeType"], "Mirrored");
    assert_eq!(volume["CapacityBytes"], 571_250_u64 << 20);
    let disk = volume["Links"]["Drives"][0]["@odata.id"]
        .as_str()
        .expect("a disk");
    assert_eq!(bench.get(disk)["Oem"]["Cisco"]["DriveState"], "Online");
    for (method, place) in [
        ("PATCH", first),
        ("POST", first),
        ("DELETE", disk),
        ("DELETE", &format!("{storage}/Volumes")),
    ] {
        let told = bench.ask(method, place, json!({}));
        assert_eq!(
            (told.status, code(&told)),
            (405, "Base.1.4.ActionNotSupported"),
            "{method} {place}"
        );
    }
    let missing = bench.ask("GET", &format!("{storage}/Volumes/VD-9"), Value::Null);
    assert_eq!(missing.status, 404);
}

/// Every link in every resource leads to a resource that says that it is that.
#[test]
fn every_link_leads_somewhere() {
    fn links(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    match value.as_str() {
                        Some(link) if name == "@odata.id" => found.push(link.to_owned()),
                        _ => links(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| links(value, found)),
            _ => {}
        }
    }
    let mut bench = Bench::entered();
    let mut all = vec!["/redfish/v1/".to_owned()];
    let mut at = 0;
    while let Some(link) = all.get(at).cloned() {
        at += 1;
        if link.contains('#') {
            continue;
        }
        let resource = bench.get(&link);
        assert_eq!(resource["@odata.id"], link.as_str());
        let mut found = Vec::new();
        links(&resource, &mut found);
        for link in found {
            if !all.contains(&link) {
                all.push(link);
            }
        }
    }
    assert!(all.len() > 20, "{all:#?}");
}
