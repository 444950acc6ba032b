//! The password of a share that images come from: a controller needs it, and nobody else.

use super::floor::{Book, Floor};
use crate::secrets::{Leak, written};
use crate::served::Served;

#[test]
fn a_password_of_a_share_is_in_no_file_of_a_run() {
    const SHARE: &str = "Sh4re&<key>\"word";
    let desk = Floor::new().desk();
    let served = Served::start(&desk);
    let inventory = desk.read("inventory.yaml");
    desk.file(
        "inventory.yaml",
        inventory.replace("secrets:\n", "secrets:\n  share: env:SHARE\n"),
    );
    let map = "<commVMediaMap volumeName=\"iso\" map=\"www\" username=\"lab\" \
               password=\"{{ secret.share }}\" remoteShare=\"http://192.168.1.30/iso/\" \
               remoteFile=\"windows.iso\"/>";
    let service = "sys/svc-ext/vmedia-svc";
    let book = Book::default()
        .change(
            "Allow images",
            service,
            "<commVMedia adminState=\"enabled\"/>",
        )
        .change("Map an image", &format!("{service}/vmmap-iso"), map)
        // Its refusal quotes what it was given.
        .change(
            "Make a volume",
            "sys/rack-unit-1/board/storage-SAS-SLOT-HBA/virtual-drive-create",
            "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState=\"trigger\" \
             raidLevel=\"{{ secret.share }}\"/>",
        );
    desk.file("book.md", book.whole());
    let ran = desk
        .runsheet("run -i inventory.yaml book.md --unattended")
        .env("SHARE", SHARE)
        .assert()
        .code(1);
    drop(served);
    let output = ran.get_output();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("attribute 'raidLevel': '«secret:share»' is not a valid value"),
        "{shown}"
    );
    let leak = Leak::of(SHARE);
    leak.assert_none("the output", &output.stdout);
    leak.assert_none("the errors", &output.stderr);
    let mut files = Vec::new();
    written(&desk.path(".runsheet/runs"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        let bytes = std::fs::read(&file).expect("a file that was written");
        leak.assert_none(&file.display().to_string(), &bytes);
    }
}
