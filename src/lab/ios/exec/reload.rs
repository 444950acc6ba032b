use serde::{Deserialize, Serialize};

use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Refusal, Table};
use crate::lab::ios::question::Question;
use crate::lab::ios::session::Doing;
use crate::lab::ios::{Line, time};
use crate::lab::world::switch::ChassisId;
use crate::lab::world::{Event, Millis, World};

const MINUTE: Millis = 60_000;
/// How many minutes before a restart every terminal is warned.
const WARNINGS: [u64; 4] = [60, 30, 5, 1];

/// Restarting, now or later.
pub(super) const RELOAD: Table = &[
    Command::new("reload", "Halt and perform a cold restart", |c| {
        asked(c, Reload::All)
    }),
    Command::new("reload slot <1-9>", "Slot reload", |c| {
        let member = c.number(0);
        asked(c, Reload::Member(member))
    }),
    Command::new(
        "reload in WORD",
        "Delay before reload (mmm or hhh:mm)",
        delayed,
    ),
    Command::new("reload in WORD LINE", "Reason for reload", delayed),
    Command::new("reload cancel", "Cancel pending reload", cancel),
    Command::new("show reload", "Scheduled reload information", show),
];

/// What is to be restarted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lab::ios) enum Reload {
    /// The whole switch.
    All,
    /// One member.
    Member(u8),
    /// The whole switch in so many minutes.
    Later { minutes: u64, reason: String },
}

/// A restart that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lab::ios) struct Scheduled {
    number: u64,
    at: Millis,
    reason: String,
}

fn asked(call: &mut Call<'_>, reload: Reload) -> Flow {
    if let Reload::Member(number) = reload
        && call
            .chassis()
            .is_none_or(|c| !c.members.contains_key(&number))
    {
        call.say(format!("% Switch {number} is not present in the stack"));
        return Flow::Done;
    }
    let active = call.chassis().map(|c| c.active_unit().to_owned());
    let unit = active.and_then(|label| call.world.state.units.get(&label));
    let saved = unit.and_then(|unit| unit.startup.as_ref());
    if saved == Some(&call.running()) || matches!(reload, Reload::Member(_)) {
        proceed(call, reload)
    } else {
        Flow::Ask(Question::SaveFirst(reload))
    }
}

fn delayed(call: &mut Call<'_>) -> Flow {
    let (delay, reason) = (call.text(0), call.text(1));
    let minutes = match delay.split_once(':') {
        Some((hours, minutes)) => hours.parse().ok().zip(minutes.parse().ok()),
        None => delay.parse().ok().map(|minutes| (0, minutes)),
    };
    let minutes = minutes.map(|(hours, minutes): (u64, u64)| hours.saturating_mul(60) + minutes);
    match minutes.filter(|n| (1..=34_560).contains(n)) {
        Some(minutes) => {
            let reason = if reason.is_empty() {
                "Reload Command".to_owned()
            } else {
                reason
            };
            asked(call, Reload::Later { minutes, reason })
        }
        None => {
            let at = call.line.find(&delay).unwrap_or_default();
            call.refuse(&Refusal::Invalid(at))
        }
    }
}

/// The last question, once saving is settled.
pub(in crate::lab::ios) fn proceed(call: &mut Call<'_>, reload: Reload) -> Flow {
    if let Reload::Later { minutes, reason } = &reload {
        let at = time::clock_second(call.world.now() + minutes * MINUTE);
        let who = call.who();
        let by = who.strip_prefix("console by ").unwrap_or(&who);
        let s = if *minutes == 1 { "" } else { "s" };
        call.say(format!(
            "Reload scheduled for {at} (in {minutes} minute{s}) by {by}\nReload reason: {reason}"
        ));
    }
    Flow::Ask(Question::Reload(reload))
}

