//! Mapped images and what a server boots.

use snapbox::str;

use super::floor::{Book, Floor, MEDIA, UNIT};

/// A step that maps an image, and waits for it.
pub(super) fn image(book: Book, share: &str, file: &str) -> Book {
    book.step(
        "Map an image",
        &format!("{MEDIA}/vmmap-iso"),
        &format!(
            "<commVMediaMap volumeName=\"iso\" map=\"www\" remoteShare=\"{share}\" remoteFile=\"{file}\"/>"
        ),
        &format!("{MEDIA}/vmmap-iso"),
        "xml.configResolveDn.outConfig.commVMediaMap[\"@mappingStatus\"] == \"OK\"",
    )
}

pub(super) fn enabled(book: Book) -> Book {
    book.change(
        "Allow images",
        MEDIA,
        "<commVMedia adminState=\"enabled\"/>",
    )
}

pub(super) const SHARE: &str = "http://192.168.1.30/iso/";

#[test]
fn an_image_that_is_not_there_is_an_error_of_the_mapping() {
    let mut floor = Floor::new();
    let book = image(enabled(Book::default()), SHARE, "windows.iso");
    floor.run(book).code(1).stdout_eq(str![[r#"
Book
      passed  Allow images
      failed  Map an image
              on xen1-cimc-factory: <configResolveDn dn="sys/svc-ext/vmedia-svc/vmmap-iso"/>
              does not hold: xml.configResolveDn.outConfig.commVMediaMap["@mappingStatus"] == "OK"
                xml.configResolveDn.outConfig.commVMediaMap["@mappingStatus"] = "ERROR: file not found"

Backing out 2 steps (`book#map-an-image` failed)
Book
      undone  Map an image  (nothing to take back: a test)
      undone  Allow images  (nothing to take back: a test)

failed: `book#map-an-image` failed; 2 steps taken back
run: .runsheet/runs/lab-1-0001

"#]]);
    floor.told(
        image(Book::default(), "http://192.168.1.99/iso/", "xenserver.iso"),
        "ERROR: server not reachable",
    );
    floor.done(image(Book::default(), SHARE, "xenserver.iso"));
}

#[test]
fn an_image_takes_its_time_and_a_check_without_patience_says_so() {
    let mut floor = Floor::new();
    let book = image(enabled(Book::default()), SHARE, "xenserver.iso");
    let book = book.without_patience();
    floor.told(book, "In Progress");
}

#[test]
fn while_images_are_not_allowed_none_is_mapped() {
    let mut floor = Floor::new();
    floor.told(
        image(Book::default(), SHARE, "xenserver.iso"),
        "error 2003: Operation failed. Virtual media is disabled",
    );
}

#[test]
fn only_what_is_in_the_boot_order_can_be_booted_once() {
    let mut floor = Floor::new();
    floor.told(
        Book::default().change(
            "Boot the drive once",
            &format!("{UNIT}/one-time-precision-boot"),
            "<oneTimePrecisionBootDevice device=\"dvd\"/>",
        ),
        "error 2003: Operation failed. The boot device does not exist in the boot order",
    );
}
