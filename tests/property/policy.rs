//! Policies.

use std::fs;
use std::process;

use camino::Utf8PathBuf;
use runsheet::record::Policy;

/// A policy is read the same each time, or refused with the name of its file and a reason.
pub(crate) fn holds(bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!("runsheet-policy-{}", process::id()));
    let path = Utf8PathBuf::from_path_buf(path).expect("the system's folder is UTF-8");
    fs::write(&path, bytes).expect("the file can be written");
    match (Policy::read(&path), Policy::read(&path)) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first, second);
            assert_eq!(first.sha256.len(), 64);
        }
        (Err(first), Err(second)) => {
            let (first, second) = (first.to_string(), second.to_string());
            assert!(first.contains(path.as_str()), "{first}");
            assert_eq!(first, second);
        }
        _ => panic!("it depends on chance"),
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "approvals: ",
        "ticket: ",
        "window: ",
        "signature: ",
        "emergency: ",
        "allowed-signers: ",
        "true",
        "2",
        "-1",
        "99999999999999999999",
        "\"CHG-[0-9]+\"",
        "(a{1000}){1000}",
        "\n",
        "&a ",
        "*a",
        "[",
        "{",
        "!!x ",
    ];

    #[test]
    fn policies() {
        let seeds = seeds::texts([
            "approvals: 1\nallowed-signers: approvers\nticket: 'CHG-\\d+'\nwindow: true\nsignature: true\nemergency: false\n",
        ]);
        search("tests/property/kept/policy.txt", seeds, WORDS, holds);
    }
}
