//! The tests of what a user sees, in one binary.

mod bad_input;
mod desk;
mod diagnostics;
mod disk;
mod groups;
mod local;
mod login;
mod output;
mod parsing;
mod report;
mod run;
mod served;
mod silence;
