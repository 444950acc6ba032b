use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What kind of change a run is, in the words of change management.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Each one is approved.
    #[default]
    Normal,
    /// Approved beforehand, once for all.
    Standard,
    /// Done first; the approval follows.
    Emergency,
}

/// What the change is called outside, and who agreed to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its kind.
    #[serde(default)]
    pub kind: ChangeKind,
    /// Its number in another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it is made; without it the runbooks' own reasons count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who asked for it; without it those count whom the runbooks name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// How long the policy wants its record kept; without it the runbooks' own words count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
    /// Who agreed to the plan before the run began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approved>,
    /// SHA-256 of the policy that let it run, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_sha256: Option<String>,
}

/// An approval whose signature was verified when the run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Who, as the list of allowed signers calls them.
    pub by: String,
    /// Fingerprint of the key.
    pub key: String,
    /// When, as they say.
    pub at: Timestamp,
    /// Not before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Only before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// SHA-256 of the signed statement, hex.
    pub sha256: String,
}

impl Change {
    /// Whether nothing is said about it.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// From when until when all its approvals are valid.
    pub fn window(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let from = self.approvals.iter().filter_map(|approved| approved.from);
        let until = self.approvals.iter().filter_map(|approved| approved.until);
        (from.max(), until.min())
    }

    /// Whether it was made before anybody agreed to it.
    pub fn is_unapproved_emergency(&self) -> bool {
        self.kind == ChangeKind::Emergency && self.approvals.is_empty()
    }
}

impl ChangeKind {
    /// The word people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Standard => "standard",
            Self::Emergency => "emergency",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
