use serde::{Deserialize, Serialize};

/// What a target answered, as the record keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Standard output; bytes that are no UTF-8 are shown as U+FFFD.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stdout: String,
    /// Standard error.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
    /// Whether bytes had to be replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// The device said no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What became of each line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<SentLine>,
    /// What changed in the device's configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
    /// Unsolicited lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file that is kept beside the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it was asked for as.
    pub name: String,
    /// Where it is kept, from the journal's folder: `evidence/NAME-SHA256.EXT`.
    pub file: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
}

/// A device's own refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The device's words.
    pub message: String,
    /// The line of the fence, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The byte in that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// A line of the fence and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLine {
    /// The line of the fence, from 0.
    pub line: usize,
    /// What became of it.
    pub fate: Fate,
}

/// Whether a line took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Taken.
    Accepted,
    /// Refused.
    Rejected,
    /// Never sent.
    NotSent,
    /// Sent; no answer came.
    Unknown,
}

/// A configuration before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Which configuration.
    pub name: String,
    /// Unified diff.
    pub diff: String,
}
