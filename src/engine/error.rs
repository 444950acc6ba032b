use thiserror::Error;

use crate::journal::{IllegalEvent, JournalError};

/// Why a run can't go on at all. Failed steps are no errors: they are verdicts.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The journal can't keep what happens; nothing more is sent.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A bug: the engine tried what the transition table forbids.
    #[error(transparent)]
    Illegal(#[from] IllegalEvent),
}
