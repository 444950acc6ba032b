use serde::{Deserialize, Serialize};

use super::call::{Call, Flow};
use super::session::Doing;
use super::{SessionId, config_text, files, read_config, time};
use crate::lab::world::switch::{ChassisId, SwitchConfig};
use crate::lab::world::{Event, Millis, World};

const MINUTE: Millis = 60_000;

/// What a switch's command line remembers: archive revisions and the revert timer. Revisions
/// come and go with use, so they are no part of the world's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    revisions: Vec<(String, SwitchConfig)>,
    archived: u32,
    timer: Option<Timer>,
    timers: u64,
    pub(super) changed: Option<(Millis, String)>,
    pub(super) saved: Option<(Millis, String)>,
}

/// A change that is taken back unless it is confirmed in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Timer {
    number: u64,
    user: String,
    minutes: u64,
    ends: Millis,
    file: String,
    before: SwitchConfig,
    session: SessionId,
}

fn memory<'w>(world: &'w mut World, owner: &ChassisId) -> &'w mut Memory {
    world.traces.command_lines.entry(owner.clone()).or_default()
}

/// Notes that somebody configured.
pub(super) fn touch(call: &mut Call<'_>) {
    let (at, owner, who) = (call.world.now(), call.owner.clone(), call.user());
    memory(call.world, &owner).changed = Some((at, who));
}

/// Notes that somebody saved; `archive` may keep a copy then.
pub(super) fn saved(call: &mut Call<'_>) {
    let (at, owner, who) = (call.world.now(), call.owner.clone(), call.user());
    memory(call.world, &owner).saved = Some((at, who));
    if call
        .running()
        .archive
        .is_some_and(|archive| archive.write_memory)
    {
        keep(call);
    }
}

/// Puts a copy of the running configuration into the archive, and names it.
fn keep(call: &mut Call<'_>) -> Option<String> {
    let running = call.running();
    let archive = running.archive.clone()?;
    let path = archive.path?;
    let limit = usize::from(archive.maximum.unwrap_or(10));
    let stamp = time::at(call.world.now())
        .strftime("%b-%e-%H-%M-%S.%3f")
        .to_string();
    let owner = call.owner.clone();
    let memory = memory(call.world, &owner);
    let file = format!("{path}-{}-{}", stamp.replace(' ', "-"), memory.archived);
    memory.archived += 1;
    memory.revisions.push((file.clone(), running));
    let surplus = memory.revisions.len().saturating_sub(limit);
    memory.revisions.drain(..surplus);
    Some(file)
}

pub(super) fn store(call: &mut Call<'_>) -> Flow {
    if keep(call).is_none() {
        call.say("%Archive feature not enabled. Please turn config archive on");
    }
    Flow::Done
}

/// `configure terminal revert timer N`.
pub(super) fn arm(call: &mut Call<'_>) -> Flow {
    let minutes: u64 = call.number(0);
    let owner = call.owner.clone();
    if call
        .running()
        .archive
        .and_then(|archive| archive.path)
        .is_none()
    {
        call.say("%Turn config archive on before using Rollback Confirmed Change");
        return Flow::Done;
    }
    if memory(call.world, &owner).timer.is_some() {
        call.say("%Error: Rollback Confirmed Change already pending");
        return Flow::Done;
    }
    let before = call.running();
    let Some(file) = keep(call) else {
        return Flow::Done;
    };
    call.say(format!(
        "Rollback Confirmed Change: Backing up current running config to {file}\n"
    ));
    let (session, user, ends) = (call.id, call.who(), call.world.now() + minutes * MINUTE);
    let memory = memory(call.world, &owner);
    memory.timers += 1;
    let number = memory.timers;
    memory.timer = Some(Timer {
        number,
        user,
        minutes,
        ends,
        file,
        before,
        session,
    });
    call.world.schedule(
        ends.saturating_sub(MINUTE),
        Event::Revert(owner.clone(), number),
    );
    call.world
        .schedule(ends, Event::Revert(owner.clone(), number));
    call.world.syslog(
        &owner,
        format!("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: Scheduled to rollback in {minutes} minutes"),
    );
    call.say("Enter configuration commands, one per line.  End with CNTL/Z.");
    call.enter(super::mode::Mode::Global)
}

/// The timer warns a minute before its end, and then takes the change back.
pub fn revert_due(world: &mut World, owner: &ChassisId, number: u64) {
    let now = world.now();
    let Some(timer) = memory(world, owner)
        .timer
        .clone()
        .filter(|t| t.number == number)
    else {
        return;
    };
    if now < timer.ends {
        let warning = "Rollback Confirmed Change: Rollback will begin in one minute.\n\
                       Enter \"configure confirm\" if you wish to keep what you've configured\n";
        if let Some(session) = world.traces.sessions.get_mut(&timer.session)
            && session.doing == Doing::Nothing
        {
            session.show(warning);
        }
        return;
    }
    memory(world, owner).timer = None;
    world.syslog(
        owner,
        format!(
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {}",
            timer.file
        ),
    );
    world.replace_config(owner, timer.before);
    world.syslog(owner, "%SYS-5-CONFIG_R: Config Replace is Done ");
}

