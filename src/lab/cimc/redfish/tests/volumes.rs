//! Volumes over Redfish: what is asked for, and what is refused.

use serde_json::{Value, json};

use super::{Bench, SYSTEM, Told, code};
use crate::lab::cimc;
use crate::lab::world::World;
use crate::lab::world::machine::{Disk, DiskState, Drive, RaidLevel};

/// xen1 with `disks` good disks and nothing on them, its host on, and a session.
fn empty(disks: u8) -> Bench {
    let mut bench = Bench::entered();
    let machine = bench.world.machine_mut("xen1").expect("xen1");
    machine.drives.clear();
    machine.boot_drive = None;
    machine.disks = (1..=disks).map(|slot| (slot, Disk::default())).collect();
    bench
}

fn volumes() -> String {
    format!("{SYSTEM}/Storage/SLOT-HBA/Volumes")
}

fn disks(slots: &[u8]) -> Value {
    let place = |slot| json!({"@odata.id": format!("{SYSTEM}/Storage/SLOT-HBA/Drives/PD-{slot}")});
    json!({"Drives": slots.iter().map(place).collect::<Vec<_>>()})
}

fn mirror() -> Value {
    json!({"VolumeType": "Mirrored", "Name": "XS", "Links": disks(&[1, 2])})
}

fn make(bench: &mut Bench, body: Value) -> Told {
    bench.ask("POST", &volumes(), body)
}

fn drives(bench: &Bench) -> Vec<Drive> {
    let machine = bench.world.machine("xen1").expect("xen1");
    machine.drives.values().cloned().collect()
}

/// Status, code, and the first of what is said further.
fn refusal(told: &Told) -> (u16, &str, &str) {
    let info = told
        .json
        .as_ref()
        .and_then(|json| json.pointer("/error/@Message.ExtendedInfo/0/Message"));
    let code = code(told);
    let code = code.strip_prefix("Base.1.4.").unwrap_or(code);
    (
        told.status,
        code,
        info.and_then(Value::as_str).unwrap_or_default(),
    )
}

#[test]
fn a_volume_is_made_shown_and_deleted() {
    let mut bench = empty(2);
    let made = make(&mut bench, mirror());
    assert_eq!(made.status, 201, "{made:?}");
    let place = super::header(&made, "Location").expect("where it is");
    assert_eq!(place, format!("{}/VD-0", volumes()));
    assert_eq!(Some(bench.get(&place)), made.json);
    assert_eq!(bench.get(&place)["CapacityBytes"], 571_250_u64 << 20);
    let shown = bench
        .object("sys/rack-unit-1/board/storage-SAS-SLOT-HBA/vd-0")
        .expect("a volume");
    assert_eq!(shown.attribute("raidLevel"), Some("RAID 1"));

    assert_eq!(bench.ask("DELETE", &place, Value::Null).status, 204);
    assert_eq!(bench.ask("GET", &place, Value::Null).status, 404);
    assert_eq!(drives(&bench), []);
    assert_eq!(make(&mut bench, mirror()).status, 201, "its disks are free");
}

#[test]
fn it_makes_what_the_xml_api_makes() {
    let mut told = empty(2);
    let body = json!({
        "RAIDType": "RAID1", "Name": "XS", "CapacityBytes": 524_288_000_000_u64,
        "StripSizeBytes": 131_072, "Links": disks(&[1, 2]),
    });
    assert_eq!(make(&mut told, body).status, 201);
    let mut posted = empty(2);
    let object = "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState='trigger' \
                  dn='sys/rack-unit-1/board/storage-SAS-SLOT-HBA/virtual-drive-create' \
                  driveGroup='[1,2]' raidLevel='1' size='500000 MB' stripSize='128k' \
                  virtualDriveName='XS'/>";
    assert_eq!(cimc::order(&mut posted.world, "xen1", object), None);
    assert_eq!(told.world.state, posted.world.state);
}

