//! The installer on a server's screen, told by the technician.

use snapbox::{assert_data_eq, str};

use super::boot::restarted;
use super::floor::{Book, Floor, STORE, UNIT};
use super::media::{SHARE, enabled, image};

/// A server with an image in its drive that it boots now. `size` is its volume's, if it has one.
fn booted(file: &str, size: Option<&str>) -> Floor {
    let mut floor = Floor::new();
    let mut book = image(enabled(Book::default()), SHARE, file);
    if let Some(size) = size {
        book = book
            .change(
                "Make a volume",
                &format!("{STORE}/virtual-drive-create"),
                &format!(
                    "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState=\"trigger\" \
                     driveGroup=\"[1,2]\" raidLevel=\"1\" size=\"{size}\" virtualDriveName=\"XS\"/>"
                ),
            )
            .change(
                "Boot from it",
                &format!("{STORE}/vd-0"),
                "<storageVirtualDrive adminAction=\"set-boot-drive\"/>",
            );
    }
    floor.done(restarted(book.change(
        "Boot the drive",
        &format!("{UNIT}/boot-precision/vm-dvd"),
        "<lsbootVMedia name=\"dvd\" order=\"1\" state=\"Enabled\" subtype=\"cimc-mapped-dvd\" type=\"VMEDIA\"/>",
    )));
    floor
}

fn keys(keys: &str) -> Book {
    Book::default().hands("Answer it", &format!("kvm xen1 {keys}"))
}

const ALL: &str = "keymap=us welcome=ok eula=accept guests=sda source=local verify=skip \
                   password=Workshop-3650 interface=eth0 address=172.16.40.13/24 \
                   gateway=172.16.40.254 hostname=xen1 timezone=Asia/Kathmandu time=manual \
                   confirm=install packs=no reboot=ok";

#[test]
fn openfiler_finds_no_drives_behind_this_controller() {
    let mut floor = booted("openfiler.iso", Some("571250 MB"));
    assert_data_eq!(
        floor.trouble(keys("keymap=us")),
        str![[r#"
on floor:
         | Answer it.
xen1: No Drives Found: An error has occurred - no valid devices were found on which to create new file systems. Please check your hardware for the cause of this problem.

"#]]
    );
    let shown = floor.shown();
    assert!(shown.contains("No Drives Found"), "{shown}");
}

#[test]
fn without_a_volume_there_is_no_disk() {
    let mut floor = booted("xenserver.iso", None);
    floor.told(
        keys("keymap=us welcome=ok"),
        "This host does not appear to have any hard disks.",
    );
}

#[test]
fn a_volume_can_be_too_small() {
    let mut floor = booted("xenserver.iso", Some("40 GB"));
    floor.told(
        keys("keymap=us welcome=ok eula=accept guests=sda"),
        "No disk with sufficient space to install XenServer on was found.",
    );
}

#[test]
fn a_source_that_is_not_there_is_refused() {
    let mut floor = booted("xenserver.iso", Some("571250 MB"));
    floor.told(
        keys("keymap=us welcome=ok eula=accept guests=sda source=http://192.168.1.30/xs/"),
        "Setup was unable to access the location you specified - please check and try again.",
    );
}

#[test]
fn an_image_that_was_taken_away_leaves_no_source() {
    let mut floor = booted("xenserver.iso", Some("571250 MB"));
    floor.done(Book::default().step(
        "Take it away",
        "sys/svc-ext/vmedia-svc/vmmap-iso",
        "<commVMediaMap volumeName=\"iso\" status=\"deleted\"/>",
        UNIT,
        "\"serial\" in stdout",
    ));
    floor.told(
        keys("keymap=us welcome=ok eula=accept guests=sda source=local"),
        "Your installation media could not be found.",
    );
}

#[test]
fn a_gateway_that_does_not_answer_is_remarked_in_the_record() {
    let mut floor = booted("xenserver.iso", Some("571250 MB"));
    floor.done(keys(ALL));
    let journal = floor.journal();
    assert!(
        journal.contains("warning: the gateway 172.16.40.254 does not answer"),
        "{journal}"
    );
}

#[test]
fn an_image_that_stays_first_is_booted_again() {
    let mut floor = booted("xenserver.iso", Some("571250 MB"));
    floor.done(keys(ALL));
    floor.wait("20m");
    let shown = floor.shown();
    assert!(
        shown.contains("xenserver.iso shows `Select Keymap`"),
        "{shown}"
    );
}

#[test]
fn a_screen_is_answered_only_while_an_installer_is_on_it() {
    let mut floor = Floor::new();
    assert_data_eq!(
        floor.trouble(keys("keymap=us")),
        str![[r#"
on floor:
         | Answer it.
xen1 found nothing to boot

"#]]
    );
}
