//! Protocols without policy, shared by the drivers and the lab.

mod clock;
mod dial;
pub mod ssh;
pub mod terminal;

pub use clock::{Clock, RealWork};
pub use dial::{Dial, Endpoint, Stream, TcpDial};
