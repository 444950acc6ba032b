use crate::lab::ios::Line;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::time;

/// `show clock`.
pub(in crate::lab::ios) fn clock(call: &mut Call<'_>) -> Flow {
    let now = time::clock(call.world.now());
    call.say(format!("*{now}"));
    Flow::Done
}

/// `show history`.
pub(in crate::lab::ios) fn history(call: &mut Call<'_>) -> Flow {
    let lines = call
        .session()
        .map(|session| session.history.clone())
        .unwrap_or_default();
    for line in lines {
        call.say(format!("  {line}"));
    }
    Flow::Done
}

/// `show privilege`.
pub(in crate::lab::ios) fn privilege(call: &mut Call<'_>) -> Flow {
    let level = if call.mode() == Mode::User { 1 } else { 15 };
    call.say(format!("Current privilege level is {level}"));
    Flow::Done
}

/// `show users`.
pub(in crate::lab::ios) fn users(call: &mut Call<'_>) -> Flow {
    call.say("    Line       User       Host(s)              Idle       Location");
    let mut vty = 0;
    let own = call.id;
    let active = call
        .chassis()
        .map(|c| c.active_unit().to_owned())
        .unwrap_or_default();
    let rows: Vec<String> = call
        .world
        .traces
        .sessions
        .iter()
        .filter_map(|(id, session)| {
            let mark = if *id == own { '*' } else { ' ' };
            match &session.line {
                Line::Console(unit) if *unit == active => {
                    let user = session.user.clone().unwrap_or_default();
                    Some(format!(
                        "{mark}   0 con 0    {user:<10} idle                 00:00:00   "
                    ))
                }
                Line::Vty {
                    chassis,
                    user,
                    from,
                } if *chassis == call.owner => {
                    let row = format!(
                        "{mark}   {} vty {vty}    {user:<10} idle                 00:00:00 {from}",
                        vty + 1
                    );
                    vty += 1;
                    Some(row)
                }
                _ => None,
            }
        })
        .collect();
    for row in rows {
        call.say(row);
    }
    call.say("\n  Interface    User               Mode         Idle     Peer Address\n");
    Flow::Done
}
