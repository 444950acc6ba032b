//! The list of all runs.

use jiff::Timestamp;

use super::Exit;
use super::afterwards;
use super::args::Common;
use super::begun::Begun;
use super::runs;
use super::undoing::has_begun;
use crate::event::{Ending, Event, Place, Purpose};
use crate::journal::{Damage, History, Journal, RunFolder};
use crate::text::escape;

/// What is known of a run.
struct Row {
    id: String,
    told: Told,
}

enum Told {
    /// Its journal tells nothing, and why.
    Nothing(String),
    /// What its journal says.
    Journal(Box<Story>),
}

struct Story {
    began: Option<Timestamp>,
    /// The run that it takes back.
    of: Option<String>,
    runbooks: Vec<String>,
    summary: Option<String>,
    history: History,
    emergency: Option<String>,
}

/// All runs, oldest first: id, start, how it ended, what it was for, and its last words.
pub(super) fn list(common: &Common) -> Result<Exit, Exit> {
    runs::state_is_there(common)?;
    let ids = runs::all(common)?.into_iter();
    let rows: Vec<Row> = ids
        .map(|id| {
            let folder = RunFolder::new(common.state(), &id);
            let told = Told::by(&folder);
            Row { id, told }
        })
        .collect();
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    for row in &rows {
        let id = &row.id;
        match &row.told {
            Told::Nothing(why) => say!("{id:width$}  ({why})"),
            Told::Journal(story) => say!("{id:width$}  {}", escape(&story.line(id, &rows))),
        }
    }
    Ok(Exit::Done)
}

impl Told {
    fn by(folder: &RunFolder) -> Self {
        let journal = match folder.read() {
            Ok(journal) => journal,
            Err(Damage::Empty { .. }) => return Self::Nothing("its journal is empty".to_owned()),
            Err(Damage::OtherRun { run, .. }) => {
                return Self::Nothing(format!("its journal is that of {}", escape(&run)));
            }
            Err(Damage::Missing { .. }) => {
                return Self::Nothing("its journal is missing".to_owned());
            }
            Err(_) => return Self::Nothing("its journal is damaged".to_owned()),
        };
        match History::of(&journal.entries) {
            Ok(history) => Self::Journal(Box::new(Story::of(folder, &journal, history))),
            Err(_) => Self::Nothing("its journal is damaged".to_owned()),
        }
    }
}

impl Story {
    fn of(folder: &RunFolder, journal: &Journal, history: History) -> Self {
        let begun = Begun::of(journal);
        let is_undo = |begun: &&Begun| begun.purpose == Purpose::Undo;
        let runbooks = begun.iter().flat_map(|begun| &begun.runbooks);
        let summary = match journal.entries.last().map(|entry| &entry.body) {
            Some(Event::RunEnded { summary, .. }) => Some(summary.clone()),
            _ => None,
        };
        Self {
            began: journal.entries.first().map(|entry| entry.at),
            of: begun.as_ref().filter(is_undo).and_then(|it| it.of.clone()),
            runbooks: runbooks.map(|runbook| runbook.name.clone()).collect(),
            summary,
            history,
            emergency: afterwards::told(folder, journal),
        }
    }

    fn line(&self, id: &str, all: &[Row]) -> String {
        let began = self.began.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ"));
        let began = began.map_or_else(String::new, |at| at.to_string());
        let word = self.history.ended.map_or("incomplete", Ending::word);
        let what = match &self.of {
            Some(of) => format!("undo of {of}"),
            None => self.runbooks.join(", "),
        };
        let mut line = format!("{began:20}  {word:11}  {what}");
        let emergency = self.emergency.as_ref();
        let more = [
            self.summary.clone(),
            self.taken_back(id, all),
            emergency.map(|told| format!("emergency: {told}")),
        ];
        for told in more.into_iter().flatten() {
            line += "  ";
            line += told.lines().next().unwrap_or_default();
        }
        line
    }

    /// By which run it was taken back, and whether all of it.
    fn taken_back(&self, id: &str, all: &[Row]) -> Option<String> {
        let undos = all.iter().filter_map(|row| match &row.told {
            Told::Journal(story) if story.of.as_deref() == Some(id) => Some((row, &story.history)),
            _ => None,
        });
        let undos: Vec<_> = undos.filter(|(_, history)| has_begun(history)).collect();
        let (last, _) = undos.last()?;
        let is_back = |place: &Place| {
            let mut all = undos
                .iter()
                .map(|(_, history)| *history)
                .chain([&self.history]);
            all.any(|history| history.status(place).is_taken_back())
        };
        let how = match self.history.order.iter().all(is_back) {
            true => "taken back by",
            false => "taken back in part by",
        };
        Some(format!("{how} {}", last.id))
    }
}
