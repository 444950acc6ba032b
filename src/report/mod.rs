//! Renderers of events. They hear a live run and a replayed journal alike.
//!
//! Those that show a run while it goes on are [`Report`]s. Those that make a document of it
//! write from an [`Account`]: [`html`], [`markdown`] and [`junit`].

pub mod account;
mod html;
mod json;
mod junit;
mod line;
mod markdown;
mod page;
mod progress;
mod style;
mod words;

pub use account::{Account, Texts};
pub use html::html;
pub use json::JsonLines;
pub use junit::junit;
pub use line::LineReport;
pub use markdown::markdown;
pub use progress::ProgressReport;
pub use style::Palette;

use crate::event::Event;

/// Something that shows events.
pub trait Report {
    /// Shows one event.
    fn show(&mut self, event: &Event);
}
