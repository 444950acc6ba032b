use serde::{Deserialize, Serialize};

use super::copies;
use super::memory::memory;
use super::replace::roll_to;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::session::Doing;
use crate::lab::ios::{SessionId, configure, time};
use crate::lab::world::switch::ChassisId;
use crate::lab::world::{Event, Millis, World};

const MINUTE: Millis = 60_000;

const NONE_PENDING: &str = "%No Rollback Confirmed Change pending";

/// A change that is taken back unless it is confirmed in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Timer {
    /// Tells its events from those of timers before it.
    number: u64,
    user: String,
    session: SessionId,
    set: Millis,
    /// `timer N`: when its time is up, whatever happens.
    minutes: Option<u64>,
    /// `idle N`: how long nobody may type.
    idle: Option<u64>,
    /// When somebody typed last, as far as it is known.
    typed: Millis,
    file: String,
    /// The configuration to go back to.
    text: String,
}

impl Timer {
    fn ends(&self) -> Millis {
        let absolute = self.minutes.map(|n| self.set + n * MINUTE);
        absolute
            .into_iter()
            .chain(self.idle_ends())
            .min()
            .unwrap_or(self.set)
    }

    fn idle_ends(&self) -> Option<Millis> {
        self.idle.map(|n| self.typed + n * MINUTE)
    }

    /// The user, as log lines name him.
    fn who(&self) -> String {
        format!("User: {}(Priv: 15, View: 0)", self.user)
    }
}

/// `configure terminal revert …`.
pub(in crate::lab::ios) fn arm(call: &mut Call<'_>, timer: Option<u64>, idle: Option<u64>) -> Flow {
    if !set(call, timer, idle) {
        return Flow::Done;
    }
    call.say("Enter configuration commands, one per line.  End with CNTL/Z.");
    call.enter(Mode::Global)
}

/// Sets a timer; whether it could be set.
pub(super) fn set(call: &mut Call<'_>, minutes: Option<u64>, idle: Option<u64>) -> bool {
    let owner = call.owner.clone();
    if memory(call.world, &owner).timer.is_some() {
        call.say("%Error: Rollback Confirmed Change already pending");
        return false;
    }
    let Some(file) = copies::keep(call.world, &owner) else {
        call.say("%Turn config archive on before using Rollback Confirmed Change");
        return false;
    };
    let backup = format!("Backing up current running config to {file}");
    call.say(format!("Rollback Confirmed Change: {backup}\n"));
    let (now, user, session) = (call.world.now(), call.user(), call.id);
    let memory = memory(call.world, &owner);
    let text = memory.copies.last().map(|(_, text)| text.clone());
    let timer = Timer {
        number: 0,
        user,
        session,
        set: now,
        minutes,
        idle,
        typed: now,
        file,
        text: text.unwrap_or_default(),
    };
    call.world.syslog(
        &owner,
        format!("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: {backup}"),
    );
    start(call.world, &owner, timer);
    true
}

/// Starts a timer, or starts it anew; what was scheduled for it before counts no more.
fn start(world: &mut World, owner: &ChassisId, mut timer: Timer) {
    let (who, file) = (timer.who(), timer.file.clone());
    for (name, minutes, how) in [
        ("ABSTIMER", timer.minutes, "in"),
        ("IDLETIMER", timer.idle, "if session idle for"),
    ] {
        let Some(minutes) = minutes else { continue };
        world.syslog(
            owner,
            format!(
                "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_{name}: {who}: \
                 Scheduled to rollback to config {file} {how} {minutes} minutes"
            ),
        );
    }
    let memory = memory(world, owner);
    memory.timers += 1;
    timer.number = memory.timers;
    let (number, warns) = (timer.number, timer.ends().saturating_sub(MINUTE));
    memory.timer = Some(timer);
    world.schedule(warns, Event::Revert(owner.clone(), number));
}

/// The timer warns a minute before its end, and then takes the change back.
pub fn revert_due(world: &mut World, owner: &ChassisId, number: u64) {
    let now = world.now();
    let timer = memory(world, owner).timer.clone();
    let Some(mut timer) = timer.filter(|timer| timer.number == number) else {
        return;
    };
    if let Some(session) = world.traces.sessions.get(&timer.session) {
        timer.typed = timer.typed.max(session.typed);
        memory(world, owner).timer = Some(timer.clone());
    }
    let ends = timer.ends();
    let event = Event::Revert(owner.clone(), number);
    if now >= ends {
        memory(world, owner).timer = None;
        let dialogue = roll_back(world, owner, &timer);
        write(world, timer.session, &dialogue);
    } else if now + MINUTE < ends {
        world.schedule(ends - MINUTE, event);
    } else {
        world.schedule(ends, event);
        warn(world, owner, &timer);
    }
}

