use serde_json::{Value, json};

use super::answer::{Told, done, missing, not_in_list, refused, told};
use super::service::collection;
use super::{Asked, ROOT, not_allowed, read_only};
use crate::lab::world::World;
use crate::lab::world::machine::{Machine, Mapping, Media, MediaStatus};

pub(super) const MEDIA: &str = "/Managers/CIMC/VirtualMedia";
/// The DVD drive that the controller maps. What is in it has this name in the XML API.
const DRIVE: &str = "0";
const PROTOCOLS: [(&str, Mapping); 4] = [
    ("HTTP", Mapping::Www),
    ("HTTPS", Mapping::Www),
    ("NFS", Mapping::Nfs),
    ("CIFS", Mapping::Cifs),
];

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let rest = inner.strip_prefix(MEDIA)?;
    let machine = world.machine(server)?;
    let drive = format!("/{DRIVE}");
    if rest.is_empty() {
        let drives = collection(
            MEDIA.trim_start_matches('/'),
            "VirtualMedia",
            &[DRIVE.to_owned()],
        );
        return Some(read_only(asked, || told(200, drives)));
    }
    let action = rest.strip_prefix(&drive)?;
    Some(match action {
        "" => read_only(asked, || told(200, shown(machine))),
        "/Actions/VirtualMedia.InsertMedia" | "/Actions/VirtualMedia.EjectMedia"
            if asked.method != "POST" =>
        {
            not_allowed(&asked.method)
        }
        "/Actions/VirtualMedia.InsertMedia" => insert(world, server, asked),
        "/Actions/VirtualMedia.EjectMedia" => eject(world, server),
        _ => return None,
    })
}

/// The image in the drive, whoever mapped it.
fn shown(machine: &Machine) -> Value {
    let image = machine.media.values().next();
    let there = image.is_some_and(|media| media.status == MediaStatus::Ok);
    let place = image.map(|media| format!("{}{}", media.share, media.file));
    let action = |name: &str| json!({"target": format!("{ROOT}{MEDIA}/{DRIVE}/Actions/VirtualMedia.{name}")});
    let mut shown = json!({
        "@odata.id": format!("{ROOT}{MEDIA}/{DRIVE}"),
        "@odata.type": "#VirtualMedia.v1_3_0.VirtualMedia",
        "Id": DRIVE,
        "Name": "CIMC-Mapped vDVD",
        "MediaTypes": ["CD", "DVD"],
        "ConnectedVia": if there { "URI" } else { "NotConnected" },
        "Inserted": there,
        "Image": place,
        "ImageName": image.map(|media| media.file.as_str()),
        "WriteProtected": true,
        "Actions": {
            "#VirtualMedia.InsertMedia": action("InsertMedia"),
            "#VirtualMedia.EjectMedia": action("EjectMedia"),
        },
    });
    // Why an image is not there, or not yet.
    if let (Some(status), Some(object)) = (
        image.map(|media| media.status.word()),
        shown.as_object_mut(),
    ) {
        object.insert("Status".to_owned(), json!({"State": status}));
    }
    shown
}

fn insert(world: &mut World, server: &str, asked: &Asked) -> Told {
    let body = asked.json().unwrap_or_default();
    let given = |name: &str| body.get(name).and_then(Value::as_str);
    let Some(image) = given("Image") else {
        return missing("VirtualMedia.InsertMedia", "Image");
    };
    let protocol = given("TransferProtocolType").unwrap_or("HTTP");
    let known = PROTOCOLS.iter().find(|(name, _)| *name == protocol);
    let Some((_, mapping)) = known else {
        return not_in_list("TransferProtocolType", protocol);
    };
    let Some(machine) = world.machine(server) else {
        return refused(503, "ServiceInError", "The service is not available.");
    };
    if !machine.media_enabled {
        return refused(400, "GeneralError", "Virtual media is disabled.");
    }
    if !machine.media.is_empty() {
        return refused(
            400,
            "ResourceInUse",
            "The change to the requested resource failed because the resource is in use or in \
             transition.",
        );
    }
    let (share, file) = image
        .rsplit_once('/')
        .map_or(("", image), |(folder, file)| {
            (&image[..=folder.len()], file)
        });
    let media = Media {
        mapping: *mapping,
        share: share.to_owned(),
        file: file.to_owned(),
        options: "noauto".to_owned(),
        status: MediaStatus::InProgress,
    };
    world.map_media(server, DRIVE, media);
    done()
}

fn eject(world: &mut World, server: &str) -> Told {
    if let Some(machine) = world.machine_mut(server) {
        machine.media.clear();
    }
    done()
}
