//! Variables, captures, templates and expressions.
//!
//! A [`Template`] is the text of a fence: only `{{ }}` is syntax in it. It renders, with the
//! names of a [`Scope`], to [`Rendered`], in which secrets are still references; values are
//! quoted for the language they land in ([`Quote`]). An [`Expression`] is what `when=` and
//! `assert` hold. Values that came from a device are inserted, never evaluated.

mod applied;
mod call;
mod compare;
mod compile;
mod entry;
mod environment;
mod error;
mod expression;
mod json;
mod lookup;
mod natural;
mod number;
mod place;
mod quote;
mod rendered;
mod scope;
mod shell;
mod strict;
mod syntax;
mod template;

pub use call::Call;
pub use entry::Entry;
pub use error::{TemplateError, Undefined};
pub use expression::{Evaluated, Expression};
pub use lookup::{Lack, Lookups, Wanted};
pub use quote::Quote;
pub use rendered::{Rendered, RevealError};
pub use scope::Scope;
pub use serde_json::Value;
pub use template::Template;