pub(super) fn confirm(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    if memory(call.world, &owner).timer.take().is_none() {
        call.say("%No Rollback Confirmed Change pending");
        return Flow::Done;
    }
    call.world.syslog(
        &owner,
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: console: Confirm the configuration change",
    );
    Flow::Done
}

pub(super) fn revert_now(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    let Some(timer) = memory(call.world, &owner).timer.take() else {
        call.say("%No Rollback Confirmed Change pending");
        return Flow::Done;
    };
    call.say(format!(
        "Rollback Confirmed Change: rolling to:{}\n",
        timer.file
    ));
    call.world.replace_config(&owner, timer.before);
    call.say("Total number of passes: 1\nRollback Done\n");
    Flow::Done
}

pub(super) fn extend(call: &mut Call<'_>) -> Flow {
    let (minutes, owner): (u64, _) = (call.number(0), call.owner.clone());
    let ends = call.world.now() + minutes * MINUTE;
    let Some(timer) = memory(call.world, &owner).timer.as_mut() else {
        call.say("%No Rollback Confirmed Change pending");
        return Flow::Done;
    };
    timer.ends = ends;
    timer.minutes = minutes;
    let number = timer.number;
    call.world.schedule(ends, Event::Revert(owner, number));
    Flow::Done
}

pub(super) fn show_timer(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    match memory(call.world, &owner).timer.clone() {
        None => call.say("%No Rollback Confirmed Change pending"),
        Some(timer) => {
            let set = time::clock(timer.ends.saturating_sub(timer.minutes * MINUTE));
            call.say(format!(
                "Time configured(hh:mm:ss): {set}\nTimer type: absolute timer\nTimer value: {} min\nUser: {}",
                timer.minutes, timer.user
            ));
        }
    }
    Flow::Done
}

pub(super) fn show(call: &mut Call<'_>) -> Flow {
    let Some(archive) = call.running().archive.filter(|a| a.path.is_some()) else {
        call.say(" Archive feature not enabled");
        return Flow::Done;
    };
    let owner = call.owner.clone();
    let memory = memory(call.world, &owner).clone();
    let maximum = archive.maximum.unwrap_or(10);
    call.say(format!(
        "The maximum archive configurations allowed is {maximum}."
    ));
    let path = archive.path.unwrap_or_default();
    call.say(format!(
        "The next archive file will be named {path}-<timestamp>-{}",
        memory.archived
    ));
    call.say(" Archive #  Name");
    for slot in 1..=usize::from(maximum) {
        let name = memory.revisions.get(slot - 1).map_or("", |(name, _)| name);
        let mark = if slot == memory.revisions.len() {
            " <- Most Recent"
        } else {
            ""
        };
        call.say(format!("   {slot:<8} {name}{mark}"));
    }
    Flow::Done
}

/// `show archive config differences`: saved against running, or two files.
pub(super) fn differences(call: &mut Call<'_>) -> Flow {
    let text = |name: &str, call: &Call<'_>| match name {
        "system:running-config" => Some(config_text(&call.running())),
        "nvram:startup-config" => files::startup(call).map(|config| config_text(&config)),
        name => {
            let kept = call.world.traces.command_lines.get(&call.owner);
            let revision = kept.and_then(|m| m.revisions.iter().find(|(file, _)| file == name));
            revision.map(|(_, config)| config_text(config))
        }
    };
    let (a, b) = match &call.args[..] {
        [a, b] => (a.clone(), b.clone()),
        _ => (
            "nvram:startup-config".to_owned(),
            "system:running-config".to_owned(),
        ),
    };
    let before = text(&a, call).unwrap_or_default();
    let after = text(&b, call).unwrap_or_default();
    let mut lines = Vec::new();
    let diff = similar::TextDiff::from_lines(&before, &after);
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            similar::ChangeTag::Delete => '-',
            similar::ChangeTag::Insert => '+',
            similar::ChangeTag::Equal => continue,
        };
        lines.push(format!("{sign}{}", change.value().trim_end()));
    }
    call.say("!Contextual Config Diffs:");
    call.say(if lines.is_empty() {
        "!No changes were found".to_owned()
    } else {
        lines.join("\n")
    });
    Flow::Done
}

/// `configure replace`.
pub(super) fn replace(call: &mut Call<'_>, file: &str) -> Flow {
    let owner = call.owner.clone();
    let revision = memory(call.world, &owner)
        .revisions
        .iter()
        .find(|(name, _)| name == file)
        .cloned();
    let config = match (revision, file) {
        (Some((_, config)), _) => Some(config),
        (None, "nvram:startup-config") => files::startup(call),
        (None, file) => {
            let name = files::plain(file);
            let unit = call
                .chassis()
                .map(|c| c.active_unit().to_owned())
                .unwrap_or_default();
            let text = call
                .world
                .state
                .units
                .get(&unit)
                .and_then(|u| u.flash.get(&name).cloned());
            text.map(|text| read_config(&text, &call.running()))
        }
    };
    match config {
        Some(config) => {
            apply(call, config);
            call.say("Total number of passes: 1\nRollback Done\n");
        }
        None => call.say(format!("%Error opening {file} (No such file or directory)")),
    }
    Flow::Done
}

pub(super) fn apply(call: &mut Call<'_>, config: SwitchConfig) {
    let owner = call.owner.clone();
    call.world.replace_config(&owner, config);
}
