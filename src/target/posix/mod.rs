//! POSIX machines, this one and others: what `sh` and `file` fences do on them.
//!
//! A machine only has to start commands; the rest is the same for all.

mod capture;
mod command;
mod process;
mod session;
mod shared_shell;

pub(super) use command::as_line;
pub(super) use process::{Event, Exit, Lost, Machine, Process};
pub(super) use session::Posix;
