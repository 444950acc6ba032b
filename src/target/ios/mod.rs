//! Catalyst switches, over their command line: a shell over SSH, or a console line.

mod dialogue;
mod effect;
mod first_contact;
mod identity;
mod login;
mod notice;
mod open;
mod refusal;
mod script;
mod session;
mod snapshot;
mod timer;

pub(crate) use login::{Login, Way};
pub(crate) use open::open;
pub(crate) use session::IosSession;

#[cfg(test)]
mod tests;
