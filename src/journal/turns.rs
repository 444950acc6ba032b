//! In which order runs did something, whatever the machine's clock said meanwhile.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;

use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, JournalError, RunFolder};
use crate::event::{Event, Place};

/// Beside the journal: a JSON object a line. It tells of other runs, so it is no part of the record.
const TURNS: &str = "turns.jsonl";

/// A time that a run began or went on. One process works at it till the next.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Turn {
    /// The first line of the journal that was written in it.
    seq: u64,
    /// Counts through all runs of a state folder, from 1.
    turn: u64,
}

/// When something was done: later moments are greater, in all runs of a state folder. Between
/// programs that took no turns, which all came before, the clock decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    turn: u64,
    clock: Option<Timestamp>,
}

/// When a run did what.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    /// It last looked at something or sent something. `None`: it did neither.
    pub acted: Option<Moment>,
    /// It first and last sent an effect of a step.
    pub sent: BTreeMap<Place, [Moment; 2]>,
    /// It was last at a place.
    pub visited: BTreeMap<Place, Moment>,
}

impl RunFolder {
    /// Notes that a run under `state` takes its turn, from the line `seq` of its journal on.
    ///
    /// # Errors
    /// It can't be kept.
    pub fn take_turn(&self, state: &Utf8Path, seq: u64) -> Result<(), JournalError> {
        let failed =
            |error| JournalError::new("note a turn beside", &self.path().join(TURNS), error);
        let _lock = lock(state).map_err(failed)?;
        let all = Self::list(state).map_err(failed)?;
        let mut last = 0;
        for id in all {
            let turns = Self::new(state, &id).turns().map_err(failed)?;
            last = turns.iter().map(|turn| turn.turn).fold(last, u64::max);
        }
        let turn = last.saturating_add(1);
        let mut own = self.turns().map_err(failed)?;
        own.push(Turn { seq, turn });
        let mut text = String::new();
        for turn in own {
            text += &serde_json::to_string(&turn).map_err(|error| failed(error.into()))?;
            text.push('\n');
        }
        self.replace(TURNS, text.as_bytes())
    }

    /// When it began.
    ///
    /// # Errors
    /// The disk does not give it back.
    pub fn begun(&self) -> io::Result<Moment> {
        Ok(Moment {
            turn: self.first_turn()?,
            clock: self.began_or(self.start_in_journal()?),
        })
    }

    /// 0: it was begun by a program that took no turns.
    pub(super) fn first_turn(&self) -> io::Result<u64> {
        Ok(self.turns()?.first().map_or(0, |first| first.turn))
    }

    /// When it did what its journal tells. The lab's clock is its own: there it is when the
    /// run was taken up, on the machine's clock.
    ///
    /// # Errors
    /// The disk does not give it back.
    pub fn moments(&self, entries: &[Entry]) -> io::Result<Moments> {
        let turns = self.turns()?;
        let mut taken_up = None;
        let mut moments = Moments::default();
        for entry in entries {
            match &entry.body {
                Event::RunStarted { lab: true, .. } => {
                    taken_up = self.began_or(self.start_in_journal()?);
                }
                Event::Resumed {
                    environment: Some(name),
                    ..
                } if taken_up.is_some() => taken_up = self.stated_in(name).or(taken_up),
                _ => {}
            }
            let turn = turns.iter().rfind(|turn| turn.seq <= entry.seq);
            let now = Moment {
                turn: turn.map_or(0, |turn| turn.turn),
                clock: taken_up.or(Some(entry.at)),
            };
            moments.note(&entry.body, now);
        }
        Ok(moments)
    }

    fn turns(&self) -> io::Result<Vec<Turn>> {
        use io::ErrorKind::{NotADirectory, NotFound};
        let path = self.path().join(TURNS);
        let noted = match fs::read_to_string(&path) {
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
            Err(error) => {
                let why = format!("{path} can't be read: {error}");
                return Err(io::Error::new(error.kind(), why));
            }
            Ok(noted) => noted,
        };
        // It is written as a whole, with a first turn: anything else was done to it since.
        let damaged = |why: String| {
            let why = format!(
                "{path} is damaged, and only it tells in which order runs were: {why}; restore it, or move \
                 the run's folder elsewhere"
            );
            io::Error::new(io::ErrorKind::InvalidData, why)
        };
        let turns = noted.lines().map(serde_json::from_str);
        let turns: Vec<Turn> = turns
            .collect::<Result<_, _>>()
            .map_err(|error| damaged(error.to_string()))?;
        match turns.is_empty() {
            true => Err(damaged("it is empty".to_owned())),
            false => Ok(turns),
        }
    }
}

impl Moments {
    fn note(&mut self, event: &Event, now: Moment) {
        match event {
            Event::TargetSeen { .. } | Event::Looked { .. } => self.acted = Some(now),
            Event::Intent { place, undo, .. } => {
                self.acted = Some(now);
                if !undo {
                    self.sent.entry(place.clone()).or_insert([now; 2])[1] = now;
                }
            }
            _ => {}
        }
        if let Some(place) = event.place() {
            self.visited.insert(place.clone(), now);
        }
    }
}

/// Nobody else takes a turn while this is kept.
fn lock(state: &Utf8Path) -> io::Result<File> {
    let folder = state.join("locks");
    fs::create_dir_all(&folder)?;
    // Devices' locks lie beside it, and none of their names holds a dot.
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(".turn"))?;
    lock.lock()?;
    Ok(lock)
}
