use serde::{Deserialize, Serialize};

/// The result of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The target took it.
    Ok,
    /// The target said no, or nothing was sent.
    Error,
    /// Bytes left and no answer came.
    Unknown,
}

/// What a step came to, on one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its check held before anything was sent.
    Already,
    /// It does not apply here.
    Skipped,
    /// It was done, and its check holds.
    Passed,
    /// Its outcome was unknown, and its check holds.
    Reconciled,
    /// It was tried, and its check doesn't hold.
    Failed,
    /// No intent was written: it could not even be looked at, or was not approved.
    Stopped,
    /// It was taken back, and that was checked.
    Undone,
    /// The others were taken back; this one can't be, and somebody agreed to that.
    Kept,
    /// A person is needed; nothing further is sent.
    Stuck,
}

impl Verdict {
    /// Whether a run goes on after it.
    pub fn is_good(self) -> bool {
        matches!(
            self,
            Self::Already | Self::Skipped | Self::Passed | Self::Reconciled
        )
    }

    /// The word people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Already => "already",
            Self::Skipped => "skipped",
            Self::Passed => "passed",
            Self::Reconciled => "reconciled",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Undone => "undone",
            Self::Kept => "kept",
            Self::Stuck => "stuck",
        }
    }
}
