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

pub(crate) use echo::Echo;
pub(crate) use error::PromptError;
pub(crate) use reader::{Event, PromptReader};
pub(crate) use shape::{Mode, Prompt};

#[cfg(test)]
mod tests;
