use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::World;

/// What a lab begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Servers as they come out of their boxes: no cords, no addresses, nothing on their disks.
    #[default]
    Unpacked,
    /// Servers that XenServer is installed on.
    Installed,
}

impl Stage {
    /// All of them, as they are written.
    pub const NAMES: [(&str, Self); 2] =
        [("unpacked", Self::Unpacked), ("installed", Self::Installed)];
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, stage)| *stage).ok_or_else(|| {
            format!("there is no stage `{text}`; a lab begins `unpacked` or `installed`")
        })
    }
}

impl World {
    /// The floor at a stage.
    pub fn new(stage: Stage, seed: u64) -> Self {
        match stage {
            Stage::Unpacked => Self::unpacked(seed),
            Stage::Installed => Self::installed(seed),
        }
    }
}
