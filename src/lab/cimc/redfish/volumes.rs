//! Volumes that are made and deleted over Redfish.

use serde_json::Value;

use super::answer::{Told, done, missing, not_in_list, refused, told};
use super::storage::{TYPES, volume, volume_type};
use super::{Asked, ROOT};
use crate::lab::world::World;
use crate::lab::world::machine::{NewVolume, RaidLevel, VolumeRefusal};

const CREATE: &str = "VolumeCollection.Create";
const MEGABYTE: u64 = 1 << 20;
const KILOBYTE: u64 = 1 << 10;

/// Makes a volume, in the system's folder `storage`.
pub(super) fn create(world: &mut World, server: &str, storage: &str, asked: &Asked) -> Told {
    let Some(body) = asked.json() else {
        return super::unreadable();
    };
    let new = match wanted(&body, storage) {
        Ok(new) => new,
        Err(told) => return told,
    };
    let number = match world.make_volume(server, new) {
        Ok(number) => number,
        Err(refusal) => return refusal.into(),
    };
    let made = world.machine(server).and_then(|m| m.drives.get(&number));
    let place = format!("{ROOT}/{storage}/SLOT-HBA/Volumes/VD-{number}");
    match made {
        Some(drive) => told(201, volume(number, drive, storage)).with("Location", place),
        None => done(),
    }
}

/// Deletes a volume.
pub(super) fn delete(world: &mut World, server: &str, number: u8) -> Told {
    match world.delete_volume(server, number) {
        Ok(()) => done(),
        Err(refusal) => refusal.into(),
    }
}

fn wanted(body: &Value, storage: &str) -> Result<NewVolume, Told> {
    let level = level(body)?;
    let name = match body.get("Name") {
        None => "",
        Some(name) => name.as_str().ok_or_else(|| malformed("Name", name))?,
    };
    if name.len() > NewVolume::NAME {
        return Err(malformed("Name", &Value::from(name)));
    }
    let slots = slots(body, storage)?;
    // The controller counts in megabytes.
    let size = number(body, "CapacityBytes")?.map(|bytes| bytes / MEGABYTE);
    Ok(NewVolume {
        name: name.to_owned(),
        level,
        spans: spans(level, slots),
        size,
        strip: strip(body)?,
    })
}

/// `VolumeType` as of Volume 1.0, or `RAIDType` as of later ones.
fn level(body: &Value) -> Result<RaidLevel, Told> {
    let given = |property: &str| body.get(property).map(|value| value.as_str().unwrap_or(""));
    let by_type = given("VolumeType").map(|word| {
        let known = TYPES.iter().find(|(_, known)| *known == word);
        let known = known.map(|(level, _)| *level);
        known.ok_or_else(|| not_in_list("VolumeType", word))
    });
    let by_raid = given("RAIDType").map(|word| {
        let level = word.strip_prefix("RAID").and_then(RaidLevel::read);
        level.ok_or_else(|| not_in_list("RAIDType", word))
    });
    match (by_raid.transpose()?, by_type.transpose()?) {
        (None, None) => Err(missing(CREATE, "RAIDType")),
        // One type stands for two levels with parity: only the other property tells them apart.
        (Some(raid), Some(kind)) if volume_type(raid) != volume_type(kind) => Err(refused(
            400,
            "PropertyValueConflict",
            "The property VolumeType could not be written because its value would conflict \
                 with the value of the RAIDType property.",
        )),
        (Some(level), _) | (None, Some(level)) => Ok(level),
    }
}

/// The slots of the disks that are linked.
fn slots(body: &Value, storage: &str) -> Result<Vec<u8>, Told> {
    let drives = body.pointer("/Links/Drives").and_then(Value::as_array);
    let Some(drives) = drives.filter(|drives| !drives.is_empty()) else {
        return Err(missing(CREATE, "Links/Drives"));
    };
    let folder = format!("{ROOT}/{storage}/SLOT-HBA/Drives/PD-");
    let slot = |drive: &Value| {
        let place = drive.get("@odata.id").and_then(Value::as_str).unwrap_or("");
        let slot = place
            .strip_prefix(&folder)
            .and_then(|slot| slot.parse().ok());
        slot.ok_or_else(|| {
            refused(
                400,
                "ResourceMissingAtURI",
                format!("The resource at the URI {place} was not found."),
            )
        })
    };
    drives.iter().map(slot).collect()
}

/// Redfish names disks, and no spans: mirrors are of two, and there are two groups with parity.
fn spans(level: RaidLevel, slots: Vec<u8>) -> Vec<Vec<u8>> {
    let size = match level {
        RaidLevel::Raid10 => 2,
        RaidLevel::Raid50 | RaidLevel::Raid60 => slots.len().div_ceil(2),
        RaidLevel::Raid0 | RaidLevel::Raid1 | RaidLevel::Raid5 | RaidLevel::Raid6 => slots.len(),
    };
    slots.chunks(size.max(1)).map(<[u8]>::to_vec).collect()
}

/// A property that is a number.
fn number(body: &Value, property: &str) -> Result<Option<u64>, Told> {
    let Some(value) = body.get(property) else {
        return Ok(None);
    };
    let number = value.as_u64();
    number.map(Some).ok_or_else(|| malformed(property, value))
}

/// `8k` to `1024k`, as the controller has them.
fn strip(body: &Value) -> Result<String, Told> {
    let Some(bytes) = number(body, "StripSizeBytes")? else {
        return Ok(NewVolume::STRIP.to_owned());
    };
    let known = (3..=10).map(|power| 1_u64 << power);
    let kilobytes = known.into_iter().find(|size| size * KILOBYTE == bytes);
    let kilobytes = kilobytes.ok_or_else(|| not_in_list("StripSizeBytes", &bytes.to_string()))?;
    Ok(format!("{kilobytes}k"))
}

fn malformed(property: &str, value: &Value) -> Told {
    refused(
        400,
        "PropertyValueFormatError",
        format!(
            "The value {value} for the property {property} is of a different format than the \
             property can accept."
        ),
    )
}

impl From<VolumeRefusal> for Told {
    /// In the words of the XML API.
    fn from(refusal: VolumeRefusal) -> Self {
        let (status, code) = match refusal {
            VolumeRefusal::Asleep => (503, "ResourceInStandby"),
            VolumeRefusal::BootsFromIt(_) => (409, "ResourceCannotBeDeleted"),
            VolumeRefusal::NoVolume(_) => (404, "ResourceMissingAtURI"),
            VolumeRefusal::DiskIs { .. } => (409, "ResourceInUse"),
            VolumeRefusal::Count(_)
            | VolumeRefusal::NoDisk(_)
            | VolumeRefusal::Twice(_)
            | VolumeRefusal::Size(_) => (400, "GeneralError"),
        };
        refused(status, code, format!("Operation failed. {refusal}"))
    }
}
