//! The driver against a switch that misbehaves.

mod scripted;
