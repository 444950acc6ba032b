//! Protocols without policy, shared by the drivers and the lab.

mod clock;
mod dial;
pub mod http;
pub mod prompt;
mod sent;
pub mod ssh;
pub mod tls;
mod written;
pub mod xml;
pub mod xmlrpc;

pub use clock::{Clock, RealWork};
pub use dial::{Dial, Endpoint, Stream, TcpDial};
pub use sent::Sent;
