//! The run's append-only, hash-chained log: the truth about a run.
//!
//! One JSON object a line. `seq` counts from 1, `prev` is the SHA-256 of the line before
//! (without its newline; 64 zeros for the first). One writer at a time, held by a file lock.
//! Intents, outcomes and verdicts are on disk before anything else happens; after a failed
//! write or sync nothing more is ever written. The format is documented in the book.

mod bound;
mod deviation;
mod entries;
mod entry;
mod evidence;
mod folder;
mod history;
mod processes;
mod reader;
mod recovery;
mod transition;
mod turns;
mod withheld;
mod writer;

pub use bound::Bound;
pub use deviation::{Deviation, DeviationKind, clock_set_back, outside_window};
pub use entries::Entries;
pub(crate) use entry::hex;
pub use entry::{Entry, FORMAT};
pub use evidence::{EVIDENCE, attachment};
pub use folder::RunFolder;
pub use history::{EffectRecord, History, Seen, StepRecord};
pub use processes::Process;
pub use reader::{Damage, Journal, parse, read};
pub use recovery::{Recovered, RecoveryError};
pub use transition::{IllegalEvent, Status, next};
pub use turns::{Moment, Moments};
pub use withheld::Withheld;
pub use writer::{FileStorage, JournalError, Storage, Writer};
