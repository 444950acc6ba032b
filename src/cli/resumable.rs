//! Which runs can go on, and what keeps those that did not end from it.

use std::collections::BTreeMap;
use std::fs::File;

use super::Exit;
use super::args::Common;
use super::begun::Begun;
use super::built_upon::built_upon;
use super::runs;
use super::standing::{all_is_known_since, standing};
use super::undo::hold;
use super::undoing::undoings;
use crate::event::{Ending, Place, Purpose, Verdict};
use crate::journal::{Damage, History, Journal, Moment, RunFolder, Status};

/// What the run goes on from must still be there: an undo may have taken it back since, and what
/// an undo goes on with may have been built on. Also keeps the run that is taken back from going
/// on meanwhile.
pub(super) fn still_stands(
    common: &Common,
    folder: &RunFolder,
    journal: &Journal,
    begun: &Begun,
) -> Result<Option<File>, Exit> {
    let id = folder.id();
    if let Some(why) = taken_from_under(common, id, journal, begun)? {
        complain!("error: {why}");
        return Err(Exit::Usage);
    }
    let of = taken_back_by(id, begun);
    if of == id {
        all_is_known_since(common, id)?;
        return Ok(None);
    }
    // What was built before the undo began was looked at then.
    let mut standing = standing(common)?;
    let begun_at = runs::told(folder.begun())?;
    standing.retain(|run| run.id == of || run.acted() > begun_at);
    let here = standing.iter().find(|run| run.id == of);
    let mut places = here.map(|run| run.places.clone()).unwrap_or_default();
    places.retain(|place| begun.places.contains(place));
    built_upon(common, &standing, of, &places, None)?;
    hold(&RunFolder::new(common.state(), of))
}

/// The run whose effects a run goes on from, or goes on taking back.
fn taken_back_by<'a>(id: &'a str, begun: &'a Begun) -> &'a str {
    match (&begun.purpose, &begun.of) {
        (Purpose::Undo, Some(of)) => of.as_str(),
        _ => id,
    }
}

/// Why a run that did not end can't go on: an undo took back what it goes on from, or may have.
fn taken_from_under(
    common: &Common,
    id: &str,
    journal: &Journal,
    begun: &Begun,
) -> Result<Option<String>, Exit> {
    let of = taken_back_by(id, begun);
    let others = undoings(common, of)?.into_iter();
    let others: Vec<_> = others.filter(|undoing| undoing.id != id).collect();
    if let Some(undo) = others.iter().find(|undoing| undoing.is_open()) {
        let undo = &undo.id;
        return Ok(Some(format!(
            "the undo {undo} of run {of} has begun, so what {id} goes on from may be gone\n\
             help: go on with it: {}",
            common.call(&format!("resume {undo}"))
        )));
    }
    // An undo is of what those before it had left.
    let folder = RunFolder::new(common.state(), id);
    let begun_at = runs::told(folder.begun())?;
    let mut others = others.iter();
    let gone = others.find(|undo| of == id || undo.acted_since(begun_at));
    if let Some(undo) = gone {
        return Ok(Some(format!(
            "run {of} was taken back by {} since, so what {id} goes on from is gone\n\
             help: run its runbooks again; what is left of it is taken back with {}",
            undo.id,
            common.call(&format!("undo {of}"))
        )));
    }
    found_and_gone(common, &folder, journal)
}

/// Of what a run found done already nothing need be left: it is no effect of its own, so another
/// run could take it back.
fn found_and_gone(
    common: &Common,
    folder: &RunFolder,
    journal: &Journal,
) -> Result<Option<String>, Exit> {
    let id = folder.id();
    let visited = runs::told(folder.moments(&journal.entries))?.visited;
    let mut found = History::of(&journal.entries).unwrap_or_default().steps;
    found.retain(|_, step| step.status == Status::Closed(Verdict::Already));
    if found.is_empty() {
        return Ok(None);
    }
    // Who said last that a place's step is there or gone, and what.
    let mut last: BTreeMap<&Place, (Moment, String, Verdict)> = BTreeMap::new();
    for other in runs::all(common)?.into_iter().filter(|other| other != id) {
        let other = RunFolder::new(common.state(), &other);
        let journal = match other.read() {
            Ok(journal) => journal,
            Err(damage @ Damage::Unreadable { .. }) => {
                complain!("error: {damage}\nnothing was sent");
                return Err(Exit::Stuck);
            }
            // Who must know of damaged runs tells of them.
            Err(_) => continue,
        };
        let history = History::of(&journal.entries).unwrap_or_default();
        let since = runs::told(other.moments(&journal.entries))?.visited;
        for place in found.keys() {
            let Status::Closed(
                verdict @ (Verdict::Already
                | Verdict::Passed
                | Verdict::Reconciled
                | Verdict::Undone),
            ) = history.status(place)
            else {
                continue;
            };
            let Some(moment) = since.get(place).filter(|at| Some(*at) > visited.get(place)) else {
                continue;
            };
            if last.get(place).is_none_or(|(before, ..)| before < moment) {
                last.insert(place, (*moment, other.id().to_owned(), verdict));
            }
        }
    }
    let mut gone = last.into_iter();
    let gone = gone.find(|(_, (.., verdict))| *verdict == Verdict::Undone);
    Ok(gone.map(|(place, (_, by, _))| {
        format!(
            "`{place}`, which run {id} found done already, was taken back by {by} since\n\
             help: run its runbooks again; what is done is found to be so"
        )
    }))
}

/// A run that did all it was to do, or failed and did what its policy says, is over. One that
/// only stopped because it could not look may look again.
pub(super) fn can_go_on(history: &History) -> bool {
    let has = |verdict: Verdict| {
        let mut steps = history.steps.values();
        steps.any(|step| step.status == Status::Closed(verdict))
    };
    match history.ended {
        None | Some(Ending::Interrupted | Ending::Stuck) => true,
        Some(Ending::Done) => false,
        Some(Ending::Failed) => {
            !history.backing_out && has(Verdict::Stopped) && !has(Verdict::Failed)
        }
    }
}

/// The newest run that can go on.
pub(super) fn last(common: &Common) -> Result<String, Exit> {
    let runs = common.state().join("runs");
    let all = runs::all(common)?;
    if all.is_empty() {
        return Err(runs::none_yet(common.state()));
    }
    // Of those that did not end, what the newest says.
    let mut obstacle = None;
    for id in all.into_iter().rev() {
        let Ok(journal) = RunFolder::new(common.state(), &id).read() else {
            continue;
        };
        let is_open = History::of(&journal.entries).is_ok_and(|history| can_go_on(&history));
        let Some(begun) = Begun::of(&journal).filter(|_| is_open) else {
            continue;
        };
        match taken_from_under(common, &id, &journal, &begun)? {
            None => return Ok(id),
            Some(why) => obstacle = obstacle.or(Some(why)),
        }
    }
    let why = obstacle.as_deref().unwrap_or("all have ended");
    complain!("error: no run in {runs} can go on: {why}");
    Err(Exit::Usage)
}
