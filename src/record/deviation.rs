use crate::event::{Event, Purpose};
use crate::journal::{Deviation, DeviationKind, Entry};

/// All deviations that a journal shows, in its order.
pub(crate) fn deviations(entries: &[Entry], purpose: Purpose) -> Vec<Deviation> {
    let mut found: Vec<Deviation> = entries
        .iter()
        .flat_map(|entry| entry.deviations(purpose))
        .collect();
    if let Some(last) = entries.last()
        && !matches!(last.body, Event::RunEnded { .. })
    {
        found.push(Deviation {
            kind: DeviationKind::Incomplete,
            place: None,
            what: "the journal ends before the run did".to_owned(),
            entry: last.seq,
        });
    }
    found
}
