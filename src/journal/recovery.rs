use std::fs::{self, File};
use std::io::Write;

use camino::Utf8Path;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::entry::hex;
use super::{Damage, FileStorage, Journal, JournalError, RunFolder};
use crate::event::Torn;

/// A journal that can go on: locked, verified, and ending with a whole line.
#[derive(Debug)]
pub struct Recovered {
    /// Where the next line goes.
    pub storage: FileStorage,
    /// What it holds.
    pub journal: Journal,
    /// What was set aside.
    pub torn: Option<Torn>,
}

/// Why a journal can't go on.
#[derive(Debug, Error)]
pub enum RecoveryError {
    /// It can't be opened, or another process works on the run.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// It is not what was written.
    #[error(transparent)]
    Damage(#[from] Damage),
}

impl RunFolder {
    /// Opens the journal of a run that did not end: lock first, then read, so that of two that
    /// try only one goes on. A torn last line is kept in a file of its own and cut off.
    ///
    /// # Errors
    /// Somebody else holds it, it is damaged, or what is torn can't be set aside.
    pub fn reopen(&self) -> Result<Recovered, RecoveryError> {
        let path = self.journal();
        if !path.exists() {
            return Err(Damage::Missing { path }.into());
        }
        let mut storage = FileStorage::reopen(&path)?;
        let journal = self.read()?;
        let torn = match &journal.torn {
            None => None,
            Some(bytes) => {
                let torn = self.set_aside(bytes)?;
                let whole = fs::metadata(&path).and_then(|now| {
                    let len = now.len().saturating_sub(bytes.len() as u64);
                    storage.truncate(len)
                });
                whole.map_err(|e| JournalError::new("cut the torn end off", &path, e))?;
                Some(torn)
            }
        };
        Ok(Recovered {
            storage,
            journal,
            torn,
        })
    }

    fn set_aside(&self, bytes: &[u8]) -> Result<Torn, JournalError> {
        let name = (1..)
            .map(|n| format!("journal.torn-{n}"))
            .find(|name| !self.path().join(name).exists())
            .unwrap_or_default();
        let path = self.path().join(&name);
        let failed = |e| JournalError::new("set the torn end aside of", &path, e);
        let mut file = File::create_new(&path).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        sync_folder(self.path()).map_err(failed)?;
        Ok(Torn {
            bytes: bytes.len(),
            sha256: hex(&Sha256::digest(bytes)),
            kept_in: name,
        })
    }
}

/// A file's name is durable only once its folder is.
pub(super) fn sync_folder(folder: &Utf8Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
