use thiserror::Error;

use crate::event::{Event, Outcome, Verdict};

/// Where a step stands on one lane: the fold of its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing happened yet.
    #[default]
    Pending,
    /// It is being looked at; nothing was sent that could change anything.
    Looking,
    /// An effect may be on its way.
    Sent,
    /// The last effect ended.
    Acted(Outcome),
    /// The step came to this.
    Closed(Verdict),
    /// An undo may be on its way.
    UndoSent,
    /// The last undo ended.
    UndoActed(Outcome),
}

impl Status {
    /// Something was sent that could change anything, or it was seen that nothing need be.
    pub fn is_begun(self) -> bool {
        !matches!(
            self,
            Self::Pending | Self::Looking | Self::Closed(Verdict::Stopped)
        )
    }

    /// Nothing is left to take back, or what is left was to be kept.
    pub fn is_taken_back(self) -> bool {
        matches!(self, Self::Closed(Verdict::Undone | Verdict::Kept))
    }
}

/// An event that can't happen to a step in this state: a bug, or a forged journal.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a step that is {status:?} can't have the event `{event}`")]
pub struct IllegalEvent {
    status: Status,
    event: &'static str,
}

/// The whole life of a step. Used live, to catch bugs, and when a journal is read, to catch
/// damage. Events of other steps, and those that change no status, leave it as it is.
pub fn next(status: Status, event: &Event) -> Result<Status, IllegalEvent> {
    use Status::{Acted, Closed, Looking, Pending, Sent, UndoActed, UndoSent};
    use Verdict::{Already, Failed, Kept, Passed, Reconciled, Skipped, Stopped, Stuck, Undone};

    let illegal = |event| Err(IllegalEvent { status, event });
    match (status, event) {
        // What sent nothing is looked at afresh when the run is resumed.
        (Pending | Looking | Closed(Stopped), Event::StepStarted { .. }) => Ok(Looking),
        // What sent something is taken up where it stands.
        (Acted(_) | UndoActed(_), Event::StepStarted { .. }) => Ok(status),
        // A failed step's own undo, a back-out, and a later `undo` all look again; so does whoever
        // comes back to what needed a person.
        (Closed(Passed | Reconciled | Failed | Stuck), Event::StepStarted { .. }) => Ok(status),
        (_, Event::StepStarted { .. }) => illegal("step-started"),

        (Pending, Event::Looked { .. }) => illegal("looked"),
        (_, Event::Looked { .. }) => Ok(status),

        (Looking | Acted(_), Event::Intent { undo: false, .. }) => Ok(Sent),
        (
            Sent,
            Event::Outcome {
                undo: false,
                outcome,
                ..
            },
        ) => Ok(Acted(*outcome)),

        (
            Looking | Acted(_) | UndoActed(_) | Closed(Passed | Reconciled | Failed | Stuck),
            Event::Intent { undo: true, .. },
        ) => Ok(UndoSent),
        (
            UndoSent,
            Event::Outcome {
                undo: true,
                outcome,
                ..
            },
        ) => Ok(UndoActed(*outcome)),

        (_, Event::Intent { .. }) => illegal("intent"),
        (_, Event::Outcome { .. }) => illegal("outcome"),

        (
            Looking,
            Event::Verdict {
                verdict: v @ (Already | Skipped | Stopped),
                ..
            },
        ) => Ok(Closed(*v)),
        // A drill without an effect, and a step that only observes, pass by their checks.
        (
            Looking,
            Event::Verdict {
                verdict: v @ (Passed | Failed),
                ..
            },
        ) => Ok(Closed(*v)),
        (
            Acted(_),
            Event::Verdict {
                verdict: v @ (Passed | Reconciled | Failed | Stuck),
                ..
            },
        ) => Ok(Closed(*v)),
        // The device's own timer may have taken the step back before any undo was sent.
        (
            Looking | UndoActed(_) | Closed(Passed | Reconciled | Failed | Stuck),
            Event::Verdict {
                verdict: v @ (Undone | Kept | Stuck),
                ..
            },
        ) => Ok(Closed(*v)),
        (_, Event::Verdict { .. }) => illegal("verdict"),

        (_, Event::Settled { .. } | Event::Decision { .. }) => Ok(status),
        (
            _,
            Event::Sending { .. }
            | Event::Output { .. }
            | Event::Moved { .. }
            | Event::TargetSeen { .. },
        ) => Ok(status),
        (
            _,
            Event::RunStarted { .. }
            | Event::Resumed { .. }
            | Event::Compared { .. }
            | Event::BackingOut { .. }
            | Event::Interrupted
            | Event::RunEnded { .. },
        ) => Ok(status),
    }
}
