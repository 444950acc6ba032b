use serde_json::{Value, json};

use super::answer::{Told, told};
use super::service::collection;
use super::{Asked, ROOT, read_only, volumes};
use crate::lab::world::World;
use crate::lab::world::machine::{Disk, DiskState, Drive, Machine, RaidLevel};

const MEGABYTE: u64 = 1 << 20;

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let machine = world.machine(server)?;
    let all = format!("/Systems/{}/Storage", machine.serial);
    let path = all.trim_start_matches('/');
    let rest = inner.strip_prefix(&all)?;
    match (asked.method.as_str(), rest) {
        ("POST", "/SLOT-HBA/Volumes") => return Some(volumes::create(world, server, path, asked)),
        ("DELETE", rest) => {
            let number = rest.strip_prefix("/SLOT-HBA/Volumes/VD-");
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                return Some(volumes::delete(world, server, number));
            }
        }
        _ => {}
    }
    let (volumes, drives) = (
        format!("{path}/SLOT-HBA/Volumes"),
        format!("{path}/SLOT-HBA/Drives"),
    );
    let found = match rest {
        "" => collection(path, "Storage", &["SLOT-HBA".to_owned()]),
        "/SLOT-HBA" => controller(machine, path),
        "/SLOT-HBA/Volumes" => {
            let members: Vec<_> = machine.drives.keys().map(|n| format!("VD-{n}")).collect();
            collection(&volumes, "Volume", &members)
        }
        rest => {
            let (kind, number) = rest.strip_prefix("/SLOT-HBA/")?.split_once('-')?;
            let number: u8 = number.parse().ok()?;
            match kind {
                "Drives/PD" => disk(number, machine.disks.get(&number)?, &drives),
                "Volumes/VD" => volume(number, machine.drives.get(&number)?, path),
                _ => return None,
            }
        }
    };
    Some(read_only(asked, || told(200, found)))
}

fn links<'n>(folder: &str, prefix: &str, numbers: impl Iterator<Item = &'n u8>) -> Vec<Value> {
    let link = |number| json!({"@odata.id": format!("{ROOT}/{folder}/{prefix}-{number}")});
    numbers.map(link).collect()
}

fn controller(machine: &Machine, path: &str) -> Value {
    json!({
        "@odata.id": format!("{ROOT}/{path}/SLOT-HBA"),
        "@odata.type": "#Storage.v1_6_0.Storage",
        "Id": "SLOT-HBA",
        "Name": "Cisco 12G SAS Modular Raid Controller",
        "StorageControllers": [{
            "@odata.id": format!("{ROOT}/{path}/SLOT-HBA#/StorageControllers/0"),
            "MemberId": "RAID",
            "Model": "Cisco 12G SAS Modular Raid Controller",
            "FirmwareVersion": "4.620.00-7341",
        }],
        "Drives": links(&format!("{path}/SLOT-HBA/Drives"), "PD", machine.disks.keys()),
        "Drives@odata.count": machine.disks.len(),
        "Volumes": {"@odata.id": format!("{ROOT}/{path}/SLOT-HBA/Volumes")},
    })
}

fn disk(number: u8, disk: &Disk, path: &str) -> Value {
    let health = match disk.state {
        DiskState::Foreign => "Warning",
        DiskState::Good | DiskState::Online | DiskState::Jbod => "OK",
    };
    json!({
        "@odata.id": format!("{ROOT}/{path}/PD-{number}"),
        "@odata.type": "#Drive.v1_4_0.Drive",
        "Id": number.to_string(),
        "Name": format!("PD-{number}"),
        "MediaType": "HDD",
        "Protocol": "SAS",
        "CapacityBytes": disk.size * MEGABYTE,
        "Oem": {"Cisco": {"DriveState": disk.state.word()}},
        "Status": {"State": "Enabled", "Health": health},
    })
}

/// The last part of its place is `VD-0`, its `Id` is `0`, as on the real one.
pub(super) fn volume(number: u8, drive: &Drive, path: &str) -> Value {
    let disks = drive.spans.iter().flatten();
    let disks = links(&format!("{path}/SLOT-HBA/Drives"), "PD", disks);
    json!({
        "@odata.id": format!("{ROOT}/{path}/SLOT-HBA/Volumes/VD-{number}"),
        "@odata.type": "#Volume.v1_0_3.Volume",
        "Id": number.to_string(),
        "Name": drive.name,
        "VolumeType": volume_type(drive.level),
        "CapacityBytes": drive.size * MEGABYTE,
        "Encrypted": false,
        "Links": {"Drives@odata.count": disks.len(), "Drives": disks},
        "Status": {"State": "Enabled", "Health": "OK"},
    })
}

/// `VolumeType` of Volume 1.0. Where one stands for two levels, the first is meant.
pub(super) const TYPES: [(RaidLevel, &str); 7] = [
    (RaidLevel::Raid0, "NonRedundant"),
    (RaidLevel::Raid1, "Mirrored"),
    (RaidLevel::Raid5, "StripedWithParity"),
    (RaidLevel::Raid6, "StripedWithParity"),
    (RaidLevel::Raid10, "SpannedMirrors"),
    (RaidLevel::Raid50, "SpannedStripesWithParity"),
    (RaidLevel::Raid60, "SpannedStripesWithParity"),
];

pub(super) fn volume_type(level: RaidLevel) -> &'static str {
    let found = TYPES.iter().find(|(known, _)| *known == level);
    found.map_or("", |(_, word)| word)
}
