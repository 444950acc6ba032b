use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::pager::Pager;
use super::ping::Ping;
use super::question::Question;
use super::{Line, SessionId, secret, terminal, time};
use crate::lab::world::switch::{ChassisId, SwitchConfig};
use crate::lab::world::{LogLine, Millis, World};

/// A terminal session: what is typed, what is shown, and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    pub(super) line: Line,
    pub(super) mode: Mode,
    /// Typed and not yet ended by a return.
    pub(super) input: Vec<u8>,
    /// Typed while a command was at work; it counts once that is done.
    pub(super) ahead: Vec<u8>,
    /// The next byte is taken as it is (Ctrl-V).
    pub(super) quoted: bool,
    /// The last byte was a CR, so a LF after it ends no further line.
    pub(super) after_cr: bool,
    /// Shown and not yet fetched.
    #[serde(with = "bytes")]
    pub(super) output: Vec<u8>,
    pub(super) doing: Doing,
    /// A command is being carried out.
    pub(super) runs: bool,
    /// When somebody typed last.
    pub(super) typed: Millis,
    pub(super) history: Vec<String>,
    pub(super) length: usize,
    pub(super) width: usize,
    pub(super) monitor: bool,
    /// Who logged in on the console.
    pub(super) user: Option<String>,
    pub(super) closed: bool,
}

/// What a session waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Doing {
    /// A command.
    #[default]
    Nothing,
    /// Somebody to press return on an idle console.
    Idle,
    /// An answer.
    Asking(Question),
    /// A key at `--More--`.
    Paging(Pager),
    /// Echo replies.
    Pinging(Ping),
    /// Somebody who knows a name.
    Translating,
}

impl Session {
    pub(super) fn new(line: Line) -> Self {
        Self {
            line,
            mode: Mode::User,
            input: Vec::new(),
            ahead: Vec::new(),
            quoted: false,
            after_cr: false,
            output: Vec::new(),
            doing: Doing::Nothing,
            runs: false,
            typed: 0,
            history: Vec::new(),
            length: 24,
            width: 80,
            monitor: false,
            user: None,
            closed: false,
        }
    }

    /// Who is logged in; `console` where nobody had to.
    pub(super) fn who(&self) -> String {
        match (&self.line, &self.user) {
            (Line::Vty { user, .. }, _) | (Line::Console(_), Some(user)) => user.clone(),
            (Line::Console(_), None) => "console".to_owned(),
        }
    }

    /// Whether its line has `logging synchronous`.
    fn is_synchronous(&self, running: &SwitchConfig) -> bool {
        let kind = match self.line {
            Line::Console(_) => "con",
            Line::Vty { .. } => "vty",
        };
        let mut lines = running
            .lines
            .iter()
            .filter(|(name, _)| name.starts_with(kind));
        lines.any(|(_, lines)| {
            lines
                .iter()
                .any(|line| line.starts_with("logging synchronous"))
        })
    }

    /// Shows text; `\n` goes out as a terminal's line end.
    pub(super) fn show(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte == b'\n' {
                self.output.push(b'\r');
            }
            self.output.push(byte);
        }
    }
}

/// The switch that a session's line belongs to; `None` while the unit is off or booting.
pub(super) fn chassis(world: &World, id: SessionId) -> Option<ChassisId> {
    match &world.traces.sessions.get(&id)?.line {
        Line::Console(unit) => world.running_chassis(unit),
        Line::Vty { chassis, .. } => world
            .state
            .chassis
            .contains_key(chassis)
            .then(|| chassis.clone()),
    }
}

/// Whether a session is at the console of a member that does not lead.
pub(super) fn is_standby(world: &World, id: SessionId) -> bool {
    let Some(Line::Console(unit)) = world.traces.sessions.get(&id).map(|s| &s.line) else {
        return false;
    };
    let chassis = chassis(world, id).and_then(|id| world.state.chassis.get(&id));
    chassis.is_some_and(|chassis| chassis.active_unit() != unit)
}

/// What the switch calls itself to a session.
pub(super) fn host(world: &World, id: SessionId) -> String {
    let chassis = chassis(world, id).and_then(|id| world.state.chassis.get(&id));
    let mut host = chassis
        .map(|c| c.running.hostname.clone())
        .unwrap_or_default();
    if is_standby(world, id) {
        host.push_str("-standby");
    }
    host
}

/// What stands before what is typed.
pub(super) fn prompt(world: &World, id: SessionId) -> String {
    let host = host(world, id);
    let session = world.traces.sessions.get(&id);
    session
        .map(|session| session.mode.prompt(&host))
        .unwrap_or_default()
}

