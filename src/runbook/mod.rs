//! The dialect: Markdown in, a [`Runbook`] out, every mistake as a diagnostic.
//!
//! [`parse`] never fails: it returns what could be understood and all that is wrong.

mod attribute_spec;
mod attribute_table;
mod attributes;
mod binds;
mod body;
mod document;
mod duration;
mod fence;
mod field;
mod front_matter;
mod front_matter_place;
mod html;
mod info_string;
mod lint;
mod load;
mod order;
mod parse;
mod read_attributes;
mod read_front_matter;
mod roles;
mod slug;
mod step;
mod torn;
mod variable;

pub use attribute_spec::{AttributeSpec, ValueKind};
pub use attribute_table::{ATTRIBUTES, attribute};
pub use attributes::{Attributes, OnUnknown, Spanned};
pub use body::Body;
pub use document::options as markdown_options;
pub use duration::duration;
pub use fence::{Expectation, ExpectationKind, Fence, Lang, Role};
pub use field::{FINGERPRINT, Field, FieldKind, is_fingerprint};
pub use front_matter::{FrontMatter, OnFailure, Risk};
pub use lint::{Known, KnownTarget, lint};
pub use load::{LoadError, MAX_BYTES, load};
pub use order::order;
pub use parse::{Parsed, parse};
use read_front_matter::read_front_matter;
pub use step::{Row, Runbook, Step, Table};
pub use variable::{VarSpec, VarType};

use crate::text::{Diagnostic, Span};

/// Puts findings, also those of several files, in the order in which they are shown: by file,
/// then by position.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    fn key(found: &Diagnostic) -> (&str, Span, &str, &str) {
        (
            found.source.path().as_str(),
            found.primary.span,
            found.code,
            &found.message,
        )
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
}
