use serde::{Deserialize, Serialize};

use crate::lab::world::switch::ChassisId;

/// Names a terminal session; never used twice in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId(pub u64);

/// The way in to a switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Line {
    /// The console port of a unit.
    Console(String),
    /// A virtual terminal, logged in.
    Vty {
        /// The switch.
        chassis: ChassisId,
        /// Who.
        user: String,
        /// From which address.
        from: String,
    },
}