fn warn(world: &mut World, owner: &ChassisId, timer: &Timer) {
    write(
        world,
        timer.session,
        "Rollback Confirmed Change: Rollback will begin in one minute.\n\
         Enter \"configure confirm\" if you wish to keep what you've configured\n",
    );
    let file = &timer.file;
    let name = if timer.idle_ends() == Some(timer.ends()) {
        "IDLETIMER"
    } else {
        "ABSTIMER"
    };
    world.syslog(
        owner,
        format!(
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_{name}: System will rollback to config \
             {file} in one minute. Enter \"configure confirm\" if you wish to keep what you've \
             configured"
        ),
    );
}

/// Takes the change back; what the terminal shows of it.
fn roll_back(world: &mut World, owner: &ChassisId, timer: &Timer) -> String {
    let file = &timer.file;
    world.syslog(
        owner,
        format!("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {file}"),
    );
    let reading = configure::read(world, owner, &timer.text);
    let done = roll_to(world, owner, reading, &timer.text);
    format!(
        "Rollback Confirmed Change: rolling to:{file}\n\n{}",
        done.in_full()
    )
}

/// Writes to a terminal, whatever it is doing and whether it monitors or not.
fn write(world: &mut World, session: SessionId, text: &str) {
    if let Some(session) = world.traces.sessions.get_mut(&session)
        && session.doing != Doing::Idle
    {
        session.show(text);
    }
}

/// The pending timer, if there is one and the one who asks has set it.
fn own_timer(call: &mut Call<'_>) -> Option<Timer> {
    let owner = call.owner.clone();
    let Some(timer) = memory(call.world, &owner).timer.clone() else {
        call.say(NONE_PENDING);
        return None;
    };
    if timer.user != call.user() {
        call.say(format!(
            "%Rollback Confirmed Change was initiated by user {}",
            timer.user
        ));
        return None;
    }
    Some(timer)
}

/// `configure confirm`.
pub(in crate::lab::ios) fn confirm(call: &mut Call<'_>) -> Flow {
    let Some(timer) = own_timer(call) else {
        return Flow::Done;
    };
    let owner = call.owner.clone();
    memory(call.world, &owner).timer = None;
    let who = timer.who();
    call.world.syslog(
        &owner,
        format!(
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: {who}: Confirm the configuration change"
        ),
    );
    Flow::Done
}

/// `configure revert now`.
pub(in crate::lab::ios) fn revert_now(call: &mut Call<'_>) -> Flow {
    let Some(timer) = own_timer(call) else {
        return Flow::Done;
    };
    let owner = call.owner.clone();
    memory(call.world, &owner).timer = None;
    let dialogue = roll_back(call.world, &owner, &timer);
    call.say(dialogue);
    Flow::Done
}

/// `configure revert timer …`: from now on.
pub(in crate::lab::ios) fn extend(
    call: &mut Call<'_>,
    minutes: Option<u64>,
    idle: Option<u64>,
) -> Flow {
    let Some(mut timer) = own_timer(call) else {
        return Flow::Done;
    };
    let now = call.world.now();
    (timer.set, timer.typed) = (now, now);
    (timer.minutes, timer.idle) = (minutes, idle);
    let owner = call.owner.clone();
    start(call.world, &owner, timer);
    Flow::Done
}

/// `show archive config rollback timer`.
pub(in crate::lab::ios) fn show_timer(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    let Some(timer) = memory(call.world, &owner).timer.clone() else {
        call.say(NONE_PENDING);
        return Flow::Done;
    };
    let set = time::clock(timer.set);
    let kinds = [
        ("absolute timer", timer.minutes),
        ("idle timer", timer.idle),
    ];
    for (kind, minutes) in kinds {
        let Some(minutes) = minutes else { continue };
        call.say(format!(
            "Time configured(hh:mm:ss): {set}\nTimer type: {kind}\nTimer value: {minutes} min\n\
             User: {}\n",
            timer.user
        ));
    }
    Flow::Done
}
