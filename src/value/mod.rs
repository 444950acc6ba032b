//! Variables, captures and templates.

mod scope;

pub use scope::Scope;
pub use serde_json::Value;
