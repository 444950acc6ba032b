use std::fmt;

use serde::{Deserialize, Serialize};

/// A step on a lane. Steps on a group have one lane for every target, others have one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The runbook's name.
    pub runbook: String,
    /// The step's id.
    pub step: String,
    /// The target of a group's lane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.runbook, self.step)?;
        match &self.lane {
            Some(lane) => write!(f, "@{lane}"),
            None => Ok(()),
        }
    }
}

/// A step as announced at the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepInfo {
    /// Which.
    pub place: Place,
    /// Its heading.
    pub title: String,
}
