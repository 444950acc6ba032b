//! Commands outside configuration mode: a file for every subject.

mod clear;
mod configuration;
mod files;
mod ping;
mod reload;
mod show;
mod stack;
mod terminal;

use super::grammar::Table;

pub use reload::reload_due;
pub(super) use reload::{Reload, Scheduled, perform, proceed};
pub(super) use stack::{renumber, set_priority};

/// Commands for everybody.
pub(super) const USER: &[Table] = &[terminal::TERMINAL, ping::PING, show::SHOW];

/// Commands on the console of a member that does not lead.
pub(super) const STANDBY: &[Table] = &[terminal::TERMINAL, show::SHOW_STANDBY];

/// Commands for level 15.
pub(super) const PRIVILEGED: &[Table] = &[
    terminal::TERMINAL,
    ping::PING,
    show::SHOW,
    show::SHOW_PRIVILEGED,
    configuration::CONFIGURATION,
    files::FILES,
    stack::STACK,
    reload::RELOAD,
    clear::CLEAR,
];
