//! The tests of what a user sees, in one binary.

mod bad_input;
mod cimc;
mod conditions;
mod contact;
mod damaged;
mod desk;
mod diagnostics;
mod disk;
mod groups;
mod lab_verbs;
mod local;
mod login;
mod names;
mod output;
mod parsing;
mod parts;
mod report;
mod resume;
mod run;
mod served;
mod silence;
mod undo;
mod unknown;
