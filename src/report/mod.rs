//! Renderers of events. They hear a live run and a replayed journal alike.

mod json;
mod line;
mod progress;
mod style;
mod words;

pub use json::JsonLines;
pub use line::LineReport;
pub use progress::ProgressReport;
pub use style::Palette;

use crate::event::Event;

/// Something that shows events.
pub trait Report {
    /// Shows one event.
    fn show(&mut self, event: &Event);
}
