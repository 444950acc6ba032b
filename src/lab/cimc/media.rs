use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, object};
use crate::lab::world::machine::{Mapping, Media, MediaStatus};
use crate::wire::xml::Element;

const SERVICE: &str = "sys/svc-ext/vmedia-svc";

pub(super) const CLASSES: &[Class] = &[
    Class {
        name: "commVMedia",
        attributes: &["adminState", "encryptionState", "lowPowerUsbState"],
        apply: service,
    },
    Class {
        name: "commVMediaMap",
        attributes: &[
            "volumeName",
            "map",
            "remoteShare",
            "remoteFile",
            "mountOptions",
            "username",
            "password",
        ],
        apply: map,
    },
];

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    let state = if known.machine.media_enabled {
        "enabled"
    } else {
        "disabled"
    };
    objects.push(
        object("commVMedia", SERVICE)
            .with("adminState", state)
            .with("encryptionState", "enabled")
            .with("lowPowerUsbState", "enabled"),
    );
    for (volume, media) in &known.machine.media {
        objects.push(
            object("commVMediaMap", format!("{SERVICE}/vmmap-{volume}"))
                .with("volumeName", volume.as_str())
                .with("driveType", "cd")
                .with("map", media.mapping.word())
                .with("mappingStatus", media.status.word())
                .with("mountOptions", media.options.as_str())
                .with("remoteFile", media.file.as_str())
                .with("remoteShare", media.share.as_str())
                .with("username", ""),
        );
    }
}

fn service(change: &mut Change<'_>) -> Result<(), Fault> {
    let enabled = change.wanted("adminState").map(|state| state == "enabled");
    let Some(machine) = change.world.machine_mut(change.server) else {
        return Err(Fault::no_object());
    };
    machine.media_enabled = enabled.unwrap_or(machine.media_enabled);
    if !machine.media_enabled {
        machine.media.clear();
    }
    Ok(())
}

fn map(change: &mut Change<'_>) -> Result<(), Fault> {
    let volume = change.key("vmmap-")?;
    let deletes = change.deletes();
    let Some(machine) = change.world.machine_mut(change.server) else {
        return Err(Fault::no_object());
    };
    if deletes {
        let gone = machine.media.remove(&volume);
        return gone.map(drop).ok_or_else(Fault::no_object);
    }
    if !machine.media_enabled {
        return Err(Fault::operation("Virtual media is disabled"));
    }
    let named = |c: char| c.is_ascii_alphanumeric() || "-.:_".contains(c);
    if volume.is_empty() || volume.len() > 47 || !volume.chars().all(named) {
        return Err(Fault::parse(&format!(
            "Element 'commVMediaMap', attribute 'volumeName': '{volume}' is not a valid value. "
        )));
    }
    let mapping = change.wanted("map").and_then(Mapping::read);
    let (Some(mapping), Some(share), Some(file)) = (
        mapping,
        change.wanted("remoteShare"),
        change.wanted("remoteFile"),
    ) else {
        return Err(Fault::operation(
            "A mapping needs map, remoteShare and remoteFile",
        ));
    };
    let media = Media {
        mapping,
        share: share.to_owned(),
        file: file.to_owned(),
        options: change.wanted("mountOptions").unwrap_or("noauto").to_owned(),
        status: MediaStatus::InProgress,
    };
    let server = change.server;
    change.world.map_media(server, &volume, media);
    Ok(())
}
