use std::sync::LazyLock;

use regex::RegexSet;

/// What a switch says while it takes a line all the same.
static NOTICES: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"^\s*$",
        // Entering configuration mode, under a timer too.
        r"^Enter configuration commands, one per line",
        r"^Rollback Confirmed Change: ",
        // Interfaces.
        r"^Creating a port-channel interface",
        r"^(?i:global ethernet mtu is set to)",
        // And the note below it.
        r"^Note: this is the Ethernet payload size",
        r"^Ethernet frame size, which includes|^header/trailer and possibly|^802\.1q tags\.",
        r"^Interface .* set to default configuration",
        r"^%\s*Access VLAN does not exist\. Creating vlan",
        r"^%Warning: portfast",
        // The rest of that warning.
        r"^ ?host\. Connecting hubs",
        r"^ interface\s+when portfast|^ ?when portfast is enabled|^ ?[Uu]se with CAUTION",
        r"^%Warning: this command enables portfast|^ ?should now disable portfast explicitly",
        r"^ ?switches and bridges as they may create",
        r"^%Portfast (?:will be|has been) configured",
        r"^ when the interface is in a non-trunking mode",
        // VTP.
        r"^Setting device to VTP ",
        r"^Device mode already VTP ",
        r"^Changing VTP domain name from",
        // Keys.
        r"^The name for the keys will be",
        r"^% The key modulus size is",
        r"^% Generating .* keys",
        r"^\[OK\]",
        r"^% You already have RSA keys defined",
        r"^% They will be replaced",
        r"^% All (?:RSA )?[Kk]eys will be removed",
        r"^% All router certs issued using these keys will also be removed",
        // Files.
        r"^Building configuration\.\.\.",
        r"^Compressed configuration from",
        r"^%\s?Warning:\s?There is a file already existing",
    ])
    .expect("patterns of ours compile")
});

/// Whether a line of output comes with success.
pub(super) fn is_notice(line: &str) -> bool {
    NOTICES.is_match(line)
}
