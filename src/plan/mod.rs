//! Runbooks, inventory and variables become a plan; pure.
//!
//! A [`Plan`] says what would be sent to whom, in order, with undo. Names that are bound only
//! while it runs stay as `{{ name }}` in what it shows.

mod build;
mod calls;
mod known;
mod lanes;
mod notes;
mod printed;
mod select;
mod show;
mod step;
mod variables;

pub use build::{build, sha256};
pub use known::known;
pub use printed::is_printed;
pub use select::select;
pub use show::{SECRETS, TARGETS, show};
pub use step::{
    Lane, On, Plan, PlannedExpectation, PlannedFence, PlannedRunbook, PlannedStep, Way,
};
pub use variables::{Missing, variables};
