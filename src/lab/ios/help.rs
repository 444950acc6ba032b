use std::collections::BTreeMap;

use super::grammar::{self, Expected, Refusal, Table};

/// Words that lead on to others; with the words before them where those matter.
const WORDS: &[(&str, &str)] = &[
    ("access", "Set access mode characteristics of the interface"),
    ("address", "Set the IP address of an interface"),
    ("address-table", "MAC forwarding table"),
    (
        "allowed",
        "Set allowed VLAN characteristics when interface is in trunking mode",
    ),
    ("archive", "manage archive files"),
    ("banner", "Define a login banner"),
    ("cdp", "CDP information"),
    ("channel-group", "Etherchannel/port bundling configuration"),
    (
        "channel-protocol",
        "Select the channel protocol (LACP, PAgP)",
    ),
    ("clear", "Reset functions"),
    ("config", "Archive of the running-config"),
    (
        "configure replace",
        "Replace the running-config with a new config file",
    ),
    (
        "configure revert",
        "Parameters for reverting the configuration",
    ),
    (
        "configure terminal revert",
        "Parameters for reverting the configuration",
    ),
    ("configure", "Enter configuration mode"),
    ("console", "Primary terminal line"),
    ("copy", "Copy from one file to another"),
    ("crypto", "Encryption module"),
    ("default", "Set a command to its defaults"),
    ("delete", "Delete a file"),
    ("description", "Interface specific description"),
    (
        "differences",
        "Display the differences between two configurations",
    ),
    ("do", "To run exec commands in config mode"),
    (
        "dynamic",
        "Set trunking mode to dynamically negotiate access or trunk mode",
    ),
    ("enable", "Modify enable password parameters"),
    ("erase", "Erase a filesystem"),
    ("etherchannel", "EtherChannel information"),
    ("exec-timeout", "Set the EXEC timeout"),
    ("file", "Adjust file system parameters"),
    ("flash:", "display information about flash: file system"),
    ("generate", "Generate new keys"),
    ("hostname", "Set system's network name"),
    (
        "incremental-diffs",
        "Display the commands of a file that are not in the running-config",
    ),
    ("interface", "Select an interface to configure"),
    ("interfaces", "Interface status and configuration"),
    ("ip", "Global IP configuration subcommands"),
    ("key", "Long term key operations"),
    ("lacp", "Port channel information"),
    ("line", "Configure a terminal line"),
    ("logging", "Modify message logging facilities"),
    ("mac", "MAC configuration"),
    ("mode", "Set trunking mode of the interface"),
    (
        "native",
        "Set trunking native characteristics when interface is in trunking mode",
    ),
    ("negotiation", "Select Autonegotiation mode"),
    ("neighbors", "CDP neighbor entries"),
    ("no", "Negate a command or set its defaults"),
    ("password", "Set a password"),
    ("ping", "Send echo messages"),
    ("port-channel", "EtherChannel port configuration"),
    ("privilege", "Set user privilege level"),
    ("reload", "Halt and perform a cold restart"),
    ("rollback", "Rollback Confirmed Change"),
    ("rsa", "RSA keys"),
    ("secret", "Specify the secret for the user"),
    ("service", "Modify use of network based services"),
    ("show configuration", "Configuration details"),
    ("show ip interface", "IP interface status and configuration"),
    ("show ip", "IP information"),
    ("show spanning-tree", "Spanning tree topology"),
    ("show system", "Show system configuration"),
    ("show vtp", "VTP information"),
    ("show", "Show running system information"),
    ("spanning-tree", "Spanning Tree Subsystem"),
    ("ssh", "Configure ssh options"),
    ("stack-ports", "Show stack port status"),
    ("stack-ring", "Show stack ring"),
    ("state", "Operational state of the VLAN"),
    ("stopbits", "Set async line stop bits"),
    (
        "switch provision",
        "Configure Switch provision / offline config",
    ),
    ("switch", "Configure switch"),
    ("switchport", "Set switching mode characteristics"),
    ("system", "Set the system configuration"),
    ("terminal", "Set terminal line parameters"),
    ("timer", "Time after which the configuration is reverted"),
    ("transport", "Define transport protocols for line"),
    ("trunk", "Set trunking characteristics of the interface"),
    ("username", "Establish User Name Authentication"),
    ("version", "Version of the configuration file"),
    ("vlan", "Vlan commands"),
    ("vrf", "VPN Routing/Forwarding parameters on the interface"),
    ("vtp", "Configure global VTP state"),
    ("vty", "Virtual terminal"),
    (
        "write",
        "Write running configuration to memory, network, or terminal",
    ),
];

