use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::World;

/// A place a cable can be plugged into: `sw1:13`, `sw1:stack1`, `xen1:nic2`, `office:1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Jack {
    /// The device.
    pub device: String,
    /// The port as its label says.
    pub port: String,
}

/// A cable between two jacks, the smaller one first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cable(pub Jack, pub Jack);

impl Jack {
    /// The jack `port` of `device`.
    pub fn new(device: &str, port: &str) -> Self {
        Self {
            device: device.to_owned(),
            port: port.to_owned(),
        }
    }

    /// Whether it is one of the two stack ports of a switch.
    pub fn is_stack(&self) -> bool {
        self.port.starts_with("stack")
    }
}

impl Cable {
    /// A cable; its ends have no order.
    pub fn new(a: Jack, b: Jack) -> Self {
        if a <= b { Self(a, b) } else { Self(b, a) }
    }

    /// Whether one of its ends is in a port of this name.
    pub fn has(&self, port: &str) -> bool {
        self.0.port == port || self.1.port == port
    }

    /// Each of its ends, with the other one.
    pub(super) fn both_ways(&self) -> [(&Jack, &Jack); 2] {
        [(&self.0, &self.1), (&self.1, &self.0)]
    }

    /// The end that is not `jack`.
    pub fn other(&self, jack: &Jack) -> Option<&Jack> {
        match (&self.0, &self.1) {
            (a, b) if a == jack => Some(b),
            (a, b) if b == jack => Some(a),
            _ => None,
        }
    }
}

impl fmt::Display for Jack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.device, self.port)
    }
}

impl FromStr for Jack {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((device, port)) if !device.is_empty() && !port.is_empty() => {
                Ok(Self::new(device, port))
            }
            _ => Err(format!("`{text}` is no jack; write it as device:port")),
        }
    }
}

impl World {
    /// What a jack is cabled to.
    pub fn opposite(&self, jack: &Jack) -> Option<&Jack> {
        self.state.cables.iter().find_map(|cable| cable.other(jack))
    }

    /// Whether a device has such a jack.
    pub fn has_jack(&self, jack: &Jack) -> bool {
        if self.state.units.contains_key(&jack.device) {
            let number: Option<u8> = jack.port.parse().ok();
            return number.is_some_and(|n| (1..=24).contains(&n))
                || matches!(jack.port.as_str(), "stack1" | "stack2");
        }
        match self.state.servers.get(&jack.device) {
            Some(server) => server.nics.contains_key(&jack.port) || jack.port == "cimc",
            None => {
                let number: Option<u8> = jack.port.parse().ok();
                jack.device == "office" && number.is_some_and(|n| (1..=8).contains(&n))
            }
        }
    }
}
