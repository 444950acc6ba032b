//! The tests of what a user sees, in one binary.

mod bad_input;
mod desk;
mod diagnostics;
mod groups;
mod local;
mod parsing;
mod run;
