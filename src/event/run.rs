use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::StepInfo;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Does the steps.
    Run,
    /// Takes back what an earlier run did.
    Undo,
}

/// One runbook of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunbookInfo {
    /// Its name, as in `needs`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its path as given.
    pub path: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// Which part of a plan to run. Everything but the default departs from the runbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Of these runbooks, by name, only these steps.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only: BTreeMap<String, BTreeSet<String>>,
    /// Not what is before this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Not what is behind this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only what is done on these targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit: Vec<String>,
}

impl Selection {
    /// Whether it leaves nothing out.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// The runbooks and the plan of a run that goes on with others than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// All its runbooks, in order, as they are from now on.
    pub runbooks: Vec<RunbookInfo>,
    /// All steps that are planned from now on, in order, those that were begun included; of an
    /// undo none, whose steps stay what they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepInfo>,
    /// SHA-256 over the rendered plan, hex.
    pub plan_sha256: String,
    /// The folder beside the journal that holds them, and the plan as `plan.txt`.
    pub kept_in: String,
}

/// A write that a kill or a loss of power cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Torn {
    /// How many bytes.
    pub bytes: usize,
    /// Their SHA-256, hex.
    pub sha256: String,
    /// The file beside the journal that keeps them.
    pub kept_in: String,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Every step passed, or was done already.
    Done,
    /// Something failed; what the failure policy asked for was carried out.
    Failed,
    /// A person is needed.
    Stuck,
    /// It was interrupted and can be resumed.
    Interrupted,
}

impl Ending {
    /// The word people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stuck => "stuck",
            Self::Interrupted => "interrupted",
        }
    }
}
