//! Spans, sources, diagnostics and wording: the leaf that every other module may use.

mod diagnostic;
mod escape;
mod fields;
mod needed;
mod placeholders;
mod probe;
mod quoting;
mod render;
mod source;
mod span;
mod transfer;
mod unambiguous;
mod visible;
pub mod wording;
mod xapi_call;
pub mod yaml;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use escape::escape;
pub(crate) use escape::{is_hostile, turns_text};
pub use fields::Fields;
pub use needed::Needed;
pub use placeholders::{Placeholder, filled, placeholders};
pub use probe::Probe;
pub use render::{ColorChoice, render};
pub use source::{Position, Source};
pub use span::Span;
pub use transfer::{Pair, Transfer, TransferError, is_sha256};
pub(crate) use unambiguous::is_unambiguous;
pub use xapi_call::{XapiCall, XapiCallError};
