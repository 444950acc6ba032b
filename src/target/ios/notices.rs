/// The beginnings of what a configuration line may print although it succeeded.
const NOTICES: &[&str] = &[
    "Building configuration",
    "Creating a port-channel interface",
    "Enter configuration commands",
    "Global Ethernet MTU is set to",
    "Note: this is the Ethernet payload size",
    "Ethernet frame size, which includes",
    "header/trailer and possibly other tags",
    "802.1q tags.",
    "Interface ",
    "Rollback Confirmed Change:",
    "Enter \"configure confirm\"",
    "Setting device to VTP",
    "Device mode already VTP",
    "The name for the keys will be:",
    "% The key modulus size is",
    "% Generating ",
    "% Access VLAN does not exist. Creating vlan",
    "% All keys will be removed",
    "% All router certs issued",
    "%Warning: portfast",
    "host. Connecting hubs",
    "interface  when portfast",
    "Use with CAUTION",
    "%Portfast has been configured",
    "[OK]",
];

/// Whether a line of output is known to be harmless.
pub(super) fn is_notice(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || NOTICES.iter().any(|notice| line.starts_with(notice))
}
