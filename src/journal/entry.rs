use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::event::Event;

/// The version of the journal's format. Readers refuse another major version.
pub const FORMAT: &str = "1.2";

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// [`FORMAT`], in the first line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Counts from 1.
    pub seq: u64,
    /// SHA-256 of the line before, hex.
    pub prev: String,
    /// Time of day (the lab's, in a lab run).
    pub at: Timestamp,
    /// Milliseconds since the run's start, never going back.
    pub mono_ms: u64,
    /// What happened.
    pub body: Event,
}

impl Entry {
    /// What `prev` is in the first line.
    pub const GENESIS: &'static str =
        "0000000000000000000000000000000000000000000000000000000000000000";

    /// The hash by which the next line names this one.
    pub fn hash(line: &[u8]) -> String {
        hex(&Sha256::digest(line))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
