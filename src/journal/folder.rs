use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Deserialize;

use super::recovery::sync_folder;
use super::{Damage, Entries, Entry, FileStorage, Journal, JournalError};
use crate::event::Event;

/// An empty file that is there once the journal has a line.
const BEGUN: &str = "begun";
/// What tells where, when and by whom the run was begun.
const ENVIRONMENT: &str = "environment.json";

/// `.runsheet/runs/<id>/`: everything one run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: Utf8PathBuf,
}

/// What a journal's first line says, as far as it concerns other runs.
pub(crate) struct BegunInJournal {
    /// The run.
    pub(crate) run: String,
    /// When it began, as [`RunFolder::stated_start`].
    pub(crate) at: Option<Timestamp>,
}

impl RunFolder {
    /// The folder of a run under `state` (`.runsheet`).
    pub fn new(state: &Utf8Path, id: &str) -> Self {
        Self {
            path: state.join("runs").join(id),
        }
    }

    /// The run's id.
    pub fn id(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }

    /// Its path.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Its journal.
    pub fn journal(&self) -> Utf8PathBuf {
        self.path.join("journal.jsonl")
    }

    /// Reads its journal. One that had lines and has none was emptied, and is not one of a run
    /// that ended before its first line.
    ///
    /// # Errors
    /// It is not what was written.
    pub fn read(&self) -> Result<Journal, Damage> {
        // Looked at first: who begins meanwhile has a line before this.
        let had_begun = self.had_begun();
        let journal = super::read(&self.journal())?;
        if let Some(first) = journal.entries.first() {
            self.is_own(first)?;
        }
        match journal.entries.is_empty() && had_begun {
            true => Err(self.emptied()),
            false => Ok(journal),
        }
    }

    /// Reads its journal entry by entry, as far as `take` is told; gives what is known at the end.
    ///
    /// # Errors
    /// As [`read`](Self::read), and what was told so far must then be thrown away.
    pub fn read_each(&self, mut take: impl FnMut(&Entry)) -> Result<Entries, Damage> {
        let had_begun = self.had_begun();
        let mut entries = Entries::open(&self.journal())?;
        let mut is_empty = true;
        for entry in entries.by_ref() {
            let entry = entry?;
            if is_empty {
                self.is_own(&entry)?;
            }
            take(&entry);
            is_empty = false;
        }
        match is_empty && had_begun {
            true => Err(self.emptied()),
            false => Ok(entries),
        }
    }

