//! Commands outside configuration mode: a file for every subject.

mod clear;
mod configuration;
mod files;
mod ping;
mod show;
mod stack;
mod terminal;

use super::grammar::Table;

pub(super) use stack::{reload_now, renumber, set_priority};

/// Commands for everybody.
pub(super) const USER: &[Table] = &[terminal::TERMINAL, ping::PING, show::SHOW];

/// Commands for level 15.
pub(super) const PRIVILEGED: &[Table] = &[
    terminal::TERMINAL,
    ping::PING,
    show::SHOW,
    show::SHOW_PRIVILEGED,
    configuration::CONFIGURATION,
    files::FILES,
    stack::STACK,
    clear::CLEAR,
];
