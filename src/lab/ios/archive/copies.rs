use super::memory::memory;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::{running_text, time};
use crate::lab::world::World;
use crate::lab::world::switch::ChassisId;

/// How many copies an archive keeps unless it says so itself.
const MAXIMUM: u8 = 10;

/// Puts a copy of the running configuration into the archive, and names it. The day of the month
/// is padded with a blank, and blanks become dashes: `archive-Jan--5-09-00-00.000-0`.
pub(super) fn keep(world: &mut World, owner: &ChassisId) -> Option<String> {
    let chassis = world.state.chassis.get(owner)?;
    let archive = chassis.running.archive.as_ref()?;
    let path = archive.path.clone()?;
    let limit = usize::from(archive.maximum.unwrap_or(MAXIMUM));
    let text = running_text(chassis);
    let stamp = time::at(world.now()).strftime("%b-%e-%H-%M-%S.%3f");
    let stamp = stamp.to_string().replace(' ', "-");
    let memory = memory(world, owner);
    let name = format!("{path}-{stamp}-{}", memory.archived);
    memory.archived += 1;
    memory.copies.push((name.clone(), text));
    let surplus = memory.copies.len().saturating_sub(limit);
    memory.copies.drain(..surplus);
    Some(name)
}

/// `archive config`.
pub(in crate::lab::ios) fn store(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    if keep(call.world, &owner).is_none() {
        call.say("%Archive feature not enabled. Please turn config archive on");
    }
    Flow::Done
}

/// `show archive`.
pub(in crate::lab::ios) fn show(call: &mut Call<'_>) -> Flow {
    let archive = call.running().archive.unwrap_or_default();
    let Some(path) = archive.path else {
        call.say(" Archive feature not enabled");
        return Flow::Done;
    };
    let owner = call.owner.clone();
    let memory = memory(call.world, &owner).clone();
    let maximum = archive.maximum.unwrap_or(MAXIMUM);
    let count = memory.copies.len();
    call.say(format!(
        "The maximum archive configurations allowed is {maximum}."
    ));
    if count > 0 {
        call.say(format!(
            "There are currently {count} archive configurations saved."
        ));
    }
    call.say(format!(
        "The next archive file will be named {path}-<timestamp>-{}",
        memory.archived
    ));
    call.say(" Archive #  Name");
    for slot in 1..=usize::from(maximum) {
        let name = memory.copies.get(slot - 1).map_or("", |(name, _)| name);
        let mark = if slot == count { " <- Most Recent" } else { "" };
        call.say(format!("   {slot:<8} {name}{mark}"));
    }
    Flow::Done
}
