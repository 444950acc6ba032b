//! The Catalyst command line: lines, modes, commands and `show` output over the world.
//!
//! [`feed`] takes what is typed, [`take_output`] gives what the terminal shows. Commands are
//! tables (`grammar`); what they change is the world's [`SwitchConfig`] and nothing else.
//!
//! [`SwitchConfig`]: super::world::switch::SwitchConfig

mod archive;
mod call;
mod command;
mod config_text;
mod configure;
mod exec;
mod files;
mod grammar;
mod help;
mod line;
mod mode;
mod pager;
mod ping;
mod question;
mod range;
mod secret;
mod session;
mod show;
mod terminal;
mod time;
mod translate;

pub use archive::Memory;
pub use archive::revert_due;
pub use config_text::{config_text, running_text};
pub use exec::reload_due;
pub use line::{Line, SessionId};
pub use session::{
    Session, check_login, closed, forget, hang_up, hear, network_sessions, open, silence,
    take_output, wake,
};
pub use terminal::feed;

#[cfg(test)]
mod tests;
