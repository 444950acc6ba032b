use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::call::Asked;
use crate::lab::world::xapi::Record;
use crate::lab::world::{Millis, World};

/// Tasks that are over are forgotten after so long.
const KEPT: Millis = 65 * 60 * 1000;

/// What a toolstack remembers until it starts again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// When the host that it runs on came up.
    pub(super) since: Millis,
    /// From when on it answers.
    pub(super) up_from: Millis,
    /// Who has logged in, by reference.
    pub(super) sessions: BTreeMap<String, Session>,
    /// How many ever did.
    pub(super) opened: u64,
    /// What was asked for as a task, by reference.
    pub(super) tasks: BTreeMap<String, Task>,
    /// How many tasks were ever begun.
    pub(super) begun: u64,
    /// How many objects were ever made by somebody.
    pub(super) made: u64,
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

/// A message that somebody does not wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Task {
    /// The object.
    pub(super) record: Record,
    /// What was asked for.
    pub(super) asked: Asked,
    /// When it was over.
    pub(super) finished: Option<Millis>,
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

impl Memory {
    /// What there is of it after a start.
    pub(super) fn anew(&self, since: Millis) -> Self {
        Self {
            since,
            opened: self.opened,
            begun: self.begun,
            made: self.made,
            ..Self::default()
        }
    }
}

impl World {
    /// A host that was started again knows nobody any more, and what is long over is forgotten.
    pub(in crate::lab) fn renew_toolstack(&mut self, server: &str) {
        let since = self.on_since(server).unwrap_or_default();
        let now = self.now();
        let toolstacks = &mut self.traces.toolstacks;
        let memory = toolstacks.entry(server.to_owned()).or_default();
        if memory.since != since {
            *memory = memory.anew(since);
        }
        let is_kept = |task: &Task| task.finished.is_none_or(|over| now < over + KEPT);
        memory.tasks.retain(|_, task| is_kept(task));
    }
}
