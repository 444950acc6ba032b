//! The dialect: Markdown in, a [`Runbook`] out, every mistake as a diagnostic.
//!
//! [`parse`] never fails: it returns what could be understood and all that is wrong.

mod attributes;
mod fence;
mod front_matter;
mod step;

pub use attributes::{Attributes, OnUnknown, Spanned};
pub use fence::{Body, Expectation, ExpectationKind, Fence, Lang, Role};
pub use front_matter::{FrontMatter, OnFailure, Risk, VarSpec, VarType};
pub use step::{Runbook, Step};
