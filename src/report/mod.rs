//! Renderers of events. They hear a live run and a replayed journal alike.
//!
//! Those that show a run while it goes on are [`Report`]s. Those that make a document of it
//! write from an [`Account`]: [`html`], [`markdown`] and [`junit`]. A [`Recording`] is what crossed
//! the line to one target, for terminal players: [`cast_v3`], [`cast_v2`], and the [`player`] page.

pub mod account;
mod cast;
mod html;
mod json;
mod junit;
mod line;
mod markdown;
mod page;
mod player;
mod progress;
mod recording;
mod style;
mod trouble;
mod words;

pub use account::{Account, Texts};
pub use cast::{cast_v2, cast_v3};
pub use html::html;
pub use json::JsonLines;
pub use junit::junit;
pub use line::LineReport;
pub use markdown::markdown;
pub use player::player;
pub use progress::ProgressReport;
pub use recording::{Frame, FrameKind, Recording, Recordings};
pub use style::Palette;

use crate::event::Event;

/// Something that shows events.
pub trait Report {
    /// Shows one event.
    fn show(&mut self, event: &Event);
}