/// The kinds of interfaces there are.
const INTERFACES: [(&str, &str); 3] = [
    ("GigabitEthernet", "GigabitEthernet IEEE 802.3z"),
    ("Port-channel", "Ethernet Channel of interfaces"),
    ("Vlan", "Catalyst Vlans"),
];

/// Where files are.
const FILES: [(&str, &str); 3] = [
    ("flash:", "flash: file system"),
    ("running-config", "Current operating configuration"),
    ("startup-config", "Contents of startup configuration"),
];

/// What is known about a word that leads on to others.
fn known(path: &[&str], word: &str) -> Option<&'static str> {
    let whole = path
        .iter()
        .chain([&word])
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let find = |key: &str| WORDS.iter().find(|(known, _)| *known == key);
    find(&whole).or_else(|| find(word)).map(|(_, help)| *help)
}

/// What `?` shows: the words that can come next, or that the half-typed word can become.
///
/// # Errors
/// What is typed is no beginning of a command.
pub(super) fn help(tables: &[&[Table]], title: &str, typed: &str) -> Result<String, Refusal> {
    let expected = first(tables, typed)?;
    if !expected.beginning.is_empty() && !expected.words.is_empty() {
        let words: Vec<&str> = expected.words.keys().copied().collect();
        return Ok(format!("{}\n\n", words.join("  ")));
    }
    let mut rows: BTreeMap<&str, &str> = BTreeMap::new();
    for (word, help) in &expected.words {
        rows.insert(
            word,
            help.or_else(|| known(&expected.path, word))
                .unwrap_or_default(),
        );
    }
    for (parameter, help) in &expected.parameters {
        match *parameter {
            "IFACE" => rows.extend(INTERFACES),
            "FILE" => rows.extend(FILES),
            _ => drop(rows.insert(parameter, help.unwrap_or_default())),
        }
    }
    let mut out = String::new();
    if typed.trim().is_empty() {
        out += &format!("{title} commands:\n");
    }
    let width = rows.keys().map(|word| word.len()).max().unwrap_or_default();
    for (word, help) in rows {
        out += format!("  {word:<width$}  {help}").trim_end();
        out.push('\n');
    }
    if expected.is_complete {
        out += "  <cr>\n";
    }
    out.push('\n');
    Ok(out)
}

/// What is missing of the word that is being typed, if it can only become one.
pub(super) fn completion(tables: &[&[Table]], typed: &str) -> Option<String> {
    let expected = first(tables, typed).ok()?;
    let mut words = expected.words.keys();
    match (words.next(), words.next()) {
        (Some(word), None) if !expected.beginning.is_empty() => {
            word.get(expected.beginning.len()..).map(str::to_owned)
        }
        _ => None,
    }
}

/// What the first set of commands that takes what is typed expects.
fn first(tables: &[&[Table]], typed: &str) -> Result<Expected, Refusal> {
    let mut refusal: Option<Refusal> = None;
    for tables in tables {
        match grammar::expected(tables, typed) {
            Ok(expected) if expected.is_something() => return Ok(expected),
            Ok(_) => {}
            Err(other) => {
                refusal = Some(match refusal {
                    Some(own) => own.or_further(other),
                    None => other,
                });
            }
        }
    }
    let word = typed.rsplit(char::is_whitespace).next();
    let start = typed.len() - word.map_or(0, str::len);
    Err(refusal.unwrap_or(Refusal::Invalid(start)))
}
