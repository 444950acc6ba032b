use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// What a host's toolstack is in its pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolRole {
    /// It keeps the pool's database, and answers.
    #[default]
    Master,
    /// It does what the master at this address tells it.
    Member(Ipv4Addr),
}