/// Nobody objected.
pub(in crate::lab::ios) fn perform(call: &mut Call<'_>, reload: Reload) -> Flow {
    let owner = call.owner.clone();
    match reload {
        Reload::All => restart(call.world, &owner),
        Reload::Member(number) => {
            let unit = call.chassis().and_then(|c| c.members.get(&number).cloned());
            if let Some(unit) = unit {
                call.world.restart(&unit);
            }
        }
        Reload::Later { minutes, reason } => {
            let (now, user) = (call.world.now(), call.user());
            let at = now + minutes * MINUTE;
            call.world.traces.scheduled += 1;
            let number = call.world.traces.scheduled;
            let memory = call.world.traces.command_lines.entry(owner.clone());
            memory.or_default().reload = Some(Scheduled {
                number,
                at,
                reason: reason.clone(),
            });
            let (then, now) = (time::clock_second(at), time::clock_second(now));
            call.world.syslog(
                &owner,
                format!(
                    "%SYS-5-SCHEDULED_RELOAD: Reload requested for {then} at {now} by {user}. \
                     Reload Reason: {reason}."
                ),
            );
            for before in WARNINGS.into_iter().filter(|before| *before < minutes) {
                call.world
                    .schedule(at - before * MINUTE, Event::Reload(owner.clone(), number));
            }
            call.world
                .schedule(at, Event::Reload(owner.clone(), number));
            call.out.push_str(&banner(&remaining(minutes)));
        }
    }
    Flow::Done
}

/// A scheduled restart warns, and then happens.
pub fn reload_due(world: &mut World, owner: &ChassisId, number: u64) {
    let memory = world.traces.command_lines.get(owner);
    let scheduled = memory.and_then(|memory| memory.reload.clone());
    let Some(scheduled) = scheduled.filter(|scheduled| scheduled.number == number) else {
        return;
    };
    match scheduled.at.saturating_sub(world.now()) / MINUTE {
        0 => restart(world, owner),
        minutes => everywhere(world, owner, &banner(&remaining(minutes))),
    }
}

fn restart(world: &mut World, owner: &ChassisId) {
    let chassis = world.state.chassis.get(owner);
    let members: Vec<String> = chassis
        .map(|c| c.members.values().cloned().collect())
        .unwrap_or_default();
    // All members restart together.
    for member in members {
        world.restart(&member);
    }
}

fn cancel(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    let memory = call.world.traces.command_lines.get_mut(&owner);
    if memory.and_then(|memory| memory.reload.take()).is_none() {
        call.say("%No reload is scheduled.");
        return Flow::Done;
    }
    let now = time::clock_second(call.world.now());
    call.world.syslog(
        &owner,
        format!("%SYS-5-SCHEDULED_RELOAD_CANCELLED:  Scheduled reload cancelled at {now}"),
    );
    everywhere(call.world, &owner, &banner("ABORTED"));
    Flow::Done
}

fn show(call: &mut Call<'_>) -> Flow {
    let memory = call.world.traces.command_lines.get(&call.owner);
    let scheduled = memory.and_then(|memory| memory.reload.clone());
    match scheduled {
        None => call.say("No reload is scheduled."),
        Some(Scheduled { at, reason, .. }) => {
            let minutes = at.saturating_sub(call.world.now()).div_ceil(MINUTE);
            let s = if minutes == 1 { "" } else { "s" };
            call.say(format!(
                "Reload scheduled for {} (in {minutes} minute{s})\nReload reason: {reason}",
                time::clock_second(at)
            ));
        }
    }
    Flow::Done
}

fn remaining(minutes: u64) -> String {
    format!("in {}:{:02}:00", minutes / 60, minutes % 60)
}

fn banner(what: &str) -> String {
    format!("\n\n\n***\n*** --- SHUTDOWN {what} ---\n***\n")
}

/// Writes to every terminal of a switch, whatever it is doing.
fn everywhere(world: &mut World, owner: &ChassisId, text: &str) {
    let active = world
        .state
        .chassis
        .get(owner)
        .map(|c| c.active_unit().to_owned());
    for session in world.traces.sessions.values_mut() {
        let own = match &session.line {
            Line::Console(unit) => Some(unit) == active.as_ref(),
            Line::Vty { chassis, .. } => chassis == owner,
        };
        if own && session.doing != Doing::Idle {
            session.show(text);
        }
    }
}