/// Connects to a line. A console goes on where somebody left it.
pub fn open(world: &mut World, line: Line) -> SessionId {
    if let Line::Console(_) = line {
        let left = world
            .traces
            .sessions
            .iter()
            .find(|(_, session)| session.line == line);
        if let Some((id, _)) = left {
            return *id;
        }
    }
    world.traces.opened += 1;
    let id = SessionId(world.traces.opened);
    let console = matches!(line, Line::Console(_));
    let mut session = Session::new(line);
    if console {
        session.doing = Doing::Idle;
    }
    world.traces.sessions.insert(id, session);
    if !console {
        terminal::greet(world, id);
    }
    id
}

/// What the terminal shows since the last time.
pub fn take_output(world: &mut World, id: SessionId) -> Vec<u8> {
    match world.traces.sessions.get_mut(&id) {
        Some(session) => std::mem::take(&mut session.output),
        None => Vec::new(),
    }
}

/// Whether the switch has ended the session.
pub fn closed(world: &World, id: SessionId) -> bool {
    world
        .traces
        .sessions
        .get(&id)
        .is_none_or(|session| session.closed)
}

/// The connection ended. A virtual terminal is free again; a console keeps its session.
pub fn hang_up(world: &mut World, id: SessionId) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.output.clear();
    if !matches!(session.line, Line::Console(_)) {
        world.traces.sessions.remove(&id);
    }
}

/// The sessions that came over the network.
pub fn network_sessions(world: &World) -> Vec<SessionId> {
    let vty = |session: &Session| matches!(session.line, Line::Vty { .. });
    world
        .traces
        .sessions
        .iter()
        .filter(|(_, s)| vty(s))
        .map(|(id, _)| *id)
        .collect()
}

/// Whether a switch lets this user in over SSH.
pub fn check_login(world: &World, chassis: &str, user: &str, password: &str) -> bool {
    let Some(chassis) = world.state.chassis.get(chassis) else {
        return false;
    };
    chassis
        .running
        .users
        .get(user)
        .is_some_and(|known| known.secret == secret::hash(password))
}

/// A long command has something new.
pub fn wake(world: &mut World, id: SessionId) {
    match world.traces.sessions.get(&id).map(|session| &session.doing) {
        Some(Doing::Pinging(_)) => super::ping::go_on(world, id),
        Some(Doing::Translating) => super::translate::go_on(world, id),
        _ => {}
    }
}

/// A unit lost its power: its console shows nothing more, and starts anew after the boot.
pub fn silence(world: &mut World, unit: &str) {
    world
        .traces
        .sessions
        .retain(|_, session| match &mut session.line {
            Line::Console(own) if own == unit => {
                *session = Session {
                    doing: Doing::Idle,
                    ..Session::new(session.line.clone())
                };
                true
            }
            _ => true,
        });
}

/// A switch is gone: its virtual terminals are dead and silent.
pub fn forget(world: &mut World, chassis: &ChassisId) {
    world.traces.sessions.retain(
        |_, session| !matches!(&session.line, Line::Vty { chassis: own, .. } if own == chassis),
    );
    world.traces.command_lines.remove(chassis);
}

/// Shows a log line where somebody listens: on the console, and where `terminal monitor` is on.
/// A prompt that stood there is shown again only on a line with `logging synchronous`.
pub fn hear(world: &mut World, chassis: &ChassisId, line: &LogLine) {
    let Some(switch) = world.state.chassis.get(chassis) else {
        return;
    };
    let listens = |session: &Session| match &session.line {
        Line::Console(unit) => switch.running.logging_console && unit == switch.active_unit(),
        Line::Vty { chassis: own, .. } => own == chassis && session.monitor,
    };
    let sessions = world.traces.sessions.iter();
    let listeners: Vec<(SessionId, bool)> = sessions
        .filter(|(_, session)| listens(session) && session.doing != Doing::Idle)
        .map(|(id, session)| (*id, session.is_synchronous(&switch.running)))
        .collect();
    let text = format!("\n*{}: {}\n", time::stamp(line.at), line.text);
    for (id, synchronous) in listeners {
        let prompt = prompt(world, id);
        let Some(session) = world.traces.sessions.get_mut(&id) else {
            continue;
        };
        session.show(&text);
        if synchronous && session.doing == Doing::Nothing && !session.runs {
            session.show(&prompt);
            let typed = session.input.clone();
            session.output.extend(typed);
        }
    }
}

mod bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Vec::deserialize(from)
    }
}
