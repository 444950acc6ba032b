//! Runs a plan: a step's life, from the first look to the verdict or the undo.
//!
//! Nothing is sent before its intent is on disk, nothing goes on before its outcome is, and a
//! step is done when its check holds. See the book's page on a step's life.

mod act;
mod announce;
mod backout;
mod changed;
mod checks;
mod choose;
mod effect;
mod error;
mod failure;
mod hands;
mod interrupt;
mod judge;
mod key;
mod lanes;
mod live;
mod look;
mod names;
mod needs;
mod operator;
mod recall;
mod recorder;
mod resume;
mod run;
mod same_device;
mod sessions;
mod settle;
mod shell;
mod step;
mod survey;
mod take_up;
mod tally;
mod toward;
mod undo;
mod undo_effects;
mod watch;

pub use error::EngineError;
pub use interrupt::Interrupt;
pub use operator::{Approval, Choice, Operator, Performed, Task, Unattended};
pub use recorder::{Listener, Recorder};
pub use resume::Resumption;
pub use run::{Engine, RunInfo, SecretSource};
pub use sessions::Connect;
pub use survey::Survey;
