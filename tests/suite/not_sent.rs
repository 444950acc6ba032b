//! Effects that provably were not sent, at a target that can't be reached.

use std::net::{Ipv4Addr, TcpListener};

use super::desk::Desk;

/// A step whose undo would take away what was there before it, with a target where nobody listens.
fn desk() -> Desk {
    let desk = Desk::new();
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = nobody.local_addr().expect("its address").port();
    desk.file(
        "inventory.yaml",
        format!(
            "targets:\n  local: {{driver: local}}\n  api: {{driver: http, address: \"127.0.0.1:{port}\", \
             tls: false}}\n  far: {{driver: ssh, address: \"127.0.0.1:{port}\", user: ada}}\ngroups:\n  \
             both: [local, far]\n"
        ),
    );
    desk
}

const VOLUME: &str = "---\ntitle: V\non: local\n---\n\n# V\n\n## Make the volume {#vol}\n\n\
    ```sh check\ntest -e vol/ready\n```\n\n```http run on=api\nPOST /volumes/vol\n\n{}\n```\n\n\
    ```sh undo\nrm -r vol\n```\n";

#[test]
fn what_was_there_before_stays_and_every_reader_hears_that_nothing_was_sent() {
    let desk = desk();
    desk.file("vol/data", "mine").file("change.md", VOLUME);
    let called = desk.call("-i inventory.yaml run change.md").code(1);
    let said = Desk::shown(&called);
    assert!(said.contains("not sent | POST /volumes/vol"), "{said}");
    assert!(
        said.contains("failed: `change#vol` failed; nothing was sent"),
        "{said}"
    );
    assert_eq!(desk.read("vol/data"), "mine");

    let markdown = desk.said("report --format md");
    assert!(markdown.contains("run on api: **not sent**"), "{markdown}");
    assert!(
        markdown.contains("an effect on api was not sent: "),
        "{markdown}"
    );
    desk.call("report -o report.html").success();
    assert!(desk.read("report.html").contains("not sent"));
    let junit = desk.said("report --format junit");
    assert!(!junit.contains("api &lt;- POST"), "{junit}");

    let undo = desk.call("undo -i inventory.yaml --yes").code(2);
    let undo = String::from_utf8_lossy(&undo.get_output().stderr).into_owned();
    assert!(undo.contains("did anything to take back"), "{undo}");
    assert_eq!(desk.read("vol/data"), "mine");
}

#[test]
fn of_a_group_only_the_lanes_that_sent_something_are_taken_back() {
    let desk = desk();
    desk.file(
        "change.md",
        VOLUME
            .replace("on: local", "on: both")
            .replace("sh check", "sh check on=local")
            .replace("vol/ready", "vol-{{ target.name }}/ready")
            .replace("http run on=api\nPOST /volumes/vol\n\n{}", "RUN")
            .replace("RUN", "sh run\nmkdir vol-{{ target.name }}")
            .replace(
                "sh undo\nrm -r vol",
                "sh undo on=local\nrm -r vol-{{ target.name }}",
            ),
    );
    desk.file("vol-far/data", "mine");
    let called = desk.call("-i inventory.yaml run change.md").code(1);
    let said = Desk::shown(&called);
    assert!(said.contains("1 step taken back"), "{said}");
    assert!(!desk.path("vol-local").exists());
    assert_eq!(desk.read("vol-far/data"), "mine");
}
