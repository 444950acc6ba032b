//! The simulated data centre: one world with physics, and devices that speak their real
//! protocols in front of it.
//!
//! - [`world`]: pure state and a discrete-event queue; no I/O, no wall clock.
//! - [`ios`]: the Catalyst CLI over the world: bytes typed in, bytes shown out.
//!
//! A device answers from the world's state, always.

pub mod ios;
pub mod world;
