use serde::{Deserialize, Serialize};

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

/// The runbooks and the plan of a run that goes on with others than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// All its runbooks, in order, as they are from now on.
    pub runbooks: Vec<RunbookInfo>,
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
