use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::sums::sha256;
use super::{ENVIRONMENT, Environment, Outcome, Retrospective, deviations, outcome};
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
    /// Runs that began at this time or later, and all that are damaged.
    pub from: Timestamp,
    /// Runs that began before this time.
    pub to: Timestamp,
    /// The runs, oldest first.
    pub runs: Vec<RunLine>,
    /// Runs that were there when a later one began, and are not any more, or not the same.
    pub missing: Vec<String>,
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

/// The run that was the last one when another began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// Its id.
    pub run: String,
    /// The hash of its journal's last line then; `None` where it was damaged.
    pub head: Option<String>,
    /// When it had begun. Of a run in the lab nothing else vouches for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
}

impl Predecessor {
    /// The last run under a state folder. So a run that is deleted leaves a gap that the next
    /// one knows of.
    ///
    /// # Errors
    /// The runs, or the last one's journal, can't be read: a gap would be nobody's.
    pub fn of_next(state: &Utf8Path) -> io::Result<Option<Self>> {
        let Some(run) = RunFolder::list(state)?.pop() else {
            return Ok(None);
        };
        let folder = RunFolder::new(state, &run);
        Ok(Some(Self {
            head: head(&folder.journal())?,
            began: folder.start_in_journal()?,
            run,
        }))
    }

    /// Whether a run is still what it was then.
    fn is_still(&self, folder: &RunFolder, hashes: &[String]) -> bool {
        let has_head = self.head.as_ref().is_none_or(|head| hashes.contains(head));
        has_head && (self.began.is_none() || self.began == folder.stated_start())
    }
}

/// The hash of a journal's last whole line, without reading what stands before it; `None`: it has
/// none.
fn head(journal: &Utf8Path) -> io::Result<Option<String>> {
    let mut file = match File::open(journal) {
        // It is told of by itself.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let length = file.metadata()?.len();
    let mut window = 64 * 1024;
    loop {
        let from = length.saturating_sub(window);
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        file.read_to_end(&mut tail)?;
        let end = tail.iter().rposition(|byte| *byte == b'\n');
        let line = &tail[..end.unwrap_or(0)];
        let begin = line.iter().rposition(|byte| *byte == b'\n');
        match (end, begin) {
            (Some(_), Some(begin)) => return Ok(Some(sha256(&line[begin + 1..]))),
            (Some(_), None) if from == 0 => return Ok(Some(sha256(line))),
            (None, _) if from == 0 => return Ok(None),
            // The line is longer than the window.
            _ => window *= 8,
        }
    }
}

impl Population {
    /// The version of the format.
    pub const FORMAT: &'static str = "1.2";

    /// The runs under a state folder that began in a period.
    ///
    /// # Errors
    /// They can't be listed.
    pub fn of(state: &Utf8Path, from: Timestamp, to: Timestamp) -> io::Result<Self> {
        let all = RunFolder::list(state)?;
        let mut heads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut predecessors = Vec::new();
        let mut runs = Vec::new();
        for id in &all {
            let folder = RunFolder::new(state, id);
            heads.insert(id.clone(), line_hashes(&folder));
            let environment = environment(&folder);
            predecessors.extend(environment.as_ref().and_then(|e| e.after.clone()));
            let line = RunLine::of(id, &folder, environment.as_ref());
            // A run whose beginning nobody knows, or can believe, is no reason to leave it out.
            let is_within = |began| from <= began && began < to;
            if line.is_damaged() || line.began.is_none_or(is_within) {
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

fn environment(folder: &RunFolder) -> Option<Environment> {
    let bytes = fs::read(folder.path().join(ENVIRONMENT)).ok()?;
    serde_json::from_slice(&bytes).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_line_is_found_whatever_its_length() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = Utf8Path::from_path(dir.path())
            .expect("UTF-8")
            .join("journal.jsonl");
        let long = "x".repeat(200_000);
        for (text, line) in [
            ("a\nb\n".to_owned(), Some("b")),
            ("a\n".to_owned(), Some("a")),
            ("a\nb\ntorn".to_owned(), Some("b")),
            ("torn".to_owned(), None),
            (String::new(), None),
            (format!("a\n{long}\n"), Some(long.as_str())),
            (format!("{long}\n{long}"), Some(long.as_str())),
        ] {
            fs::write(&path, &text).expect("written");
            assert_eq!(
                head(&path).expect("it can be read"),
                line.map(|line| sha256(line.as_bytes()))
            );
        }
    }
}
