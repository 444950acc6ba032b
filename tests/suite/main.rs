//! The tests of what a user sees, in one binary.

mod bad_input;
mod cimc;
mod conditions;
mod contact;
mod damaged;
mod desk;
mod diagnostics;
mod disk;
mod failing;
mod groups;
mod hostile;
mod kernel;
mod killed;
mod lab_verbs;
mod local;
mod login;
mod manual;
mod names;
mod output;
mod parsing;
mod parts;
mod probe;
mod refusals;
mod report;
mod resume;
mod run;
mod secrets;
mod served;
mod silence;
mod thorough;
mod undo;
mod unknown;
#[path = "../record/verifiers.rs"]
mod verifiers;
mod volume;