#[test]
fn the_level_is_told_by_either_property() {
    for (body, disks_, level, spans) in [
        (
            json!({"VolumeType": "NonRedundant"}),
            1,
            RaidLevel::Raid0,
            vec![1],
        ),
        (
            json!({"VolumeType": "StripedWithParity"}),
            3,
            RaidLevel::Raid5,
            vec![3],
        ),
        (json!({"RAIDType": "RAID6"}), 4, RaidLevel::Raid6, vec![4]),
        (
            json!({"RAIDType": "RAID6", "VolumeType": "StripedWithParity"}),
            4,
            RaidLevel::Raid6,
            vec![4],
        ),
        (
            json!({"VolumeType": "SpannedMirrors"}),
            4,
            RaidLevel::Raid10,
            vec![2, 2],
        ),
        (
            json!({"RAIDType": "RAID50"}),
            6,
            RaidLevel::Raid50,
            vec![3, 3],
        ),
    ] {
        let mut bench = empty(disks_);
        let slots: Vec<u8> = (1..=disks_).collect();
        let mut asked = body.clone();
        asked["Links"] = disks(&slots);
        assert_eq!(make(&mut bench, asked).status, 201, "{body}");
        let made = &drives(&bench)[0];
        let sizes: Vec<usize> = made.spans.iter().map(Vec::len).collect();
        assert_eq!((made.level, sizes), (level, spans), "{body}");
    }
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let mut bench = empty(2);
    let before = bench.world.state.clone();
    for (change, code, words) in [
        (
            json!({"VolumeType": null}),
            "PropertyValueNotInList",
            "VolumeType",
        ),
        (
            json!({"VolumeType": "Striped"}),
            "PropertyValueNotInList",
            "Striped",
        ),
        (
            json!({"RAIDType": "RAID7"}),
            "PropertyValueNotInList",
            "RAID7",
        ),
        (
            json!({"RAIDType": "RAID5"}),
            "PropertyValueConflict",
            "RAIDType",
        ),
        (
            json!({"Name": "sixteen-letters-"}),
            "PropertyValueFormatError",
            "sixteen-letters-",
        ),
        (json!({"Name": 7}), "PropertyValueFormatError", "Name"),
        (
            json!({"CapacityBytes": "all"}),
            "PropertyValueFormatError",
            "CapacityBytes",
        ),
        (
            json!({"StripSizeBytes": 65_000}),
            "PropertyValueNotInList",
            "65000",
        ),
        (
            json!({"Links": {"Drives": []}}),
            "ActionParameterMissing",
            "Links/Drives",
        ),
        (
            json!({"Links": {"Drives": [{"@odata.id": "/redfish/v1/nowhere"}]}}),
            "ResourceMissingAtURI",
            "/redfish/v1/nowhere",
        ),
    ] {
        let mut body = mirror();
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let told = make(&mut bench, body);
        let (status, known, message) = refusal(&told);
        assert_eq!((status, known), (400, code), "{change}");
        assert!(message.contains(words), "{message}");
    }
    let told = make(&mut bench, json!({"Links": disks(&[1, 2])}));
    assert_eq!(refusal(&told).1, "ActionParameterMissing");
    assert_eq!(bench.world.state, before);
}

#[test]
fn what_the_raid_controller_refuses_is_told_in_the_words_of_the_xml_api() {
    let mut bench = empty(4);
    let machine = bench.world.machine_mut("xen1").expect("xen1");
    machine.disks.get_mut(&3).expect("a disk").state = DiskState::Foreign;
    machine.disks.get_mut(&4).expect("a disk").state = DiskState::Jbod;
    for (slots, size, status, code, words) in [
        (
            vec![1],
            1_u32,
            400,
            "GeneralError",
            "Invalid number of physical drives for RAID 1",
        ),
        (
            vec![1, 9],
            1,
            400,
            "GeneralError",
            "Physical drive 9 does not exist",
        ),
        (
            vec![1, 1],
            1,
            400,
            "GeneralError",
            "Physical drive 1 is given twice",
        ),
        (
            vec![1, 3],
            1,
            409,
            "ResourceInUse",
            "Physical drive 3 is Foreign Configuration",
        ),
        (
            vec![1, 4],
            1,
            409,
            "ResourceInUse",
            "Physical drive 4 is JBOD",
        ),
        (
            vec![1, 2],
            571_251,
            400,
            "GeneralError",
            "The maximum size is 571250 MB",
        ),
        (
            vec![1, 2],
            0,
            400,
            "GeneralError",
            "The maximum size is 571250 MB",
        ),
    ] {
        let body = json!({
            "VolumeType": "Mirrored", "CapacityBytes": u64::from(size) << 20, "Links": disks(&slots),
        });
        let told = make(&mut bench, body);
        let words = format!("Operation failed. {words}");
        assert_eq!(refusal(&told), (status, code, words.as_str()));
    }
    assert_eq!(drives(&bench), []);
}

#[test]
fn a_raid_controller_without_a_host_makes_and_deletes_nothing() {
    let mut bench = empty(2);
    assert!(bench.world.switch_off("xen1"));
    let told = make(&mut bench, mirror());
    let asleep = "Operation failed. storage subsystem not ready yet";
    assert_eq!(refusal(&told), (503, "ResourceInStandby", asleep));

    let mut bench = Bench::entered();
    assert!(bench.world.switch_off("xen1"));
    let told = bench.ask("DELETE", &format!("{}/VD-0", volumes()), Value::Null);
    assert_eq!(refusal(&told), (503, "ResourceInStandby", asleep));
    assert_eq!(drives(&bench).len(), 1);
}

#[test]
fn a_volume_that_is_booted_from_or_is_not_there_is_not_deleted() {
    let mut bench = Bench::entered();
    let told = bench.ask("DELETE", &format!("{}/VD-0", volumes()), Value::Null);
    assert_eq!(
        refusal(&told),
        (
            409,
            "ResourceCannotBeDeleted",
            "Operation failed. The Virtual Drive 0 is an OS Drive. This virtual drive cannot be \
             deleted"
        )
    );
    let told = bench.ask("DELETE", &format!("{}/VD-7", volumes()), Value::Null);
    assert_eq!(refusal(&told).0, 404);
    bench.token = None;
    let told = bench.ask("DELETE", &format!("{}/VD-0", volumes()), Value::Null);
    assert_eq!(told.status, 401);
    assert_eq!(make(&mut bench, mirror()).status, 401);
    assert_eq!(bench.world.state, World::installed(1).state);
}
