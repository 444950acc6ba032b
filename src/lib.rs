//! runsheet: literate runbooks with verifiable steps.

pub mod check;
pub mod cli;
pub mod engine;
pub mod event;
pub mod journal;
pub mod lab;
pub mod plan;
pub mod redact;
pub mod report;
pub mod runbook;
pub mod target;
pub mod text;
pub mod value;
pub mod wire;
