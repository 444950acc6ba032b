use super::Exit;
use super::args::Common;
use super::begun::Begun;
use super::runs;
use crate::event::Purpose;
use crate::journal::{Damage, History, Moment, RunFolder};

/// An undo of a run that sent something, or found that something was gone already.
pub(super) struct Undoing {
    pub(super) id: String,
    history: History,
    /// When it last did something.
    acted: Option<Moment>,
}

impl Undoing {
    /// Whether it can go on: it was killed, interrupted, or needed a person.
    pub(super) fn is_open(&self) -> bool {
        super::resumable::can_go_on(&self.history)
    }

    /// Whether it did something after another run had begun. Where nobody knows when, it may have.
    pub(super) fn acted_since(&self, other: Moment) -> bool {
        self.acted.is_none_or(|acted| acted > other)
    }
}

/// The undos of a run, oldest first, which took back something of it or may have: one that stopped
/// before it sent anything is none.
pub(super) fn undoings(common: &Common, of: &str) -> Result<Vec<Undoing>, Exit> {
    let mut undoings = Vec::new();
    for id in runs::all(common)? {
        let folder = RunFolder::new(common.state(), &id);
        let journal = match folder.read() {
            Ok(journal) => journal,
            Err(damage @ Damage::Unreadable { .. }) => {
                complain!("error: {damage}\nnothing was sent");
                return Err(Exit::Stuck);
            }
            // Whoever must know of damaged runs tells of them.
            Err(_) => continue,
        };
        let Some(begun) = Begun::of(&journal) else {
            continue;
        };
        let is_of = begun.purpose == Purpose::Undo && begun.of.as_deref() == Some(of);
        let history = History::of(&journal.entries).unwrap_or_default();
        if is_of && has_begun(&history) {
            let acted = runs::told(folder.moments(&journal.entries))?.acted;
            undoings.push(Undoing { id, history, acted });
        }
    }
    Ok(undoings)
}

/// Whether an undo took back something, or may have.
pub(super) fn has_begun(history: &History) -> bool {
    let mut steps = history.steps.values();
    steps.any(|step| step.status.is_taken_back() || !step.undos.is_empty())
}

/// Two undos of one run would each send what the other has sent: one that is open goes on.
pub(super) fn none_is_open(common: &Common, of: &str) -> Result<(), Exit> {
    let undoings = undoings(common, of)?;
    let Some(open) = undoings.iter().rev().find(|undoing| undoing.is_open()) else {
        return Ok(());
    };
    let undo = &open.id;
    complain!(
        "error: the undo {undo} of run {of} has begun and not ended; nothing was sent\n\
         help: go on with it: {}",
        common.call(&format!("resume {undo}"))
    );
    Err(Exit::Stuck)
}

/// Says why a run of which nothing stands can't be taken back.
pub(super) fn nothing_stands(
    common: &Common,
    id: &str,
    begun: &Begun,
    history: &History,
) -> Result<Exit, Exit> {
    let nothing = "there is nothing to take back";
    match (&begun.purpose, &begun.of) {
        (Purpose::Undo, Some(of)) => complain!(
            "error: {id} is itself an undo, of run {of}: {nothing}\n\
             help: to have again what it took back, run the runbooks again"
        ),
        _ if history.order.is_empty() => complain!("error: run {id} sent nothing: {nothing}"),
        _ => {
            let by = undoings(common, id)?.pop().map(|undoing| undoing.id);
            let by = by.map_or_else(|| "by itself".to_owned(), |undo| format!("by {undo}"));
            complain!("error: run {id} was taken back already, {by}: {nothing}");
        }
    }
    Ok(Exit::Usage)
}
