//! Command words of the Catalyst CLI, written out: enough to notice an abbreviation.

/// Which words a line can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Behind `switch#`.
    Exec,
    /// Behind `switch(config)#` and its sub-modes.
    Config,
}

const EXEC: &[&str] = &[
    "archive",
    "clear",
    "clock",
    "configure",
    "copy",
    "debug",
    "delete",
    "dir",
    "disable",
    "enable",
    "erase",
    "exit",
    "license",
    "logout",
    "mkdir",
    "more",
    "no",
    "ping",
    "redundancy",
    "reload",
    "rename",
    "request",
    "rmdir",
    "send",
    "show",
    "software",
    "ssh",
    "stack-mac",
    "switch",
    "telnet",
    "terminal",
    "test",
    "traceroute",
    "undebug",
    "verify",
    "write",
];

const CONFIG: &[&str] = &[
    "aaa",
    "access-list",
    "archive",
    "banner",
    "cdp",
    "channel-group",
    "channel-protocol",
    "clock",
    "crypto",
    "default",
    "description",
    "do",
    "duplex",
    "enable",
    "encapsulation",
    "end",
    "errdisable",
    "exec-timeout",
    "exit",
    "hidekeys",
    "hostname",
    "interface",
    "ip",
    "ipv6",
    "lacp",
    "line",
    "lldp",
    "log",
    "logging",
    "login",
    "maximum",
    "mode",
    "mtu",
    "name",
    "negotiation",
    "no",
    "ntp",
    "notify",
    "password",
    "path",
    "port-channel",
    "power",
    "privilege",
    "radius",
    "remote-span",
    "rollback",
    "service",
    "shutdown",
    "snmp-server",
    "spanning-tree",
    "speed",
    "stack-mac",
    "stack-power",
    "state",
    "storm-control",
    "switch",
    "switchport",
    "system",
    "tacacs",
    "time-period",
    "transport",
    "udld",
    "username",
    "version",
    "vlan",
    "vtp",
    "write-memory",
];

/// Second words, by the first.
const SECOND: &[(&str, &[&str])] = &[
    (
        "show",
        &[
            "access-lists",
            "archive",
            "arp",
            "boot",
            "cdp",
            "clock",
            "configuration",
            "environment",
            "errdisable",
            "etherchannel",
            "flash:",
            "history",
            "interface",
            "interfaces",
            "inventory",
            "ip",
            "lacp",
            "license",
            "lldp",
            "logging",
            "mac",
            "module",
            "ntp",
            "platform",
            "power",
            "processes",
            "redundancy",
            "running-config",
            "sessions",
            "spanning-tree",
            "ssh",
            "startup-config",
            "switch",
            "system",
            "tech-support",
            "terminal",
            "users",
            "version",
            "vlan",
            "vtp",
        ],
    ),
    (
        "configure",
        &[
            "confirm",
            "memory",
            "network",
            "overwrite-network",
            "replace",
            "revert",
            "terminal",
        ],
    ),
    (
        "copy",
        &[
            "flash:",
            "running-config",
            "startup-config",
            "tftp:",
            "scp:",
        ],
    ),
    ("write", &["erase", "memory", "network", "terminal"]),
    ("terminal", &["length", "monitor", "no", "width"]),
    (
        "interface",
        &[
            "FastEthernet",
            "FortyGigabitEthernet",
            "GigabitEthernet",
            "Loopback",
            "Port-channel",
            "TenGigabitEthernet",
            "Tunnel",
            "Vlan",
            "range",
        ],
    ),
];

/// An abbreviated word of a command line: where it begins, what is written, and the words it
/// may stand for.
pub(super) fn abbreviation(line: &str, mode: Mode) -> Option<(usize, &str, Vec<&'static str>)> {
    let mut words = words(line);
    let mut first = words.next()?;
    let mut mode = mode;
    if mode == Mode::Config && first.1 == "do" {
        mode = Mode::Exec;
        first = words.next()?;
    } else if first.1 == "no" {
        first = words.next()?;
    }
    let known = if mode == Mode::Exec { EXEC } else { CONFIG };
    if let Some(full) = written_out(first.1, known) {
        return Some((first.0, first.1, full));
    }
    let (_, second_words) = SECOND
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(first.1))?;
    let second = words.next()?;
    // Of `gi1/0/13` only the letters are the word.
    let letters = second
        .1
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(second.1.len());
    let word = &second.1[..letters];
    written_out(word, second_words).map(|full| (second.0, word, full))
}

/// The known words that `word` abbreviates; `None` if it is none of their beginnings, or is
/// written out itself.
fn written_out(word: &str, known: &[&'static str]) -> Option<Vec<&'static str>> {
    let begins = |full: &&&str| {
        full.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if word.is_empty() || known.iter().any(|full| full.eq_ignore_ascii_case(word)) {
        return None;
    }
    let full: Vec<&str> = known.iter().filter(begins).copied().collect();
    (!full.is_empty()).then_some(full)
}

/// The words of a line, each with its offset.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_ascii_whitespace()
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, mode: Mode) -> Option<String> {
        abbreviation(line, mode).map(|(at, word, full)| format!("{at} {word}: {}", full.join(" ")))
    }

    #[test]
    fn abbreviations_are_noticed_where_they_stand() {
        assert_eq!(
            found("conf t", Mode::Exec).as_deref(),
            Some("0 conf: configure")
        );
        assert_eq!(
            found("show run", Mode::Exec).as_deref(),
            Some("5 run: running-config")
        );
        assert_eq!(
            found(" int gi1/0/13", Mode::Config).as_deref(),
            Some("1 int: interface")
        );
        assert_eq!(
            found("interface gi1/0/13", Mode::Config).as_deref(),
            Some("10 gi: GigabitEthernet")
        );
        assert_eq!(found("do wr", Mode::Config).as_deref(), Some("3 wr: write"));
        assert_eq!(
            found(" no sh", Mode::Config).as_deref(),
            Some("4 sh: shutdown")
        );
    }

    #[test]
    fn what_is_written_out_is_left_alone() {
        for line in [
            "interface range GigabitEthernet1/0/13 , GigabitEthernet2/0/13",
            "vlan 20",
            " no shutdown",
            "ip routing",
            " log config",
            "exit",
        ] {
            assert_eq!(found(line, Mode::Config), None, "{line}");
        }
        for line in [
            "show running-config | section interface",
            "copy running-config startup-config",
            "show etherchannel 1 summary",
        ] {
            assert_eq!(found(line, Mode::Exec), None, "{line}");
        }
    }
}
