use crate::event::{Ending, Event, Purpose, Verdict};
use crate::journal::{Deviation, DeviationKind, Entry, clock_set_back, outside_window};

/// All deviations that a journal shows, in its order.
pub(crate) fn deviations(entries: &[Entry], purpose: Purpose) -> Vec<Deviation> {
    let mut found: Vec<Deviation> = entries
        .iter()
        .flat_map(|entry| entry.deviations(purpose))
        .collect();
    found.extend(set_back(entries));
    found.extend(outside(entries));
    found.extend(bad_end(entries));
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

/// That the clock was set back, each time.
fn set_back(entries: &[Entry]) -> impl Iterator<Item = Deviation> {
    let first = entries.first().map(|first| &first.body);
    let lab = matches!(first, Some(Event::RunStarted { lab: true, .. }));
    entries.windows(2).filter_map(move |pair| {
        Some(Deviation {
            kind: DeviationKind::ClockSetBack,
            place: None,
            what: clock_set_back(lab, pair[0].at, pair[1].at)?,
            entry: pair[1].seq,
        })
    })
}

/// That a change was not made when its approvals let it be.
fn outside(entries: &[Entry]) -> Option<Deviation> {
    let (first, last) = (entries.first()?, entries.last()?);
    let Event::RunStarted { lab, change, .. } = &first.body else {
        return None;
    };
    Some(Deviation {
        kind: DeviationKind::OutsideWindow,
        place: None,
        what: outside_window(change, *lab, first.at, last.at)?,
        entry: last.seq,
    })
}

/// That a run ended badly, where no step's verdict says why: what it needs was not there.
fn bad_end(entries: &[Entry]) -> Option<Deviation> {
    let last = entries.last()?;
    let Event::RunEnded { ending, summary } = &last.body else {
        return None;
    };
    let tells_why = |entry: &Entry| {
        let Event::Verdict { verdict, .. } = &entry.body else {
            return false;
        };
        matches!(verdict, Verdict::Failed | Verdict::Stopped | Verdict::Stuck)
    };
    let is_bad = matches!(ending, Ending::Failed | Ending::Stuck);
    (is_bad && !entries.iter().any(tells_why)).then(|| Deviation {
        kind: DeviationKind::NotDone,
        place: None,
        what: summary.clone(),
        entry: last.seq,
    })
}
