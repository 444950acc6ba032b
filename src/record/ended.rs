use std::fs::{self, File};
use std::io;

use super::SealError;
use crate::journal::{self, Damage, Journal, RunFolder};

/// A run that has ended, with its journal read and verified. It can't go on while this is kept,
/// so what is made of it is all made of the same lines.
#[derive(Debug)]
pub struct Ended {
    pub(super) folder: RunFolder,
    pub(super) bytes: Vec<u8>,
    journal: Journal,
    _held: File,
}

impl Ended {
    /// Reads a run's journal, once for all that is made of it.
    ///
    /// # Errors
    /// The run is still going on, or its journal is damaged.
    pub fn open(folder: &RunFolder) -> Result<Self, SealError> {
        let wrong = SealError::Run;
        let path = folder.journal();
        let held = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(wrong(Damage::Missing { path }.to_string()));
            }
            opened => opened.map_err(|e| wrong(format!("failed to open {path}: {e}")))?,
        };
        held.try_lock_shared()
            .map_err(|_| wrong("it is still going on".to_owned()))?;
        let bytes = fs::read(&path).map_err(|e| wrong(format!("failed to read {path}: {e}")))?;
        let journal = journal::parse(&path, &bytes).map_err(|e| wrong(e.to_string()))?;
        match journal.entries.first() {
            Some(first) => folder.is_own(first).map_err(|e| wrong(e.to_string()))?,
            None if folder.had_begun() => {
                return Err(wrong(Damage::Empty { path }.to_string()));
            }
            None => {}
        }
        Ok(Self {
            folder: folder.clone(),
            bytes,
            journal,
            _held: held,
        })
    }

    /// Where it lies.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Its journal.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }
}
