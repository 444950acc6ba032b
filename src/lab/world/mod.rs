//! The world: what is racked, cabled, configured and going on. Pure and deterministic.
//!
//! [`State`] is what equality and the readable difference compare; [`Traces`] are what any use
//! leaves behind: logs, the clock, counters, learned tables, sessions, what a port is going
//! through right now. Two worlds with the same state that are left alone come to do the same.

mod bond;
mod cable;
mod channel;
mod difference;
mod edit;
mod event;
mod eyes;
mod failover;
mod floor;
mod interface;
pub mod machine;
mod neighbour;
mod operation;
mod packet;
mod peer;
mod port_log;
mod power;
mod segment;
mod server;
mod settings;
mod settle;
mod spanning_tree;
mod stack;
mod stage;
mod state;
mod stations;
pub mod switch;
mod syslog;
mod system;
mod technician;
mod traces;
pub mod xapi;

pub use bond::{Bond, BondMode};
pub use cable::{Cable, Jack};
pub use channel::Suspension;
pub use difference::difference;
pub use event::Event;
pub use neighbour::Neighbour;
pub use operation::{Flag, PortStatus, StatusWord};
pub use packet::{DESK, Listener, Node, PingResult, TERMINAL_SERVER};
pub use peer::Inconsistency;
pub use segment::Passage;
pub use server::Server;
pub use settings::Settings;
pub use spanning_tree::{Listening, Tree, TreeRole};
pub use stack::Role;
pub use stage::Stage;
pub use state::{State, World};
pub use stations::{OFFICE_STATIONS, Station};
pub use syslog::LogLine;
pub use system::{Address, System, TaggedBridge};
pub(crate) use traces::pairs;
pub use traces::{PortTrace, Traces};

/// Virtual milliseconds since [`EPOCH`].
pub type Millis = u64;

/// The world's first moment.
pub const EPOCH: &str = "2026-01-05T09:00:00Z";
