//! Inventories.

use runsheet::target::inventory::parse;
use runsheet::text::{ColorChoice, Source, render};

/// Whatever a file holds: every finding has its place in it and can be shown, and every member
/// of a group is a target.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = || parse(Source::new("site/inventory.yaml", &*text));
    let (inventory, found) = read();
    for finding in &found {
        let places = finding.secondary.iter().chain([&finding.primary]);
        for place in places {
            assert!(text.get(place.span.range()).is_some(), "{finding:?}");
        }
    }
    let shown = render(&found, ColorChoice::Never);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    for (name, target) in &inventory.targets {
        assert_eq!(*name, target.name);
    }
    if found.is_empty() {
        for name in inventory.groups.keys() {
            assert!(inventory.resolve(name).is_some(), "{name}");
        }
    }
    assert_eq!(shown, render(&read().1, ColorChoice::Never));
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "targets:\n",
        "groups:\n",
        "vars:\n",
        "secrets:\n",
        "  ",
        "\n",
        ": ",
        "- ",
        "driver: ios",
        "address: ",
        "[::1]:22",
        "user: x",
        "password: {env: X}",
        "via: a",
        "host-key: SHA256:",
        "tls-pin: ",
        "&a ",
        "*a",
        "<<: *a",
        "!!binary ",
        "|\n",
        ">\n",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"",
        "'",
        "#",
        "? ",
        "---\n",
        "~",
        "1e400",
        ".nan",
        "0x",
        "99999999999999999999",
        "device: ",
        "console: ",
    ];

    #[test]
    fn however_deep_an_inventory_is_it_is_read_or_refused() {
        for again in [
            "[", "{a: ", "{", "- ", "? ", "[[a]: ", "{? ", "&a ", "!x ", "a: ", "- ? ", ": ", "[{",
            "!!seq [",
        ] {
            for times in [10, 30, 60, 63, 200, 1_000, 100_000] {
                holds(again.repeat(times).as_bytes());
                holds(format!("vars: {{a: {}", again.repeat(times)).as_bytes());
            }
        }
    }

    #[test]
    fn inventories() {
        let seeds = seeds::texts([
            "targets:\n  sw1:\n    driver: ios\n    address: 192.0.2.1\n    user: admin\n    password: {env: SW1}\n    host-key: SHA256:abc\n    vars: {port: 1}\n  xen1: {driver: posix, address: \"[2001:db8::1]:2222\", user: root, via: sw1}\ngroups:\n  all: [sw1, xen1]\nvars:\n  vlan: 5\nsecrets:\n  root: {env: ROOT}\n",
            "targets:\n  a: &a {driver: posix}\n  b: *a\n",
        ]);
        search("tests/property/kept/inventory.txt", seeds, WORDS, holds);
    }
}
