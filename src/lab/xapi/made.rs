use crate::lab::world::World;
use crate::lab::world::xapi::{Record, opaque_ref, uuid};

use super::hosts::system_mut;

/// Puts an object that somebody makes into a master's database; returns its reference. No two
/// are called the same, even if one of them is gone.
pub(super) fn make(world: &mut World, master: &str, class: &str, mut record: Record) -> String {
    let seed = world.state.seed;
    let memory = world
        .traces
        .toolstacks
        .entry(master.to_owned())
        .or_default();
    memory.made += 1;
    let of = format!("{master} made {}", memory.made);
    record.insert("uuid".to_owned(), uuid(seed, &of).into());
    let reference = opaque_ref(seed, &of);
    if let Some(system) = system_mut(world, master) {
        system.xapi.insert(class, reference.clone(), record);
    }
    reference
}
