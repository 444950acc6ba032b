use serde::{Deserialize, Serialize};

use crate::event::{Ending, Event, Verdict};
use crate::journal::{Deviation, Entry, History, Status};

/// How a change ended, in the words of change management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was done.
    Successful,
    /// Everything was done, but not smoothly.
    SuccessfulWithIssues,
    /// It failed, and everything it had done was taken back.
    RolledBack,
    /// It failed, and something it had done still stands.
    Failed,
    /// It ended before anything was sent.
    Cancelled,
    /// It stopped in the middle: a person is needed, or it can be resumed.
    Incomplete,
}

impl Outcome {
    /// The word people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::SuccessfulWithIssues => "successful with issues",
            Self::RolledBack => "rolled back",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Incomplete => "incomplete",
        }
    }
}

/// How a journal says that its run ended, and its last words.
pub(crate) fn outcome(
    entries: &[Entry],
    deviations: &[Deviation],
) -> Result<(Outcome, String), String> {
    let history = History::of(entries).map_err(|illegal| illegal.to_string())?;
    let nothing_sent = history.order.is_empty();
    let Some(Event::RunEnded { ending, summary }) = entries.last().map(|entry| &entry.body) else {
        let summary = "the journal ends before the run did".to_owned();
        return Ok((Outcome::Incomplete, summary));
    };
    let all_undone = history
        .order
        .iter()
        .all(|place| history.status(place) == Status::Closed(Verdict::Undone));
    let outcome = match ending {
        Ending::Done if deviations.iter().any(|d| d.kind.is_an_issue()) => {
            Outcome::SuccessfulWithIssues
        }
        Ending::Done => Outcome::Successful,
        Ending::Interrupted if nothing_sent => Outcome::Cancelled,
        Ending::Failed if all_undone && !nothing_sent => Outcome::RolledBack,
        Ending::Failed => Outcome::Failed,
        Ending::Stuck | Ending::Interrupted => Outcome::Incomplete,
    };
    Ok((outcome, summary.clone()))
}
