//! Targets, groups and where their secrets are: `inventory.yaml`.

mod parse;
mod parse_secret;
mod parse_target;
mod spec;

pub use parse::parse;
pub use spec::{DriverKind, Inventory, SecretRef, TargetSpec, Typed};
