//! A secret in every form in which tools print it, at every place where it may be cut, and in
//! everything that the program writes.

mod another_value;
mod commands;
mod devices;
mod encodings;
mod failures;
mod given;
mod panics;
mod processes;
mod renewed;
mod sinks;
mod splits;

pub(crate) use sinks::{Leak, written};
