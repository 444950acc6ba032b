use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::switch::{ChassisId, InterfaceName};
use super::{Event, Flag, LogLine, Millis};
use crate::lab::ios;

/// What any use of the world leaves behind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Traces {
    /// The time.
    pub now: Millis,
    /// What will happen: when, in which order, what.
    pub events: BTreeSet<(Millis, u64, Event)>,
    /// How many events were ever scheduled.
    pub scheduled: u64,
    /// Counts changes of the state, so that derived facts can be kept.
    pub revision: u64,
    /// The switches' log buffers.
    pub logs: BTreeMap<ChassisId, Vec<LogLine>>,
    /// What every port is going through.
    #[serde(with = "super::traces::pairs")]
    pub ports: BTreeMap<(ChassisId, InterfaceName), PortTrace>,
    /// Frames that every port carried: in and out.
    #[serde(with = "super::traces::pairs")]
    pub counters: BTreeMap<(ChassisId, InterfaceName), (u64, u64)>,
    /// When each chassis came up.
    pub started: BTreeMap<ChassisId, Millis>,
    /// Terminal sessions.
    pub sessions: BTreeMap<ios::SessionId, ios::Session>,
    /// What sessions were ever opened.
    pub opened: u64,
    /// What the command lines of the switches remember: archive revisions, revert timers.
    pub command_lines: BTreeMap<ChassisId, ios::Memory>,
}

/// What a port is going through. It follows from state and time, so it is no state itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortTrace {
    /// It has a link.
    pub link: bool,
    /// Its part in a port-channel.
    pub flag: Flag,
    /// Since when.
    pub flag_since: Millis,
    /// Why it is suspended.
    pub suspended: Option<String>,
    /// From when on it forwards frames, if it has a link and is not suspended.
    pub forwards_from: Millis,
}

/// Maps with compound keys as lists of pairs: JSON objects have string keys only.
pub(crate) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter())
    }

    pub(crate) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}
