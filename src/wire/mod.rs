//! Protocols without policy, shared by the drivers and the lab.

mod clock;
mod dial;
pub(crate) mod prompt;
pub mod ssh;

pub use clock::{Clock, RealWork};
pub use dial::{Dial, Endpoint, Stream, TcpDial};
