//! What a server boots: the choice for once, then its order, and past what can't be booted.

use super::floor::{Book, Floor, UNIT};
use super::media::{SHARE, enabled, image};

pub(super) fn restarted(book: Book) -> Book {
    book.step(
        "Restart it",
        UNIT,
        "<computeRackUnit adminPower=\"cycle-immediate\"/>",
        UNIT,
        "xml.configResolveDn.outConfig.computeRackUnit[\"@biosPostState\"] == \"completed\"",
    )
}

/// A step that puts the virtual DVD into the boot order.
fn dvd(book: Book, subtype: &str, state: &str) -> Book {
    let object = format!(
        "<lsbootVMedia name=\"dvd\" order=\"1\" state=\"{state}\" subtype=\"{subtype}\" \
         type=\"VMEDIA\"/>"
    );
    let name = format!("{UNIT}/boot-precision/vm-dvd");
    book.change("Boot the drive", &name, &object)
}

const INSTALLER: &str = "xenserver.iso shows `Select Keymap`";
const NOTHING: &str = "found nothing to boot";

fn assert_shown(floor: &Floor, words: &str) {
    let shown = floor.shown();
    let line = shown.lines().find(|line| line.starts_with("xen1"));
    assert!(line.is_some_and(|line| line.contains(words)), "{shown}");
}

#[test]
fn a_drive_that_nobody_put_an_image_into_is_passed_over() {
    let mut floor = Floor::new();
    let book = image(enabled(Book::default()), SHARE, "xenserver.iso");
    floor.done(restarted(dvd(book, "kvm-mapped-dvd", "Enabled")));
    assert_shown(&floor, NOTHING);
    floor.done(restarted(dvd(
        Book::default(),
        "cimc-mapped-dvd",
        "Disabled",
    )));
    assert_shown(&floor, NOTHING);
    floor.done(restarted(dvd(
        Book::default(),
        "cimc-mapped-dvd",
        "Enabled",
    )));
    assert_shown(&floor, INSTALLER);
}

#[test]
fn the_choice_for_once_is_used_up_by_a_restart() {
    let once = format!("{UNIT}/one-time-precision-boot");
    let hdd = format!("{UNIT}/boot-precision/hdd-volume");
    let disk = "<lsbootHdd name=\"volume\" order=\"2\" state=\"Enabled\" type=\"LOCALHDD\"/>";
    let mut floor = Floor::new();
    let book = dvd(Book::default(), "cimc-mapped-dvd", "Enabled");
    let book = book.change("Boot the volume", &hdd, disk).change(
        "Boot it once",
        &once,
        "<oneTimePrecisionBootDevice device=\"volume\"/>",
    );
    floor.done(restarted(book));
    // A step that still wants the choice finds it gone.
    let gone =
        "xml.configResolveDn.outConfig.oneTimePrecisionBootDevice[\"@device\"] == \"volume\"";
    let label = "<computeRackUnit usrLbl=\"rack 2\"/>";
    floor.told(
        Book::default().step("Look at the choice", UNIT, label, &once, gone),
        "oneTimePrecisionBootDevice[\"@device\"] = \"\"",
    );
}
