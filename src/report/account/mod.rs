//! An account of a run: its journal, folded into what a report shows.
//!
//! Every report that is a document (Markdown, JUnit, HTML) is written from an [`Account`], and
//! an account is made of journal entries and, where they are at hand, of the runbooks as they
//! were run. It keeps a bounded part of every answer: the rest is in the journal's line that
//! it names.

mod act;
mod deviation;
mod excerpt;
mod fold;
mod fold_step;
mod moment;
mod run;
mod step;
mod texts;
mod timeline;
mod values;

use act::Wanted;
pub use act::{Act, Decision, Effect, Expected, Light, Look, SentRow, Settled, Shown, Tries};
pub use deviation::Deviation;
pub use excerpt::Excerpt;
pub use moment::{Moment, elapsed, elapsed_s};
pub use run::{Account, Chapter, Device, Standing};
pub use step::{Ruling, StepAccount};
pub use texts::Texts;
pub use timeline::{Stretch, Timeline};
