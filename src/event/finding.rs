use serde::{Deserialize, Serialize};

use super::Place;

/// Why something was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// A `read`, or what is observed before anything is sent.
    Before,
    /// A `skip-if`.
    Applies,
    /// A check after the effect.
    After,
    /// A check after the undo.
    Undone,
}

/// What a look led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "finding")]
pub enum Finding {
    /// It holds; for a `read`: it was read.
    Holds,
    /// It does not hold, and why, as a person reads it.
    DoesNotHold {
        /// One text for every expectation that was missed.
        misses: Vec<String>,
    },
    /// No answer.
    CantTell {
        /// What was tried and what happened.
        reason: String,
    },
}

impl Finding {
    /// All that it says in a target's words.
    pub(crate) fn texts_mut(&mut self) -> &mut [String] {
        match self {
            Self::Holds => &mut [],
            Self::DoesNotHold { misses } => misses,
            Self::CantTell { reason } => std::slice::from_mut(reason),
        }
    }
}

/// A step of an undo that has no undo itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Irreversible {
    /// The step.
    pub place: Place,
    /// Why it can't be taken back.
    pub reason: String,
}

/// What looking at a step said before it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The step.
    pub place: Place,
    /// Whether it is as the run left it.
    #[serde(flatten)]
    pub finding: Finding,
}
