use std::collections::{BTreeMap, BTreeSet};

use super::Exit;
use super::args::Common;
use super::runs;
use crate::event::{Event, Place, Purpose, Verdict};
use crate::journal::{Damage, History, Journal, Moment, RunFolder, Status};

/// A run of which something still stands, or of which nobody knows.
pub(super) struct Standing {
    pub(super) id: String,
    /// What nobody took back yet, oldest first.
    pub(super) places: Vec<Place>,
    /// The devices that it spoke to, and the runbooks whose steps it did or looked at. `None`: its
    /// journal is damaged.
    footprint: Option<BTreeSet<String>>,
    /// When it first and last sent a step's effects.
    sent: BTreeMap<Place, [Moment; 2]>,
    begun: Moment,
}

impl Standing {
    fn of(folder: &RunFolder, journal: &Journal, history: &History) -> Result<Self, Exit> {
        let mut footprint: BTreeSet<String> = history
            .steps
            .keys()
            .map(|place| format!("runbook {}", place.runbook))
            .collect();
        for entry in &journal.entries {
            if let Event::TargetSeen { device: name, .. } | Event::Intent { target: name, .. } =
                &entry.body
            {
                footprint.insert(format!("device {name}"));
            }
        }
        Ok(Self {
            id: folder.id().to_owned(),
            places: undoable(history),
            footprint: Some(footprint),
            sent: runs::told(folder.moments(&journal.entries))?.sent,
            begun: runs::told(folder.begun())?,
        })
    }

    fn damaged(folder: &RunFolder) -> Result<Self, Exit> {
        Ok(Self {
            id: folder.id().to_owned(),
            places: Vec::new(),
            footprint: None,
            sent: BTreeMap::new(),
            begun: runs::told(folder.begun())?,
        })
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.footprint.is_none()
    }

    /// When it last sent something of what stands. Of a damaged one it is known only when it began.
    pub(super) fn acted(&self) -> Moment {
        let sent = self.places.iter().filter_map(|place| self.sent.get(place));
        sent.map(|[_, last]| *last).max().unwrap_or(self.begun)
    }

    /// Whether it may need what another one did at these places: it sent something after that.
    pub(super) fn may_build_on(&self, other: &Self, places: &[Place]) -> bool {
        let sent = places.iter().filter_map(|place| other.sent.get(place));
        let first = sent.map(|[first, _]| *first).min().unwrap_or(other.begun);
        let is_near = match (&self.footprint, &other.footprint) {
            (Some(own), Some(others)) => !own.is_disjoint(others),
            _ => true,
        };
        self.id != other.id && self.acted() > first && is_near
    }

    /// From where on all that it did was sent after another one had sent all of its.
    pub(super) fn since(&self, other: &Self) -> Option<&Place> {
        let is_later = |place: &&Place| {
            self.sent
                .get(*place)
                .is_some_and(|[first, _]| *first > other.acted())
        };
        let later = self.places.iter().rev().take_while(is_later).count();
        let at = self.places.len() - later;
        let first = self.places.get(at)?;
        // A step is taken back at all its targets.
        let is_same = |place: &Place| place.runbook == first.runbook && place.step == first.step;
        match self.places[..at].iter().any(is_same) {
            true => self.places[at..].iter().find(|place| !is_same(place)),
            false => Some(first),
        }
    }
}

/// All runs whose effects still stand, and those of which nobody knows, in the order in which they
/// last sent something: one that went on later may have built on what was done meanwhile. What
/// can't be read may be what others were built on, or all that there is to take back.
pub(super) fn standing(common: &Common) -> Result<Vec<Standing>, Exit> {
    let all = runs::all(common).inspect_err(|_| complain!("nothing was sent"))?;
    let mut standing: Vec<Standing> = Vec::new();
    let mut undoings: Vec<(String, History)> = Vec::new();
    for id in all {
        let folder = RunFolder::new(common.state(), &id);
        let journal = match folder.read() {
            Ok(journal) => journal,
            Err(damage @ Damage::Unreadable { .. }) => {
                complain!("error: {damage}\nnothing was sent");
                return Err(Exit::Stuck);
            }
            Err(_) => {
                standing.push(Standing::damaged(&folder)?);
                continue;
            }
        };
        let Ok(history) = History::of(&journal.entries) else {
            standing.push(Standing::damaged(&folder)?);
            continue;
        };
        if let Some(Event::RunStarted {
            purpose: Purpose::Undo,
            of: Some(of),
            ..
        }) = journal.entries.first().map(|entry| &entry.body)
        {
            undoings.push((of.clone(), history));
        } else {
            standing.push(Standing::of(&folder, &journal, &history)?);
        }
    }
    // Last, because by a clock that was set back an undo began before its run.
    for (of, history) in undoings {
        if let Some(run) = standing.iter_mut().find(|run| run.id == of) {
            let is_left = |place: &Place| !history.status(place).is_taken_back();
            run.places.retain(is_left);
        }
    }
    standing.retain(|run| !run.places.is_empty() || run.footprint.is_none());
    standing.sort_by_key(Standing::acted);
    Ok(standing)
}

/// What the run did and nobody took back yet, oldest first.
fn undoable(history: &History) -> Vec<Place> {
    let is_open = |place: &&Place| {
        let status = history.status(place);
        !status.is_taken_back() && status != Status::Closed(Verdict::Stopped)
    };
    history.order.iter().filter(is_open).cloned().collect()
}

/// The run that did something last, of those that nobody took back yet.
pub(super) fn last_run(common: &Common) -> Result<String, Exit> {
    let Some(last) = standing(common)?.pop() else {
        return Err(nothing_stands(common)?);
    };
    match last.footprint {
        Some(_) => Ok(last.id),
        None => {
            complain!(
                "error: the journal of {}, the newest run, is damaged: nobody knows what it left\n\
                 nothing was sent\n\
                 help: put it back, or name the run that is to be taken back",
                last.id
            );
            Err(Exit::Stuck)
        }
    }
}

/// Says why there is nothing to take back: nothing ran, nothing was sent, or nothing is left.
fn nothing_stands(common: &Common) -> Result<Exit, Exit> {
    let all = runs::all(common)?;
    let runs = common.state().join("runs");
    let has_sent = |id: &String| {
        let journal = RunFolder::new(common.state(), id).read();
        let history = journal.ok().and_then(|it| History::of(&it.entries).ok());
        history.is_some_and(|history| !history.order.is_empty())
    };
    match all.iter().any(has_sent) {
        _ if all.is_empty() => return Ok(runs::none_yet(common.state())),
        true => complain!("error: all that the runs in {runs} did was taken back or kept already"),
        false => complain!("error: no run in {runs} did anything to take back"),
    }
    Ok(Exit::Usage)
}

/// What a run goes on from may be gone, where nobody knows what a later one did.
pub(super) fn all_is_known_since(common: &Common, id: &str) -> Result<(), Exit> {
    let all = runs::all(common)?;
    let at = all.iter().position(|run| run == id);
    let later: BTreeSet<&String> = all.iter().skip(at.map_or(0, |at| at + 1)).collect();
    let standing = standing(common)?;
    let mut damaged = standing.iter().filter(|run| run.footprint.is_none());
    let Some(damaged) = damaged.find(|run| later.contains(&run.id)) else {
        return Ok(());
    };
    complain!(
        "error: the journal of run {} is damaged: nobody knows whether it took back what {id} did\n\
         nothing was sent\n\
         help: put it back; or, if you know that it did not, move its folder elsewhere",
        damaged.id
    );
    Err(Exit::Stuck)
}
