use std::path::Path;

use jiff::Zoned;
use serde::{Deserialize, Serialize};

/// What is known of a machine's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// How far its time of day is from UTC, as `+02:00`; times in a record are UTC's.
    pub utc_offset: String,
    /// Whether it follows others.
    pub synchronised: Synchronised,
}

/// Whether a clock follows others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Synchronised {
    /// The system's own service says so.
    Yes,
    /// Nobody who may be asked without privileges knows.
    Unknown,
}

/// Is there once the system's time service has heard from a server.
const HEARD: &str = "/run/systemd/timesync/synchronized";

impl Clock {
    /// This machine's.
    pub fn here() -> Self {
        Self {
            utc_offset: Zoned::now().strftime("%:z").to_string(),
            synchronised: match Path::new(HEARD).exists() {
                true => Synchronised::Yes,
                false => Synchronised::Unknown,
            },
        }
    }
}
