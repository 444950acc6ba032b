//! A step's life, told as runbooks: what is sent to a device that keeps named values, and what
//! the run makes of its answers.

mod bench;
mod hands;
mod interrupted;
mod life;
mod names;
mod not_sent;
mod replaced;
mod resume;
mod undo;
mod undo_once;
mod unknown;
