use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::question::Question;
use crate::lab::ios::{Line, Session};

/// The session itself.
pub(super) const TERMINAL: Table = &[
    Command::new("enable", "Turn on privileged commands", enable),
    Command::new("disable", "Turn off privileged commands", |c| {
        c.enter(Mode::User)
    }),
    Command::new("exit", "Exit from the EXEC", |_| Flow::Close),
    Command::new("logout", "Exit from the EXEC", |_| Flow::Close),
    Command::new("quit", "Exit from the EXEC", |_| Flow::Close),
    Command::new(
        "terminal length <0-512>",
        "Number of lines on screen (0 for no pausing)",
        |c| {
            let n = c.number(0);
            session(c, |s| s.length = n)
        },
    ),
    Command::new(
        "terminal width <0-512>",
        "Number of characters on a screen line (0 for none)",
        |c| {
            let n = c.number(0);
            session(c, |s| s.width = n)
        },
    ),
    Command::new(
        "terminal monitor",
        "Copy debug output to the current terminal line",
        |c| session(c, |s| s.monitor = true),
    ),
    Command::new("terminal no monitor", "", |c| {
        session(c, |s| s.monitor = false)
    }),
];

fn session(call: &mut Call<'_>, change: impl FnOnce(&mut Session)) -> Flow {
    if let Some(session) = call.session() {
        change(session);
    }
    Flow::Done
}

fn enable(call: &mut Call<'_>) -> Flow {
    if call.mode() == Mode::Privileged {
        return Flow::Done;
    }
    let console = call
        .session()
        .is_some_and(|s| matches!(s.line, Line::Console(_)));
    match call.running().enable_secret {
        Some(_) => Flow::Ask(Question::Enable(0)),
        None if console => call.enter(Mode::Privileged),
        None => {
            call.say("% No password set");
            Flow::Done
        }
    }
}
