//! The simulated data centre: one world with physics, and devices that speak their real
//! protocols in front of it.
//!
//! - [`world`]: pure state and a discrete-event queue; no I/O, no wall clock.
//! - [`ios`]: the Catalyst CLI over the world: bytes typed in, bytes shown out.
//! - [`dom0`]: the shell of an installed host over the world: a line in, its output out.
//! - [`cimc`]: the servers' management controllers over the world: XML in, XML out.
//! - [`xapi`]: the toolstacks of installed hosts over the world: a call in, its answer out.
//! - [`Lab`]: a world in use. It follows a clock, is kept in files, and is reached from a desk
//!   through its own network ([`Lab::dialer`]): what the switches don't forward doesn't arrive.
//! - [`Served`]: the same lab for other programs, on loopback TCP, with a control socket.
//! - [`Fault`]: what goes wrong on demand.
//!
//! A device answers from the world's state, always.

pub mod cimc;
mod connection;
mod console_hold;
pub mod control;
mod dialer;
pub mod dom0;
mod error;
mod faults;
mod floor;
mod handle;
mod inventory;
pub mod ios;
mod keys;
mod pace;
mod place;
mod plaintext;
mod serve;
mod show;
mod ssh;
mod store;
#[cfg(test)]
mod tests;
mod tick;
mod visit;
pub mod world;
pub mod xapi;

pub use error::LabError;
pub use faults::{Blow, Bytes, Fault};
pub use handle::Lab;
pub use inventory::inventory;
pub use serve::Served;

/// The password of everything in the lab that has one. It is public and protects nothing.
pub const PASSWORD: &str = "Workshop-3650";
