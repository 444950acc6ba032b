//! A secret in every form in which tools print it, at every place where it may be cut, and in
//! everything that the program writes.

mod encodings;
mod sinks;
mod splits;

pub(crate) use sinks::{Leak, written};
