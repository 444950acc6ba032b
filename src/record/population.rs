use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::sums::sha256;
use super::{ENVIRONMENT, Environment, Outcome, Predecessor, Retrospective, deviations, outcome};
use crate::event::{ChangeKind, Event, Purpose};
use crate::journal::{Journal, RunFolder};

/// How far the journal's beginning may be from when the run's environment was looked at: neither a
/// slow disk nor a clock that is put right in between is anybody's doing.
const MOMENT: SignedDuration = SignedDuration::from_mins(10);

/// All runs of a period, the failed and the incomplete ones too: what an auditor draws
/// samples from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// The version of the format.
    pub format: String,
    /// The machine it was made on.
    pub machine: String,
    /// The folder with the runs, in full.
    pub state: String,
    /// Whether it was there: where it was not, nothing ran yet, or not here.
    pub state_found: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// Runs that began at this time or later, and all that are damaged or in `clock_set_back`.
    pub from: Timestamp,
    /// Runs that began before this time.
    pub to: Timestamp,
    /// The runs, oldest first.
    pub runs: Vec<RunLine>,
    /// Runs that were there when a later one began, and are not any more, or not the same.
    pub missing: Vec<String>,
    /// Runs that, by their own time, began before one that was there already: the clock was put
    /// back in between, so the period that they seem to be of need not be theirs.
    pub clock_set_back: Vec<String>,
}

/// A run of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine {
    /// Its id.
    pub id: String,
    /// When it began, on the machine's clock.
    pub began: Option<Timestamp>,
    /// Who began it.
    pub by: Option<String>,
    /// Whether it did steps or took them back.
    pub purpose: Option<Purpose>,
    /// Whether it ran in the embedded lab.
    pub lab: Option<bool>,
    /// The change's number in another system.
    pub ticket: Option<String>,
    /// What kind of change it was.
    pub kind: Option<ChangeKind>,
    /// Of an emergency that nobody had agreed to before: who did afterwards.
    pub retrospective: Option<Retrospective>,
    /// The runbooks' titles.
    pub runbooks: Vec<String>,
    /// How it ended.
    pub result: Result,
    /// In a sentence.
    pub summary: String,
    /// The hash of its journal's last line.
    pub head: Option<String>,
}

/// How a run of the list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", untagged)]
pub enum Result {
    /// It ended, or stopped in the middle.
    Ended(Outcome),
    /// There is no telling.
    Unclear(Unclear),
}

/// Why there is no telling how a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unclear {
    /// It is still going on.
    Running,
    /// Its journal is not what was written.
    Damaged,
}

impl Population {
    /// The version of the format.
    pub const FORMAT: &'static str = "1.3";

    /// The runs under a state folder that began in a period.
    ///
    /// # Errors
    /// They can't be listed.
    pub fn of(state: &Utf8Path, from: Timestamp, to: Timestamp) -> io::Result<Self> {
        let all = RunFolder::list(state)?;
        let mut heads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut predecessors = Vec::new();
        let mut runs = Vec::new();
        let mut clock_set_back = Vec::new();
        for id in &all {
            let folder = RunFolder::new(state, id);
            heads.insert(id.clone(), line_hashes(&folder));
            let environment = Environment::of(&folder);
            let noted = environment.as_ref().map(|e| e.after.clone());
            let noted = noted.unwrap_or_default();
            let line = RunLine::of(id, &folder, environment.as_ref());
            let is_back = line.began.is_some_and(|began| {
                let mut before = noted.iter().filter_map(|before| before.began);
                before.any(|before| began < before)
            });
            predecessors.extend(noted);
            if is_back {
                clock_set_back.push(id.clone());
            }
            // A run whose beginning nobody knows, or can believe, is no reason to leave it out.
            let is_within = |began| from <= began && began < to;
            if line.is_damaged() || is_back || line.began.is_none_or(is_within) {
                runs.push(line);
            }
        }
        runs.sort_by(|a, b| (a.began, &a.id).cmp(&(b.began, &b.id)));
        let is_there = |before: &Predecessor| {
            let folder = RunFolder::new(state, &before.run);
            let hashes = heads.get(&before.run);
            hashes.is_some_and(|hashes| before.is_still(&folder, hashes))
        };
        let mut missing: Vec<String> = predecessors
            .into_iter()
            .filter(|before| !is_there(before))
            .map(|before| before.run)
            .collect();
        missing.sort();
        missing.dedup();
        let here = rustix::system::uname();
        Ok(Self {
            format: Self::FORMAT.to_owned(),
            machine: here.nodename().to_string_lossy().into_owned(),
            state: in_full(state)?,
            state_found: state.is_dir(),
            made_at: Timestamp::now(),
            from,
            to,
            runs,
            missing,
            clock_set_back,
        })
    }

