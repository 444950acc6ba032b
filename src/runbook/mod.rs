//! The dialect: Markdown in, a [`Runbook`] out, every mistake as a diagnostic.
//!
//! [`parse`] never fails: it returns what could be understood and all that is wrong.

mod attribute_table;
mod attributes;
mod body;
mod document;
mod duration;
mod fence;
mod front_matter;
mod info_string;
mod lint;
mod load;
mod order;
mod parse;
mod read_attributes;
mod read_front_matter;
mod slug;
mod step;
mod variable;

pub use attribute_table::{ATTRIBUTES, AttributeSpec, ValueKind, attribute};
pub use attributes::{Attributes, OnUnknown, Spanned};
pub use body::Body;
pub use document::options as markdown_options;
pub use duration::duration;
pub use fence::{Expectation, ExpectationKind, Fence, Lang, Role};
pub use front_matter::{FrontMatter, OnFailure, Risk};
pub use lint::{Known, KnownTarget, lint};
pub use load::{LoadError, MAX_BYTES, load};
pub use order::order;
pub use parse::{Parsed, parse};
use read_front_matter::read_front_matter;
pub use step::{Runbook, Step};
pub use variable::{VarSpec, VarType};

/// By position, then by what they say.
fn sort(diagnostics: &mut [crate::text::Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &crate::text::Diagnostic| (d.primary.span, d.code);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}
