use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, UNIT, object};
use crate::lab::world::World;
use crate::lab::world::machine::{DiskState, Drive, Machine, RaidLevel};
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
    Class {
        name: "storageVirtualDriveCreatorUsingUnusedPhysicalDrive",
        attributes: &[
            "accessPolicy",
            "adminState",
            "cachePolicy",
            "diskCachePolicy",
            "driveGroup",
            "raidLevel",
            "readPolicy",
            "size",
            "stripSize",
            "virtualDriveName",
            "writePolicy",
        ],
        apply: create,
    },
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
        object(
            "storageVirtualDriveCreatorUsingUnusedPhysicalDrive",
            format!("{root}/virtual-drive-create"),
        )
        .with("adminState", "triggered"),
    );
}

/// The controller takes orders only while the host has power, and not at once.
fn awake(world: &World, server: &str) -> Result<(), Fault> {
    let ready = world
        .on_since(server)
        .is_none_or(|since| world.now() >= since + world.state.settings.storage_warmup);
    let on = world
        .machine(server)
        .is_some_and(|machine| machine.host.is_on());
    if on && ready {
        return Ok(());
    }
    Err(Fault::operation("storage subsystem not ready yet"))
}

fn machine<'c>(change: &'c mut Change<'_>) -> Result<&'c mut Machine, Fault> {
    awake(change.world, change.server)?;
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
    let deletes = change.deletes();
    let machine = machine(change)?;
    let Some(drive) = machine.drives.get(&number) else {
        return Err(Fault::no_object());
    };
    if deletes {
        if machine.boot_drive == Some(number) {
            return Err(Fault::operation(&format!(
                "The Virtual Drive {number} is an OS Drive. This virtual drive cannot be deleted"
            )));
        }
        for slot in drive.spans.iter().flatten() {
            if let Some(disk) = machine.disks.get_mut(slot) {
                disk.state = DiskState::Good;
            }
        }
        machine.drives.remove(&number);
        return Ok(());
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

fn create(change: &mut Change<'_>) -> Result<(), Fault> {
    const CLASS: &str = "storageVirtualDriveCreatorUsingUnusedPhysicalDrive";
    let invalid = |name: &str, value: &str| {
        Fault::parse(&format!(
            "Element '{CLASS}', attribute '{name}': '{value}' is not a valid value. "
        ))
    };
    let new = |name: &str| change.wanted(name).unwrap_or_default().to_owned();
    if new("adminState") != "trigger" {
        return Ok(());
    }
    let (level, group, size) = (new("raidLevel"), new("driveGroup"), new("size"));
    let level = RaidLevel::read(&level).ok_or_else(|| invalid("raidLevel", &level))?;
    let spans = spans(&group).ok_or_else(|| invalid("driveGroup", &group))?;
    let size = megabytes(&size).ok_or_else(|| invalid("size", &size))?;
    let name = new("virtualDriveName");
    if name.len() > 15 {
        return Err(invalid("virtualDriveName", &name));
    }
    let strip = Some(new("stripSize")).filter(|strip| !strip.is_empty());
    let machine = machine(change)?;

    let counts: Vec<usize> = spans.iter().map(Vec::len).collect();
    if !level.takes(&counts) {
        return Err(Fault::operation(&format!(
            "Invalid number of physical drives for {}",
            level.word()
        )));
    }
    let mut smallest = u64::MAX;
    for slot in spans.iter().flatten() {
        let Some(disk) = machine.disks.get(slot) else {
            return Err(Fault::operation(&format!(
                "Physical drive {slot} does not exist"
            )));
        };
        if disk.state != DiskState::Good {
            let state = disk.state.word();
            return Err(Fault::operation(&format!(
                "Physical drive {slot} is {state}"
            )));
        }
        smallest = smallest.min(disk.size);
    }
    let most = level.capacity(&counts, smallest);
    if size == 0 || size > most {
        return Err(Fault::operation(&format!("The maximum size is {most} MB")));
    }
    for slot in spans.iter().flatten() {
        if let Some(disk) = machine.disks.get_mut(slot) {
            disk.state = DiskState::Online;
        }
    }
    let number = (0..=u8::MAX).find(|number| !machine.drives.contains_key(number));
    let drive = Drive {
        name,
        level,
        size,
        spans,
        strip: strip.unwrap_or_else(|| "64k".to_owned()),
        system: None,
    };
    machine.drives.insert(number.unwrap_or_default(), drive);
    Ok(())
}

/// `[1,2]`, `[1,2][3,4]`: no blanks, no disk twice.
fn spans(text: &str) -> Option<Vec<Vec<u8>>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let spans: Vec<Vec<u8>> = inner
        .split("][")
        .map(|span| span.split(',').map(|slot| slot.parse().ok()).collect())
        .collect::<Option<_>>()?;
    let mut all: Vec<u8> = spans.concat();
    all.sort_unstable();
    let once = all.windows(2).all(|pair| pair[0] != pair[1]);
    once.then_some(spans)
}

/// `571250 MB`, `400 GB`, `1 TB`; a bare number is megabytes.
fn megabytes(text: &str) -> Option<u64> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "" | "MB" => 1,
        "GB" => 1024,
        "TB" => 1024 * 1024,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}
