//! The one sink for secrets.
//!
//! Whatever is kept or shown goes through a [`Redactor`] first. It knows the run's secrets and
//! replaces each, in every form in which tools print it, by `«secret:NAME»`. [`scrub`] hides
//! secrets that a device holds and nobody told us. What has passed is [`Redacted`]. What can't pass
//! it, because the program broke, is not shown at all: [`quiet_panics`].

mod device;
mod forms;
mod marks;
mod panics;
mod redacted;
mod redactor;
mod search;
mod stream;
mod view;

pub use device::{held, scrub};
pub use forms::SHORTEST;
pub use marks::{HIDDEN, count_marks};
pub use panics::quiet_panics;
pub use redacted::Redacted;
pub use redactor::{Redactor, ShortSecret};
pub use stream::Stream;