    /// The bytes that are signed.
    ///
    /// # Errors
    /// It can't be written as JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }
}

impl RunLine {
    /// Whether what happened is not known, because its journal is not what was written.
    pub fn is_damaged(&self) -> bool {
        matches!(self.result, Result::Unclear(Unclear::Damaged))
    }

    fn of(id: &str, folder: &RunFolder, environment: Option<&Environment>) -> Self {
        let mut line = Self {
            id: id.to_owned(),
            began: folder.began(),
            by: environment.map(|e| e.operator.user.clone()),
            purpose: None,
            lab: None,
            ticket: None,
            kind: None,
            retrospective: None,
            runbooks: Vec::new(),
            result: Result::Unclear(Unclear::Damaged),
            summary: String::new(),
            head: None,
        };
        match folder.read() {
            Ok(journal) => {
                line.retrospective = Retrospective::of_run(folder, &journal, None);
                line.tell(&journal, environment, is_running(folder));
                if journal.entries.is_empty() && !is_running(folder) {
                    line.result = Result::Ended(Outcome::Incomplete);
                    line.summary = "the run had not begun: nothing was sent".to_owned();
                }
            }
            Err(damage) => line.summary = damage.to_string(),
        }
        line
    }

    fn tell(&mut self, journal: &Journal, environment: Option<&Environment>, running: bool) {
        self.head = Some(journal.head.clone());
        let first = journal.entries.first();
        let Some((
            Event::RunStarted {
                purpose,
                runbooks,
                lab,
                change,
                ..
            },
            at,
        )) = first.map(|entry| (&entry.body, entry.at))
        else {
            self.summary = "the journal does not begin with the start of a run".to_owned();
            return;
        };
        self.purpose = Some(*purpose);
        self.lab = Some(*lab);
        self.ticket.clone_from(&change.ticket);
        self.kind = Some(change.kind);
        self.runbooks = runbooks.iter().map(|r| r.title.clone()).collect();
        let Some(environment) = environment else {
            self.summary = format!(
                "its `{ENVIRONMENT}`, which says who began it and after which run, can't be read"
            );
            return;
        };
        let stated = environment.started_at;
        // The lab's clock is its own.
        if !lab && at.duration_since(stated).abs() > MOMENT {
            self.summary =
                format!("`{ENVIRONMENT}` says that it began at {stated}, its journal at {at}");
            return;
        }
        if running {
            self.result = Result::Unclear(Unclear::Running);
            return;
        }
        let found = deviations(&journal.entries, *purpose);
        match outcome(&journal.entries, &found) {
            Ok((ended, summary)) => {
                self.result = Result::Ended(ended);
                self.summary = summary;
            }
            Err(illegal) => self.summary = illegal,
        }
    }
}

/// A folder's path from the root.
fn in_full(folder: &Utf8Path) -> io::Result<String> {
    let path = match folder.canonicalize_utf8() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => camino::absolute_utf8(folder)?,
        path => path?,
    };
    Ok(path.into_string())
}

fn is_running(folder: &RunFolder) -> bool {
    File::open(folder.journal()).is_ok_and(|file| file.try_lock_shared().is_err())
}

/// The hash of every line of a journal: each was the head once.
fn line_hashes(folder: &RunFolder) -> Vec<String> {
    let bytes = fs::read(folder.journal()).unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').map(sha256).collect()
}
