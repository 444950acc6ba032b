use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::switch::{ChassisId, InterfaceName};
use super::{Event, Flag, Inconsistency, LogLine, Millis, Suspension};
use crate::lab::{cimc, ios, xapi};

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
    /// Stations that have an address of a switch: the switch, the VLAN, their MAC address.
    #[serde(default)]
    pub duplicates: BTreeSet<(ChassisId, u16, String)>,
    /// Since when each management controller that was started anew runs.
    #[serde(default)]
    pub controllers_since: BTreeMap<String, Millis>,
    /// What the servers' management controllers remember until they restart.
    #[serde(default)]
    pub controllers: BTreeMap<String, cimc::Memory>,
    /// When each management controller that was started anew goes down and comes up.
    #[serde(default)]
    pub controllers_start: BTreeMap<String, (Millis, Millis)>,
    /// What the hosts' toolstacks remember until they start again.
    #[serde(default)]
    pub toolstacks: BTreeMap<String, xapi::Memory>,
    /// How often an installation was begun on each server, which can't be told from what it leaves.
    #[serde(default)]
    pub installations: BTreeMap<String, u64>,
    /// Since when each server's host has power.
    #[serde(default)]
    pub hosts: BTreeMap<String, Millis>,
    /// When each chassis came up.
    pub started: BTreeMap<ChassisId, Millis>,
    /// Terminal sessions.
    pub sessions: BTreeMap<ios::SessionId, ios::Session>,
    /// What sessions were ever opened.
    pub opened: u64,
    /// What the command lines of the switches remember: archive revisions, revert timers.
    pub command_lines: BTreeMap<ChassisId, ios::Memory>,
}

impl Traces {
    /// A switch has a new name: what it left behind goes with it.
    pub(super) fn rename(&mut self, from: &ChassisId, to: &ChassisId) {
        name(&mut self.logs, from, to);
        name(&mut self.started, from, to);
        name(&mut self.command_lines, from, to);
        name_ports(&mut self.ports, |id, _| (id == from).then_some(to));
        name_ports(&mut self.counters, |id, _| (id == from).then_some(to));
        let events = std::mem::take(&mut self.events).into_iter();
        self.events = events
            .map(|(at, number, event)| (at, number, event.renamed(from, to)))
            .collect();
    }

    /// A member goes on as a switch of its own: it takes along what its ports are going
    /// through, and what was about to happen to the one happens to both.
    pub(super) fn part(&mut self, from: &ChassisId, member: u8, to: &ChassisId) {
        let own = |port: &InterfaceName| matches!(port, InterfaceName::Gigabit(n, _) | InterfaceName::Uplink(n, _) if *n == member);
        name_ports(&mut self.ports, |id, port| {
            (id == from && own(port)).then_some(to)
        });
        name_ports(&mut self.counters, |id, port| {
            (id == from && own(port)).then_some(to)
        });
        if let Some(started) = self.started.get(from).copied() {
            self.started.insert(to.clone(), started);
        }
        if let Some(memory) = self.command_lines.get(from).cloned() {
            self.command_lines.insert(to.clone(), memory);
        }
        let both = self
            .events
            .iter()
            .filter(|(_, _, e)| e.switch() == Some(from));
        let both: Vec<_> = both
            .map(|(at, number, event)| (*at, *number, event.clone().renamed(from, to)))
            .collect();
        self.events.extend(both);
    }

    /// A switch is gone.
    pub(super) fn forget(&mut self, id: &ChassisId) {
        self.logs.remove(id);
        self.started.remove(id);
        self.command_lines.remove(id);
        self.ports.retain(|(owner, _), _| owner != id);
        self.counters.retain(|(owner, _), _| owner != id);
        self.duplicates.retain(|(owner, ..)| owner != id);
        self.events
            .retain(|(_, _, event)| event.switch() != Some(id));
    }
}

/// What a map holds for one switch belongs to another from now on.
fn name<V>(map: &mut BTreeMap<ChassisId, V>, from: &ChassisId, to: &ChassisId) {
    if let Some(value) = map.remove(from) {
        map.insert(to.clone(), value);
    }
}

/// Gives ports to the switch that `owner` says, if it says one.
fn name_ports<'o, V>(
    map: &mut BTreeMap<(ChassisId, InterfaceName), V>,
    owner: impl Fn(&ChassisId, &InterfaceName) -> Option<&'o ChassisId>,
) {
    let renamed = |((id, port), value)| {
        let id = owner(&id, &port).cloned().unwrap_or(id);
        ((id, port), value)
    };
    *map = std::mem::take(map).into_iter().map(renamed).collect();
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
    pub suspended: Option<Suspension>,
    /// It works as a trunk.
    #[serde(default)]
    pub trunk: bool,
    /// From when on it forwards frames of the VLANs that it carries.
    #[serde(default)]
    pub forwards: BTreeMap<u16, Millis>,
    /// What it and the switch port at the other end don't agree on.
    #[serde(default)]
    pub inconsistency: Option<Inconsistency>,
    /// A native VLAN that a neighbour tells and that is not its own.
    #[serde(default)]
    pub native_heard: Option<u16>,
}

impl PortTrace {
    /// A port that nothing was ever plugged into.
    pub(super) const NOTHING: Self = Self {
        link: false,
        flag: Flag::None,
        flag_since: 0,
        suspended: None,
        trunk: false,
        forwards: BTreeMap::new(),
        inconsistency: None,
        native_heard: None,
    };

    /// It has a link, and its port-channel lets it take part: its line protocol is up.
    pub(super) fn carries(&self) -> bool {
        let aside = matches!(self.flag, Flag::Suspended | Flag::Waiting | Flag::Down);
        self.link && !aside
    }
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
