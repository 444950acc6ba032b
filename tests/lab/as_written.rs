//! The article's switch configuration, as published and then mended one mistake at a time: each
//! fails where a reader would want to know, with words that say what is wrong, and leaves the
//! floor as it found it.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use runsheet::lab::Lab;
use runsheet::lab::world::{Stage, World, difference};
use snapbox::{IntoData, assert_data_eq, str};

use crate::room::{Room, virtually};

/// A folder for runs and the lab, in which the stack of chapter 4 stands.
struct Desk {
    _keep: tempfile::TempDir,
    state: Utf8PathBuf,
}

impl Desk {
    fn with_a_stack() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let state = Utf8Path::from_path(keep.path())
            .expect("UTF-8")
            .join("state");
        Lab::renew(&state.join("lab"), Stage::Installed, 1).expect("a folder for a lab");
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
        let lines = text.lines().filter(|line| !line.starts_with("run: "));
        (
            output.status.code(),
            lines.map(|line| format!("{line}\n")).collect(),
        )
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
    assert_data_eq!(
        shown("1-as-published"),
        str![[r#"
Setting up Cisco switches, as published
      failed  Creating VLANs
              on stack: show vlan brief
              line 1 of the excerpt is not in the output
                expected                     | actual
              > 5 Management-VLAN active[..] | 5    Managment-VLAN                   active
                ...                          | 10   XenMotion-VLAN                   active
                10 XenMotion-VLAN active[..] | 20   Storage-VLAN                     active
                ...                          | 30   Data-VLAN                        active

Backing out 1 step (`as-published#creating-vlans` failed)
Setting up Cisco switches, as published
      undone  Creating VLANs  (only the answer to its undo says so: its check did not hold before)

failed: `as-published#creating-vlans` failed; 1 step taken back

"#]]
        .raw()
    );
}

#[test]
fn the_mtu_of_a_vlan_is_accepted_and_changes_no_port() {
    assert_data_eq!(
        shown("2-name-mended"),
        str![[r#"
Setting up Cisco switches, name mended
      passed  Creating VLANs
      failed  Jumbo frames
              on stack: show system mtu
              line 1 of the excerpt is not in the output
                expected                           | actual
              > Global Ethernet MTU is 9198 bytes. | Global Ethernet MTU is 1500 bytes.
                                                   |

Backing out 1 step (`name-mended#jumbo-frames` failed)
Setting up Cisco switches, name mended
      undone  Creating VLANs

failed: `name-mended#jumbo-frames` failed; 1 step taken back

"#]]
        .raw()
    );
}

#[test]
fn four_gateways_are_no_router() {
    assert_data_eq!(
        shown("3-mtu-mended"),
        str![[r#"
Setting up Cisco switches, MTU mended
      passed  Creating VLANs
      passed  Jumbo frames
      failed  Gateways
              on stack: show running-config | include ^ip routing
              there is no output
                expected   | actual
              > ip routing |
              stack took the change back (revert timer)

Backing out 3 steps (`mtu-mended#gateways` failed)
Setting up Cisco switches, MTU mended
      undone  Gateways  (only the answer to its undo says so: its check did not hold before)
      undone  Jumbo frames
      undone  Creating VLANs

failed: `mtu-mended#gateways` failed; 3 steps taken back

"#]]
        .raw()
    );
}

#[test]
fn a_dash_from_a_web_page_is_not_sent() {
    assert_data_eq!(
        shown("4-routing-mended"),
        str![[r#"
Setting up Cisco switches, routing mended
      passed  Creating VLANs
      passed  Jumbo frames
      passed  Gateways
      failed  Common config for all ports
              on stack:
              not sent | interface range GigabitEthernet1/0/13 – 14, GigabitEthernet2/0/13 – 14
              not sent | switchport mode trunk
              not sent | switchport trunk native vlan 5
              not sent | switchport trunk allowed vlan 5,10,20,30
              not sent | channel-protocol lacp
              type line 1 into the switch: it holds `–` (U+2013)
              help: replace it by `-`

Backing out 3 steps (`routing-mended#common-config-for-all-ports` failed)
Setting up Cisco switches, routing mended
      undone  Gateways
      undone  Jumbo frames
      undone  Creating VLANs

failed: `routing-mended#common-config-for-all-ports` failed; 3 steps taken back

"#]]
        .raw()
    );
}

#[test]
fn lacp_cuts_off_a_server_that_does_not_speak_it() {
    assert_data_eq!(
        shown("5-dash-mended"),
        str![[r#"
Setting up Cisco switches, dash mended
      passed  Creating VLANs
      passed  Jumbo frames
      passed  Gateways
      passed  Common config for all ports
      failed  Config for Server-1
              on stack: show etherchannel 1 summary | include Po1
              does not hold: stdout is matching("Gi1/0/13\\([PI]\\)\\s+Gi2/0/13\\([PI]\\)")
                stdout = "1      Po1(SD)         LACP        Gi1/0/13(s)     Gi2/0/13(s)"
              stack took the change back (revert timer)

Backing out 5 steps (`dash-mended#config-for-server-1` failed)
Setting up Cisco switches, dash mended
      undone  Config for Server-1  (only the answer to its undo says so: its check did not hold before)
      undone  Common config for all ports
      undone  Gateways
      undone  Jumbo frames
      undone  Creating VLANs

failed: `dash-mended#config-for-server-1` failed; 5 steps taken back

"#]]
        .raw()
    );
}

#[test]
fn the_list_of_the_port_channels_replaces_that_of_their_ports() {
    assert_data_eq!(
        shown("6-standalone-mended"),
        str![[r#"
Setting up Cisco switches, standalone mended
      passed  Creating VLANs
      passed  Jumbo frames
      passed  Gateways
      passed  Common config for all ports
      passed  Config for Server-1
      passed  Config for Server-2
      passed  Config for the storage server
      failed  Config for port-channels
              on stack: show interfaces Port-channel1 switchport
              line 5 of the excerpt is not in the output
                expected                           | actual
                Administrative Mode: trunk         | Administrative Mode: trunk
                ...                                |
                Trunking Native Mode VLAN: 5 [..]  | Trunking Native Mode VLAN: 5 (Management-VLAN)
                ...                                |
              > Trunking VLANs Enabled: 5,10,20,30 | Trunking VLANs Enabled: 5,10,20
                                                   | Pruning VLANs Enabled: 2-1001
                                                   | Capture Mode Disabled
                                                   | Capture VLANs Allowed: ALL
              stack took the change back (revert timer)

Backing out 8 steps (`standalone-mended#config-for-port-channels` failed)
Setting up Cisco switches, standalone mended
      undone  Config for port-channels  (only the answer to its undo says so: its check did not hold before)
      undone  Config for the storage server
      undone  Config for Server-2
      undone  Config for Server-1
      undone  Common config for all ports
      undone  Gateways
      undone  Jumbo frames
      undone  Creating VLANs

failed: `standalone-mended#config-for-port-channels` failed; 8 steps taken back

"#]]
        .raw()
    );
}
