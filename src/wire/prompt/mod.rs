//! Reads a device's command line: what stands between an echo and the next prompt.
//!
//! No policy: it knows prompts, questions, pages and log lines by their shape, and nothing of
//! what a command means.

mod echo;
mod error;
mod noise;
mod question;
mod reader;
mod screen;
mod shape;

pub use echo::Echo;
pub use error::PromptError;
pub use reader::{Event, PromptReader};
pub use shape::{Mode, Prompt};

#[cfg(test)]
mod tests;
