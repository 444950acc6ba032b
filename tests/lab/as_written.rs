//! The article's switch configuration, as published and then mended one mistake at a time: each
//! fails where a reader would want to know, with words that say what is wrong, and leaves the
//! floor as it found it.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use runsheet::lab::world::{World, difference};
use snapbox::{assert_data_eq, str};

use crate::room::{Room, virtually};

/// A folder for runs and the lab, in which the stack of chapter 4 stands.
struct Desk {
    _keep: tempfile::TempDir,
    state: Utf8PathBuf,
}

impl Desk {
    fn with_a_stack() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let state = Utf8Path::from_path(keep.path()).expect("UTF-8").join("state");
        let desk = Self { _keep: keep, state };
        let (code, _) = desk.run("runbooks/04-switch-stack.md");
        assert_eq!(code, Some(0));
        desk
    }

    /// The exit code of a run and what it printed, without its last line, which names its record.
    fn run(&self, runbook: &str) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["--state", self.state.as_str(), "run", runbook])
            .output()
            .expect("a program that starts");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let lines = text.lines().filter(|line| !line.starts_with("record: "));
        (output.status.code(), lines.map(|line| format!("{line}\n")).collect())
    }

    fn world(&self) -> World {
        virtually(async {
            let room = Room::kept_in(&self.state.join("lab"));
            let world = room.lab.world();
            room.lab.close().expect("a lab that can be kept");
            world
        })
    }
}

/// What a reader of one of the files sees. The floor is as it was in the end.
fn shown(file: &str) -> String {
    let desk = Desk::with_a_stack();
    let before = desk.world();
    let (code, text) = desk.run(&format!("fixtures/as-written/{file}.md"));
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(difference(&before, &desk.world()), "");
    text
}

#[test]
fn as_published_a_vlan_has_another_name_than_the_text_says() {
    assert_data_eq!(shown("1-as-published"), str![[]]);
}

#[test]
fn the_mtu_of_a_vlan_is_accepted_and_changes_no_port() {
    assert_data_eq!(shown("2-name-mended"), str![[]]);
}

#[test]
fn four_gateways_are_no_router() {
    assert_data_eq!(shown("3-mtu-mended"), str![[]]);
}

#[test]
fn a_dash_from_a_web_page_is_not_sent() {
    assert_data_eq!(shown("4-routing-mended"), str![[]]);
}

#[test]
fn lacp_cuts_off_a_server_that_does_not_speak_it() {
    assert_data_eq!(shown("5-dash-mended"), str![[]]);
}

#[test]
fn the_list_of_the_port_channels_replaces_that_of_their_ports() {
    assert_data_eq!(shown("6-standalone-mended"), str![[]]);
}
