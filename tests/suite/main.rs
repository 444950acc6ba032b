//! The tests of what a user sees, in one binary.

mod diagnostics;
mod parsing;
