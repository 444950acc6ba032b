//! The password of a share that images come from: a controller needs it, and nobody else.

use super::floor::{Book, Floor};
use crate::desk::Desk;
use crate::secrets::{Leak, written};
use crate::served::Served;

const SHARE: &str = "Sh4re&<key>\"word";

/// Runs a book that fails, whose secret `share` is the share's password: it must show these
/// words, and the password nowhere.
fn assert_hidden(desk: &Desk, book: &str, words: &str) {
    let served = Served::start(desk);
    let inventory = desk.read("inventory.yaml");
    desk.file(
        "inventory.yaml",
        inventory.replace("secrets:\n", "secrets:\n  share: env:SHARE\n"),
    );
    desk.file("book.md", book);
    let call = |words: &str, code: i32| {
        let called = desk.runsheet(words).env("SHARE", SHARE).assert();
        let output = called.code(code).get_output().clone();
        let leak = Leak::of(SHARE);
        leak.assert_none(&format!("the output of `{words}`"), &output.stdout);
        leak.assert_none(&format!("the errors of `{words}`"), &output.stderr);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    call("plan -i inventory.yaml book.md", 0);
    let shown = call("run -i inventory.yaml book.md --unattended", 1);
    assert!(shown.contains(words), "{shown}");
    let run = shown.rsplit("runs/").next().unwrap_or_default();
    let run = run.lines().next().unwrap_or_default();
    call(&format!("show {run} --json"), 0);
    call(&format!("report {run} -f html -o report.html"), 0);
    drop(served);

    let leak = Leak::of(SHARE);
    let mut files = vec![desk.path("report.html")];
    written(&desk.path(".runsheet/runs"), &mut files);
    assert!(files.len() > 3, "{files:?}");
    let mut whole = String::new();
    for file in files {
        let bytes = std::fs::read(&file).expect("a file that was written");
        leak.assert_none(&file.display().to_string(), &bytes);
        whole.push_str(&String::from_utf8_lossy(&bytes));
    }
    // It was sent: the reference stands where the password was.
    assert!(whole.contains("«secret:share»"), "{whole}");
    let sent = written_by_the_lab(desk);
    assert!(sent.contains("Sh4re"), "the controller was never told it");
}

/// What reached the lab, which keeps what a device would keep.
fn written_by_the_lab(desk: &Desk) -> String {
    let mut files = Vec::new();
    written(&desk.path(".runsheet/lab"), &mut files);
    let texts = files
        .into_iter()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    texts.collect()
}

#[test]
fn a_password_of_a_share_is_in_no_file_of_a_run() {
    let desk = Floor::new().desk();
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
    assert_hidden(
        &desk,
        &book.whole(),
        "attribute 'raidLevel': '«secret:share»' is not a valid value",
    );
}

#[test]
fn nor_is_one_that_is_given_over_redfish() {
    const BOOK: &str = r##"---
title: Insert an image
on: xen1-redfish
---

# Insert an image

## Insert it

```http run
POST /redfish/v1/Managers/CIMC/VirtualMedia/0/Actions/VirtualMedia.InsertMedia
Content-Type: application/json

{"Image": "http://192.168.1.30/iso/windows.iso", "TransferProtocolType": "HTTP",
 "UserName": "lab", "Password": "{{ secret.share }}"}
```

```http check
GET /redfish/v1/Managers/CIMC/VirtualMedia/0
```

```assert
json.ImageName == "windows.iso"
```

```http undo
POST /redfish/v1/Managers/CIMC/VirtualMedia/0/Actions/VirtualMedia.EjectMedia
Content-Type: application/json

{}
```

## Insert another, by a protocol that the refusal quotes

```http run
POST /redfish/v1/Managers/CIMC/VirtualMedia/0/Actions/VirtualMedia.InsertMedia
Content-Type: application/json

{"Image": "http://192.168.1.30/iso/{{ secret.share }}.iso", "TransferProtocolType": {{ secret.share }},
 "Password": {{ secret.share }}}
```

```http check
GET /redfish/v1/Managers/CIMC/VirtualMedia/0
```

```assert
json.ImageName == "another.iso"
```

```http undo
POST /redfish/v1/Managers/CIMC/VirtualMedia/0/Actions/VirtualMedia.EjectMedia
Content-Type: application/json

{}
```
"##;
    let desk = Desk::new();
    desk.call("lab reset --stage installed").success();
    assert_hidden(
        &desk,
        BOOK,
        "The value «secret:share» for the property TransferProtocolType is not in the list",
    );
}
