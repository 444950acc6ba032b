use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lab::world::{Millis, World};

/// What a toolstack remembers until it starts again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// When the host that it runs on came up.
    pub(super) since: Millis,
    /// Who has logged in, by reference.
    pub(super) sessions: BTreeMap<String, Session>,
    /// How many ever did.
    pub(super) opened: u64,
    /// What was last told of every object, as `class/reference`.
    pub(super) told: BTreeMap<String, Told>,
    /// Counts what was told.
    pub(super) generation: u64,
}

/// Somebody who has logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) uuid: String,
    pub(super) last_active: Millis,
    pub(super) originator: String,
}

/// What was told of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    /// The digest of its record; none if it is gone.
    pub(super) digest: Option<String>,
    /// The generation it appeared in.
    pub(super) made: u64,
    /// The generation of its last change.
    pub(super) changed: u64,
}

impl World {
    /// A host that was started again knows nobody any more.
    pub(in crate::lab) fn renew_toolstack(&mut self, server: &str) {
        let since = self.on_since(server).unwrap_or_default();
        let toolstacks = &mut self.traces.toolstacks;
        let memory = toolstacks.entry(server.to_owned()).or_default();
        if memory.since != since {
            *memory = Memory {
                since,
                opened: memory.opened,
                ..Memory::default()
            };
        }
    }
}
