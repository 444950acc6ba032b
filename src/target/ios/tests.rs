//! The driver against the lab's switch, and against a switch that misbehaves.

mod lab;
mod scripted;
