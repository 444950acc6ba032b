//! Volumes: what the RAID controller refuses, and when.

use snapbox::{assert_data_eq, str};

use super::floor::{Book, Floor, STORE, UNIT};

const CREATOR: &str = "storageVirtualDriveCreatorUsingUnusedPhysicalDrive";

/// A step that makes a volume.
fn volume(book: Book, group: &str, level: &str, size: &str) -> Book {
    book.step(
        "Make a volume",
        &format!("{STORE}/virtual-drive-create"),
        &format!(
            "<{CREATOR} adminState=\"trigger\" driveGroup=\"{group}\" raidLevel=\"{level}\" \
             size=\"{size}\" virtualDriveName=\"XS\"/>"
        ),
        &format!("{STORE}/vd-0"),
        "xml.configResolveDn.outConfig.storageVirtualDrive[\"@name\"] == \"XS\"",
    )
}

fn mirror(book: Book) -> Book {
    volume(book, "[1,2]", "1", "571250 MB")
}

fn power(book: Book, word: &str) -> Book {
    let object = format!("<computeRackUnit adminPower=\"{word}\"/>");
    book.change("Press the button", UNIT, &object)
}

#[test]
fn while_the_host_is_off_there_is_no_raid_controller() {
    let mut floor = Floor::new();
    floor.done(power(Book::default(), "down"));
    floor
        .run(mirror(Book::default()))
        .code(1)
        .stdout_eq(str![[r#"
Book
      failed  Make a volume
              on xen1-cimc-factory:
                       | <configConfMo dn="sys/rack-unit-1/board/storage-SAS-SLOT-HBA/virtual-drive-create">
                       |   <inConfig><storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState="trigger" driveGroup="[1,2]" raidLevel="1" size="571250 MB" virtualDriveName="XS"/></inConfig>
                       | </configConfMo>
              error 2003: Operation failed. storage subsystem not ready yet

Backing out 1 step (`book#make-a-volume` failed)
Book
      undone  Make a volume  (nothing to take back: a test)

failed: `book#make-a-volume` failed; 1 step taken back
run: .runsheet/runs/lab-1-0002

"#]]);
}

#[test]
fn who_does_not_wait_after_switching_on_is_told_that_it_is_not_ready() {
    let mut floor = Floor::new();
    floor.done(power(Book::default(), "down"));
    floor.told(
        mirror(power(Book::default(), "up")),
        "error 2003: Operation failed. storage subsystem not ready yet",
    );
    floor.wait("1m");
    floor.done(mirror(Book::default()));
}

#[test]
fn disks_with_a_foreign_configuration_are_cleared_first() {
    let mut floor = Floor::in_the_box();
    floor.order("plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24");
    floor.order("plug storage:cimc office:3; power-on storage; f8 storage address=192.168.1.23/24");
    floor.wait("3m");
    let at = |book: Book| book.on("storage-cimc-factory");
    floor.told(
        at(volume(Book::default(), "[1,2,3,4]", "5", "1713750 MB")),
        "error 2003: Operation failed. Physical drive 1 is Foreign Configuration",
    );
    let clear = "<storageController adminAction=\"clear-foreign-config\"/>";
    let book = Book::default().change("Clear it", STORE, clear);
    floor.done(at(volume(book, "[1,2,3,4]", "5", "1713750 MB")));
}

#[test]
fn a_volume_that_its_disks_do_not_make_is_refused() {
    let mut floor = Floor::new();
    for (group, level, size, words) in [
        (
            "[1]",
            "1",
            "571250 MB",
            "error 2003: Operation failed. Invalid number of physical drives for RAID 1",
        ),
        (
            "[1,2]",
            "5",
            "571250 MB",
            "error 2003: Operation failed. Invalid number of physical drives for RAID 5",
        ),
        (
            "[1,2]",
            "1",
            "1 TB",
            "error 2003: Operation failed. The maximum size is 571250 MB",
        ),
        (
            "[1,9]",
            "1",
            "571250 MB",
            "error 2003: Operation failed. Physical drive 9 does not exist",
        ),
        (
            "[1, 2]",
            "1",
            "571250 MB",
            "attribute 'driveGroup': '[1, 2]' is not a valid value.",
        ),
        (
            "[1,2]",
            "7",
            "571250 MB",
            "attribute 'raidLevel': '7' is not a valid value.",
        ),
        (
            "[1,2]",
            "1",
            "all of it",
            "attribute 'size': 'all of it' is not a valid value.",
        ),
    ] {
        floor.told(volume(Book::default(), group, level, size), words);
    }
    floor.done(mirror(Book::default()));
    floor.told(
        mirror(Book::default()),
        "error 2003: Operation failed. Physical drive 1 is Online",
    );
}

#[test]
fn a_drive_that_is_booted_from_is_not_deleted() {
    let mut floor = Floor::new();
    let drive = format!("{STORE}/vd-0");
    let boots = "<storageVirtualDrive adminAction=\"set-boot-drive\"/>";
    let deletes = "<storageVirtualDrive status=\"deleted\"/>";
    floor.done(mirror(Book::default()).change("Boot from it", &drive, boots));
    floor.told(
        Book::default().change("Delete it", &drive, deletes),
        "error 2003: Operation failed. The Virtual Drive 0 is an OS Drive. This virtual drive \
         cannot be deleted",
    );
    let clears = "<storageController adminAction=\"clear-boot-drive\"/>";
    let gone = "\"<storageVirtualDrive\" not in stdout";
    let book = Book::default().change("Boot from nothing", STORE, clears);
    floor.done(book.step("Delete it", &drive, deletes, &drive, gone));
}

#[test]
fn what_is_not_there_is_nothing_to_find_and_an_error_to_change() {
    let mut floor = Floor::new();
    let drive = format!("{STORE}/vd-7");
    let boots = "<storageVirtualDrive adminAction=\"set-boot-drive\"/>";
    floor.told(
        Book::default().change("Boot from it", &drive, boots),
        "error 170: DN does not exist",
    );
    let label = "<computeRackUnit usrLbl=\"rack 2\"/>";
    let holds = "xml.configResolveDn.outConfig.storageVirtualDrive[\"@name\"] == \"XS\"";
    assert_data_eq!(
        floor.trouble(Book::default().step("Look for it", UNIT, label, &drive, holds)),
        str![[r#"
on xen1-cimc-factory: <configResolveDn dn="sys/rack-unit-1/board/storage-SAS-SLOT-HBA/vd-7"/>
does not hold: xml.configResolveDn.outConfig.storageVirtualDrive["@name"] == "XS"
  `xml.configResolveDn.outConfig.storageVirtualDrive["@name"] == "XS"` has no such entry
  xml.configResolveDn.outConfig.storageVirtualDrive["@name"] = (`xml.configResolveDn.outConfig.storageVirtualDrive["@name"]` has no such entry)

"#]]
    );
}
