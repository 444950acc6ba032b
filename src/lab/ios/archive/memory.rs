use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::copies;
use super::timer::Timer;
use crate::lab::ios::call::Call;
use crate::lab::ios::exec::Scheduled;
use crate::lab::world::switch::ChassisId;
use crate::lab::world::{Millis, World};

/// What a switch's command line remembers: archive copies and the revert timer. They come and
/// go with use, so they are no part of the world's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Names and texts, the oldest first.
    pub(super) copies: Vec<(String, String)>,
    /// How many copies were ever made.
    pub(super) archived: u32,
    pub(super) timer: Option<Timer>,
    /// How many timers were ever set.
    pub(super) timers: u64,
    /// A restart that is to come.
    pub(in crate::lab::ios) reload: Option<Scheduled>,
    /// When the MAC address table was cleared last.
    pub(in crate::lab::ios) stations_cleared: Option<Millis>,
    /// When the configuration was changed last, and by whom.
    pub(in crate::lab::ios) changed: Option<(Millis, String)>,
    /// When it was saved last, and by whom.
    pub(in crate::lab::ios) saved: Option<(Millis, String)>,
}

impl Memory {
    /// The archive's copies that are on the flash, by their plain names.
    pub(in crate::lab::ios) fn files(&self) -> BTreeMap<String, String> {
        let on_flash = |(name, text): &(String, String)| {
            let name = name.strip_prefix("flash:")?.trim_start_matches('/');
            Some((name.to_owned(), text.clone()))
        };
        self.copies.iter().filter_map(on_flash).collect()
    }

    /// Deletes a copy; whether there was one of that plain name.
    pub(in crate::lab::ios) fn delete(&mut self, plain: &str) -> bool {
        let before = self.copies.len();
        self.copies.retain(|(name, _)| {
            name.strip_prefix("flash:")
                .map(|name| name.trim_start_matches('/'))
                != Some(plain)
        });
        self.copies.len() < before
    }
}

pub(super) fn memory<'w>(world: &'w mut World, owner: &ChassisId) -> &'w mut Memory {
    world.traces.command_lines.entry(owner.clone()).or_default()
}

/// Notes that somebody configured.
pub(in crate::lab::ios) fn touch(call: &mut Call<'_>) {
    let (at, owner, who) = (call.world.now(), call.owner.clone(), call.user());
    memory(call.world, &owner).changed = Some((at, who));
}

/// Notes that somebody saved; `archive` may keep a copy then.
pub(in crate::lab::ios) fn saved(call: &mut Call<'_>) {
    let (at, owner, who) = (call.world.now(), call.owner.clone(), call.user());
    memory(call.world, &owner).saved = Some((at, who));
    let archive = call.running().archive;
    if archive.is_some_and(|archive| archive.write_memory) {
        copies::keep(call.world, &owner);
    }
}
