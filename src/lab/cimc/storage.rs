use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, UNIT, object};
use super::volume;
use crate::lab::world::machine::{DiskState, Machine};
use crate::wire::xml::Element;

pub(super) const CLASSES: &[Class] = &[
    Class {
        name: "storageController",
        attributes: &["id", "type", "adminAction"],
        apply: controller,
    },
    Class {
        name: "storageLocalDisk",
        attributes: &["id", "adminAction"],
        apply: disk,
    },
    Class {
        name: "storageVirtualDrive",
        attributes: &["id", "adminAction", "virtualDriveName"],
        apply: drive,
    },
    volume::CLASS,
];

fn root() -> String {
    format!("{UNIT}/board/storage-SAS-SLOT-HBA")
}

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    let machine = known.machine;
    let root = root();
    objects.push(
        object("storageController", root.as_str())
            .with("id", "SLOT-HBA")
            .with("model", "Cisco 12G SAS Modular Raid Controller")
            .with("presence", "equipped")
            .with("raidSupport", "yes")
            .with("type", "SAS")
            .with("vendor", "LSI Logic"),
    );
    for (slot, disk) in &machine.disks {
        let health = match disk.state {
            DiskState::Foreign => "Moderate Fault",
            _ => "Good",
        };
        objects.push(
            object("storageLocalDisk", format!("{root}/pd-{slot}"))
                .with("id", slot.to_string())
                .with("coercedSize", format!("{} MB", disk.size))
                .with("health", health)
                .with("interfaceType", "SAS")
                .with("mediaType", "HDD")
                .with("online", "true")
                .with("pdStatus", disk.state.word()),
        );
    }
    for (number, drive) in &machine.drives {
        let boots = if machine.boot_drive == Some(*number) {
            "true"
        } else {
            "false"
        };
        objects.push(
            object("storageVirtualDrive", format!("{root}/vd-{number}"))
                .with("id", number.to_string())
                .with("bootDrive", boots)
                .with("health", "Good")
                .with("name", drive.name.as_str())
                .with("raidLevel", drive.level.word())
                .with("size", format!("{} MB", drive.size))
                .with("stripSize", drive.strip.as_str())
                .with("vdStatus", "Optimal"),
        );
    }
    objects.push(
        object(volume::CREATOR, format!("{root}/virtual-drive-create"))
            .with("adminState", "triggered"),
    );
}

fn machine<'c>(change: &'c mut Change<'_>) -> Result<&'c mut Machine, Fault> {
    change.world.raid_is_awake(change.server)?;
    let machine = change.world.machine_mut(change.server);
    machine.ok_or_else(Fault::no_object)
}

fn unknown(class: &str, action: &str) -> Fault {
    Fault::parse(&format!(
        "Element '{class}', attribute 'adminAction': The value '{action}' is not supported. "
    ))
}

fn controller(change: &mut Change<'_>) -> Result<(), Fault> {
    let action = change.wanted("adminAction").unwrap_or_default().to_owned();
    let machine = machine(change)?;
    match action.as_str() {
        "clear-foreign-config" => {
            for disk in machine.disks.values_mut() {
                if disk.state == DiskState::Foreign {
                    disk.state = DiskState::Good;
                }
            }
        }
        "clear-boot-drive" => machine.boot_drive = None,
        "delete-all-vds-reset-pds" => {
            machine.drives.clear();
            machine.boot_drive = None;
            for disk in machine.disks.values_mut() {
                disk.state = DiskState::Good;
            }
        }
        "" => {}
        other => return Err(unknown("storageController", other)),
    }
    Ok(())
}

fn disk(change: &mut Change<'_>) -> Result<(), Fault> {
    let slot: u8 = change.key("pd-")?.parse().map_err(|_| Fault::no_object())?;
    let action = change.wanted("adminAction").unwrap_or_default().to_owned();
    let machine = machine(change)?;
    let disk = machine.disks.get_mut(&slot).ok_or_else(Fault::no_object)?;
    disk.state = match (action.as_str(), disk.state) {
        ("", state) => state,
        ("make-unconfigured-good", DiskState::Jbod | DiskState::Good) => DiskState::Good,
        ("make-jbod", DiskState::Good) => DiskState::Jbod,
        ("make-unconfigured-good" | "make-jbod", state) => {
            let state = state.word();
            return Err(Fault::operation(&format!("The physical drive is {state}")));
        }
        (other, _) => return Err(unknown("storageLocalDisk", other)),
    };
    Ok(())
}

fn drive(change: &mut Change<'_>) -> Result<(), Fault> {
    let number: u8 = change.key("vd-")?.parse().map_err(|_| Fault::no_object())?;
    let action = change.wanted("adminAction").unwrap_or_default().to_owned();
    if change.deletes() {
        return Ok(change.world.delete_volume(change.server, number)?);
    }
    let machine = machine(change)?;
    if !machine.drives.contains_key(&number) {
        return Err(Fault::no_object());
    }
    match action.as_str() {
        "set-boot-drive" => machine.boot_drive = Some(number),
        "start-fast-initialization" | "start-full-initialization" => {
            if let Some(drive) = machine.drives.get_mut(&number) {
                drive.system = None;
            }
        }
        "" => {}
        other => return Err(unknown("storageVirtualDrive", other)),
    }
    Ok(())
}
