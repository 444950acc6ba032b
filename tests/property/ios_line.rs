//! The lab's command line: whatever is typed at a switch.

use runsheet::lab::ios::{Line, closed, feed, open, take_output};
use runsheet::lab::world::World;

/// A switch lives through anything typed: the world can be kept and read again, has settled, and
/// goes on in time; the same keys do the same again; and a return still shows something.
pub(crate) fn holds(bytes: &[u8]) {
    let (world, screen) = typed(bytes);
    let (again, second) = typed(bytes);
    assert!(world == again, "it depends on chance");
    assert_eq!(screen, second);

    let kept = serde_json::to_string(&world).expect("a world can be kept");
    let read: World = serde_json::from_str(&kept).expect("and read");
    assert!(read == world, "it is another world when read again");
    let mut settled = world.clone();
    settled.settle_all();
    assert!(settled == world, "it had not settled");
    for (id, chassis) in &world.state.chassis {
        for number in chassis.members.keys() {
            assert!((1..=9).contains(number), "{id:?} has a member {number}");
        }
        for label in chassis.members.values() {
            assert!(world.state.units.contains_key(label), "{label}");
        }
    }
}

/// The world after the lines were typed at a console, and what the screen showed.
fn typed(bytes: &[u8]) -> (World, String) {
    let mut world = World::installed(1);
    let mut screen = String::new();
    let unit = world.state.units.keys().next().expect("a switch").clone();
    let id = open(&mut world, Line::Console(unit));
    feed(&mut world, id, b"\renable\rconfigure terminal\r");
    for line in bytes
        .split_inclusive(|b| *b == b'\n' || *b == b'\r')
        .take(24)
    {
        feed(&mut world, id, line);
        let at = world.now() + 5_000;
        world.advance_to(at);
        screen += &String::from_utf8_lossy(&take_output(&mut world, id));
    }
    assert!(!closed(&world, id), "a console is never closed");
    (world, screen)
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "\r",
        "\n",
        "\x03",
        "\x1a",
        "\x15",
        "\x7f",
        "\x08",
        "\x17",
        "\t",
        "?",
        " ",
        "|",
        "no ",
        "do ",
        "end\r",
        "exit\r",
        "show running-config\r",
        "show interfaces ",
        "show vlan brief\r",
        "| include ",
        "[",
        "(",
        "*",
        "configure terminal\r",
        "interface GigabitEthernet1/0/1\r",
        "interface range gi1/0/1-24\r",
        "interface port-channel 1\r",
        "interface vlan 4094\r",
        "vlan 1-4094\r",
        "vlan 99999\r",
        "switchport mode trunk\r",
        "switchport trunk allowed vlan add 5,10-20\r",
        "channel-group 1 mode active\r",
        "ip address 10.0.0.1 255.0.0.0\r",
        "spanning-tree ",
        "hostname ",
        "configure replace flash:x\r",
        "copy running-config startup-config\r",
        "reload\r",
        "y",
        "system mtu 9198\r",
        "ping 10.0.0.1 size 99999\r",
        "default interface gi1/0/1\r",
        "terminal length 0\r",
        "switch 1 renumber 2\r",
        "archive\r",
        "-",
        "1/0/",
        "99999999999999999999",
        "0",
    ];

    #[test]
    fn lines() {
        let seeds = seeds::fences("ios");
        search("tests/property/kept/ios_line.txt", seeds, WORDS, holds);
    }
}
