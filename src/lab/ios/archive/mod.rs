//! The configuration archive: kept copies, differences, replacing one configuration with another,
//! and changes that are taken back unless somebody confirms them.

mod copies;
mod differences;
mod memory;
mod replace;
mod timer;

pub(super) use copies::{show, store};
pub(super) use differences::{differences, incremental};
pub use memory::Memory;
pub(super) use memory::{saved, touch};
pub(super) use replace::{Replacement, replace, replace_asked};
pub use timer::revert_due;
pub(super) use timer::{arm, confirm, extend, revert_now, show_timer};
