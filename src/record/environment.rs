use std::fs;

use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::predecessor::one_or_more;
use super::sums::sha256;
use super::{Clock, ENVIRONMENT, Operator, Predecessor, Program};
use crate::journal::RunFolder;

/// Where, when and by whom a run was started: what differs between two runs that are the same
/// otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The version of this file's format.
    pub format: String,
    /// The machine's time of day, also where the run has a lab's.
    pub started_at: Timestamp,
    /// Who started it.
    pub operator: Operator,
    /// The machine's clock.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// The machine's name.
    pub machine: String,
    /// Operating system and processor.
    pub system: String,
    /// The program.
    pub program: Program,
    /// The inventory; `None`: the embedded lab's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory: Option<InputFile>,
    /// The runs before it that no other had noted.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_more"
    )]
    pub after: Vec<Predecessor>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path as given.
    pub path: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

impl Environment {
    /// The version of the format.
    pub const FORMAT: &'static str = "1.3";

    /// This process, here and now, whose record will be signed with `key`. Its program is hashed by
    /// [`Hashing`](super::Hashing), and a run that begins has one [`after`](Self::after) which it
    /// comes.
    pub fn here(inventory: Option<&Utf8Path>, key: Option<String>) -> Self {
        let inventory = inventory.and_then(|path| {
            let bytes = fs::read(path).ok()?;
            Some(InputFile {
                path: path.to_string(),
                sha256: sha256(&bytes),
            })
        });
        let name = rustix::system::uname();
        let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
        Self {
            format: Self::FORMAT.to_owned(),
            started_at: Timestamp::now(),
            operator: Operator {
                key,
                ..Operator::here()
            },
            clock: Some(Clock::here()),
            machine: text(name.nodename()),
            system: [name.sysname(), name.release(), name.machine()]
                .map(text)
                .join(" "),
            program: Program::here(),
            inventory,
            after: Vec::new(),
        }
    }

    /// The one of a run; `None`: it can't be read.
    pub(super) fn of(folder: &RunFolder) -> Option<Self> {
        let bytes = fs::read(folder.path().join(ENVIRONMENT)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The file's bytes.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }
}
