use serde_json::{Value, json};

use super::answer::{Told, not_allowed, told};
use super::{Asked, ROOT, read_only};
use crate::lab::world::World;
use crate::lab::world::machine::Machine;

pub(super) fn versions() -> Told {
    told(200, json!({"v1": "/redfish/v1/"}))
}

pub(super) fn root(machine: &Machine) -> Told {
    let link = |name: &str| json!({"@odata.id": format!("{ROOT}/{name}")});
    told(
        200,
        json!({
            "@odata.id": "/redfish/v1/",
            "@odata.type": "#ServiceRoot.v1_5_1.ServiceRoot",
            "Id": "RootService",
            "Name": "Cisco RESTful Root Service",
            "RedfishVersion": "1.6.0",
            "UUID": machine.uuid,
            "Systems": link("Systems"),
            "Managers": link("Managers"),
            "AccountService": link("AccountService"),
            "SessionService": link("SessionService"),
            "Links": {"Sessions": link("SessionService/Sessions")},
        }),
    )
}

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let serial = world.machine(server)?.serial.clone();
    let collected = match inner {
        // Reading it needs nobody to be known.
        "" => return Some(not_allowed(&asked.method)),
        "/Systems" => collection("Systems", "ComputerSystem", &[serial]),
        "/Managers" => collection("Managers", "Manager", &["CIMC".to_owned()]),
        _ => return None,
    };
    Some(read_only(asked, || told(200, collected)))
}

pub(super) fn collection(path: &str, kind: &str, members: &[String]) -> Value {
    let links = members
        .iter()
        .map(|member| json!({"@odata.id": format!("{ROOT}/{path}/{member}")}));
    json!({
        "@odata.id": format!("{ROOT}/{path}"),
        "@odata.type": format!("#{kind}Collection.{kind}Collection"),
        "Name": format!("{kind} Collection"),
        "Members": links.collect::<Vec<_>>(),
        "Members@odata.count": members.len(),
    })
}
