use std::sync::LazyLock;

use regex::Regex;

/// Lines that nobody asked for: log messages, and what the system tells every terminal.
static NOISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:",
        // `000123: *Jan  5 09:00:00.123 UTC: ` before `%FACILITY-5-MNEMONIC: `
        r"(?:\d{6}: )?(?:[*.]?[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{3,4})?: )?",
        r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+: ",
        r"|[*.][A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{3,4})?: ",
        r"|\*\*\*(?: --- .* ---)?\s*$",
        r"|Rollback Confirmed Change: Rollback will begin",
        r#"|Enter "configure confirm" if you wish to keep"#,
        r")",
    ))
    .expect("a pattern of ours compiles")
});

/// Whether a line is one of those.
pub(super) fn is_noise(line: &str) -> bool {
    NOISE.is_match(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_lines_are_known_with_and_without_their_time() {
        for line in [
            "*Jan  5 09:00:00.123: %SYS-5-CONFIG_I: Configured from console by console",
            "000042: Jan  5 2026 09:00:00 UTC: %LINK-3-UPDOWN: Interface Vlan5, changed state to up",
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up",
            "*** --- SHUTDOWN in 00:05:00 ---",
        ] {
            assert!(is_noise(line), "{line}");
        }
        for line in [
            "% Invalid input detected",
            "%Error opening flash:x",
            "%Warning: portfast",
        ] {
            assert!(!is_noise(line), "{line}");
        }
    }
}