    /// That its first line begins the run that the folder is named after: whatever is done with a
    /// copy is not done with the run.
    pub(crate) fn is_own(&self, first: &Entry) -> Result<(), Damage> {
        match &first.body {
            Event::RunStarted { run, .. } if run != self.id() => Err(Damage::OtherRun {
                path: self.journal(),
                run: run.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn emptied(&self) -> Damage {
        Damage::Empty {
            path: self.journal(),
        }
    }

    /// The runbooks as they were run.
    pub fn runbooks(&self) -> Utf8PathBuf {
        self.path.join("runbooks")
    }

    /// Makes the folder and an empty, locked journal in it.
    pub fn create(&self) -> Result<FileStorage, JournalError> {
        fs::create_dir_all(&self.path)
            .map_err(|e| JournalError::new("make a folder for", &self.path, e))?;
        FileStorage::create(&self.journal())
    }

    /// Writes one more file into it, to last: the journal tells of it, and outlives a loss of
    /// power.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), JournalError> {
        let path = self.path.join(name);
        let parent = path.parent().unwrap_or(&self.path);
        fs::create_dir_all(parent)
            .map_err(|e| JournalError::new("make a folder beside", &path, e))?;
        let failed = |e| JournalError::new("write a file beside", &path, e);
        let mut file = File::create(&path).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        sync_folder(parent).map_err(failed)
    }

    /// Writes a file anew. Whoever reads it, also after a crash, finds the old one or the new one.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), JournalError> {
        let draft = format!("{name}.new");
        self.write(&draft, bytes)?;
        let path = self.path.join(name);
        fs::rename(self.path.join(draft), &path)
            .map_err(|e| JournalError::new("replace a file beside", &path, e))
    }

    /// The ids of all runs under `state`, oldest first.
    ///
    /// # Errors
    /// They can't be listed.
    pub fn list(state: &Utf8Path) -> io::Result<Vec<String>> {
        use io::ErrorKind::{NotADirectory, NotFound};
        let entries = match fs::read_dir(state.join("runs")) {
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry?;
            let Ok(id) = entry.file_name().into_string() else {
                continue;
            };
            let folder = Self::new(state, &id);
            if folder.journal().exists() || folder.has_remains() {
                let began = folder.began_or(folder.start_in_journal()?);
                ids.push((folder.first_turn()?, began, id.len(), id));
            }
        }
        // The names of a lab's runs are no times, and `-10` comes after `-2`.
        ids.sort();
        Ok(ids.into_iter().map(|(.., id)| id).collect())
    }

    /// Whether a run has left something here besides its journal, which is made before all else:
    /// where that is missing, somebody took it away.
    pub fn has_remains(&self) -> bool {
        let left = [ENVIRONMENT, "plan.txt", "runbooks", BEGUN];
        left.iter().any(|name| self.path.join(name).exists())
    }

    /// Notes that the journal has a line now.
    pub fn mark_begun(&self) -> io::Result<()> {
        File::create(self.path.join(BEGUN)).map(drop)
    }

    /// Whether the journal had a line: one that has none was emptied then, and is not one of a run
    /// that ended before its first line.
    pub fn had_begun(&self) -> bool {
        self.path.join(BEGUN).exists()
    }

    /// When the run began, on the machine's clock. Outside the lab its journal says so, which can't
    /// be edited unnoticed; in the lab, whose clock is its own, the environment does. `None`: it
    /// had not begun, or these can't be read.
    pub fn stated_start(&self) -> Option<Timestamp> {
        self.start_in_journal().ok().flatten()
    }

    /// The same.
    ///
    /// # Errors
    /// The disk does not give it back.
    pub fn start_in_journal(&self) -> io::Result<Option<Timestamp>> {
        Ok(self.begun_in_journal()?.and_then(|begun| begun.at))
    }

    /// Which run the journal's first line begins, and when; `None`: it has no such line.
    ///
    /// # Errors
    /// The disk does not give it back.
    pub(crate) fn begun_in_journal(&self) -> io::Result<Option<BegunInJournal>> {
        use io::ErrorKind::{IsADirectory, NotFound, PermissionDenied};
        #[derive(Deserialize)]
        struct First {
            at: Timestamp,
            body: Body,
        }
        #[derive(Deserialize)]
        struct Body {
            run: String,
            lab: bool,
        }
        let mut line = Vec::new();
        let read = File::open(self.journal())
            .and_then(|journal| BufReader::new(journal).read_until(b'\n', &mut line));
        match read {
            // It is told of by itself.
            Err(error) if matches!(error.kind(), NotFound | PermissionDenied | IsADirectory) => {
                return Ok(None);
            }
            Err(error) => {
                let why = format!("the journal {} can't be read: {error}", self.journal());
                return Err(io::Error::new(error.kind(), why));
            }
            Ok(_) => {}
        }
        let first = serde_json::from_slice::<First>(&line).ok();
        Ok(first.map(|first| BegunInJournal {
            run: first.body.run,
            at: match first.body.lab {
                true => self.stated_in(ENVIRONMENT),
                false => Some(first.at),
            },
        }))
    }

    /// The same, or else as its environment says, or else its folder's age.
    pub fn began(&self) -> Option<Timestamp> {
        self.began_or(self.stated_start())
    }

    pub(super) fn began_or(&self, stated: Option<Timestamp>) -> Option<Timestamp> {
        let age = || {
            let written = fs::metadata(&self.path).and_then(|meta| meta.modified());
            Timestamp::try_from(written.ok()?).ok()
        };
        stated.or_else(|| self.stated_in(ENVIRONMENT)).or_else(age)
    }

    /// When a run was begun or taken up, on the machine's clock, as a file beside its journal says.
    pub(super) fn stated_in(&self, name: &str) -> Option<Timestamp> {
        #[derive(Deserialize)]
        struct Began {
            started_at: Timestamp,
        }
        let stated = fs::read(self.path.join(name)).ok()?;
        let began: Began = serde_json::from_slice(&stated).ok()?;
        Some(began.started_at)
    }
}
