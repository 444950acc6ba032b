//! Terminal sessions: what is typed, and what the screen then shows.

use super::*;
use crate::lab::world::World;

/// Types lines on sw1's console and returns the screen, `\r` left out.
fn console(world: &mut World, unit: &str, lines: &[&str]) -> String {
    let id = open(world, Line::Console(unit.to_owned()));
    let mut screen = String::new();
    for line in lines {
        feed(world, id, format!("{line}\r").as_bytes());
        let at = world.now() + 20_000;
        world.advance_to(at);
        screen += &String::from_utf8_lossy(&take_output(world, id)).replace('\r', "");
    }
    screen
}

#[test]
fn a_line_is_taken_by_its_unique_beginning_or_refused_as_the_device_words_it() {
    let mut world = World::installed(1);
    let screen = console(
        &mut world,
        "sw1",
        &["", "en", "conf", "configure x", "s", "sh priv"],
    );
    assert_eq!(
        screen,
        "\nSwitch>en\nSwitch#conf\n% Incomplete command.\n\n\
         Switch#configure x\n                 ^\n% Invalid input detected at '^' marker.\n\n\
         Switch#s\n% Ambiguous command:  \"s\"\n\
         Switch#sh priv\nCurrent privilege level is 15\nSwitch#"
    );
}

#[test]
fn a_failed_range_leaves_the_mode_before_it_so_the_next_line_hits_the_wrong_port() {
    let mut world = World::installed(1);
    console(
        &mut world,
        "sw1",
        &[
            "",
            "enable",
            "configure terminal",
            "interface GigabitEthernet1/0/2",
            "interface range GigabitEthernet1/0/13 \u{2013} 14",
            "shutdown",
            "end",
        ],
    );
    let screen = console(
        &mut world,
        "sw1",
        &["show running-config interface Gi1/0/2"],
    );
    assert!(
        screen.contains("interface GigabitEthernet1/0/2\n shutdown\nend"),
        "{screen}"
    );
}

#[test]
fn a_range_is_configured_port_by_port() {
    let mut world = World::installed(1);
    let screen = console(
        &mut world,
        "sw1",
        &[
            "",
            "enable",
            "terminal length 0",
            "configure terminal",
            "vlan 5",
            "name MGMT",
            "interface range GigabitEthernet1/0/13 - 14",
            "switchport mode access",
            "switchport access vlan 5",
            "end",
            "show vlan brief | include MGMT",
        ],
    );
    assert!(
        screen.contains("Switch(config-vlan)#interface range"),
        "{screen}"
    );
    let row = "5    MGMT                             active    Gi1/0/13, Gi1/0/14\n";
    assert!(screen.contains(row), "{screen}");
}

#[test]
fn long_output_waits_for_a_key() {
    let mut world = World::installed(1);
    let screen = console(&mut world, "sw1", &["", "enable", "show interfaces status"]);
    assert!(screen.ends_with(" --More-- "), "{screen}");
}

#[test]
fn a_configuration_is_read_back_as_it_was_written() {
    let mut world = World::installed(1);
    console(
        &mut world,
        "sw1",
        &[
            "",
            "enable",
            "configure terminal",
            "hostname Cisco-Stack",
            "enable secret Workshop-3650",
            "username admin privilege 15 secret Workshop-3650",
            "interface Port-channel1",
            "no port-channel standalone-disable",
            "switchport mode trunk",
            "switchport trunk allowed vlan 5,10,20-22",
            "interface GigabitEthernet1/0/13",
            "channel-group 1 mode active",
            "line vty 0 4",
            "login local",
            "transport input ssh",
            "archive",
            "path flash:archive",
            "end",
        ],
    );
    let running = world.state.chassis["sw1"].running.clone();
    let read = configure::read(&world, &"sw1".to_owned(), &config_text(&running));
    assert_eq!(read.config, running);
    assert_eq!(read.refused, [""; 0]);
}
