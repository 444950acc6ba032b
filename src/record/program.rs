use std::fs::File;
use std::thread::{self, JoinHandle};

use serde::{Deserialize, Serialize};

use super::Environment;
use super::sums::sha256_of;
use crate::journal::RunFolder;

/// The program that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its version.
    pub version: String,
    /// SHA-256 of its file, hex; `None` where it can't be read, or the program died before it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Program {
    /// This program, its file not yet hashed.
    pub(super) fn here() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sha256: None,
        }
    }
}

/// The hash of this program's file, in the making. It takes as long as a dozen steps do, and
/// only the record needs it, so the run goes on meanwhile.
#[derive(Debug)]
pub struct Hashing(JoinHandle<Result<(), String>>);

impl Hashing {
    /// Begins; at its end the environment's file, `name`, is replaced by one with the hash.
    pub fn begin(mut environment: Environment, folder: RunFolder, name: String) -> Self {
        Self(thread::spawn(move || {
            let file = std::env::current_exe().and_then(File::open);
            let Ok(hash) = file.and_then(sha256_of) else {
                return Ok(());
            };
            environment.program.sha256 = Some(hash);
            let json = environment.to_json().map_err(|error| error.to_string())?;
            folder
                .replace(&name, &json)
                .map_err(|error| error.to_string())
        }))
    }

    /// Waits until it is kept.
    ///
    /// # Errors
    /// It can't be written; the environment's file stays as it was.
    pub fn finish(self) -> Result<(), String> {
        self.0
            .join()
            .unwrap_or_else(|_| Err("the thread that hashes the program broke off".to_owned()))
    }
}
