//! Expectations: what an answer must satisfy. One file per kind.
//!
//! [`verify`] is the one entry. An `expect` is an excerpt of the output ([`Expect`]), an
//! `assert` a list of expressions ([`Assert`]). Neither knows of runbooks: texts go in, a
//! verdict, bound names and readable misses come out.

mod assert;
mod beside;
mod columns;
mod excerpt;
mod expect;
mod hole;
mod miss;
mod observation;
mod search;
mod taken;
mod verify;
mod xml;

pub use assert::{Assert, AssertMiss};
pub use excerpt::ExpectError;
pub use expect::{Bindings, Expect};
pub use hole::Type;
pub use miss::Miss;
pub use observation::Observation;
pub use verify::{Expectation, Kind, Verdict, verify};
