//! Catalyst switches over their command line.
//!
//! There is no exit status: in configuration mode a line succeeded if it printed nothing, or
//! only what [`notices`] knows to be harmless; anything else fails closed.

mod apply;
mod conversation;
mod login;
mod notices;
mod open;
mod refusal;
mod script;
mod session;
mod snapshot;

pub(super) use login::Login;
pub(super) use open::open;
pub(super) use session::IosSession;
