use super::call::{Call, Flow};
use super::grammar::{self, Refusal};
use super::mode::Mode;
use super::pager::{self, Pager};
use super::question::{self, Question};
use super::session::{Doing, chassis};
use super::{Line, SessionId, configure, exec, ping};
use crate::lab::world::World;

/// Lines that `show history` remembers.
const HISTORY: usize = 20;

/// Somebody types. Bytes beyond 7 bits lose the eighth, as on the device's default lines.
pub fn feed(world: &mut World, id: SessionId, bytes: &[u8]) {
    for byte in bytes {
        key(world, id, byte & 0x7f);
    }
}

fn key(world: &mut World, id: SessionId, byte: u8) {
    let awake = chassis(world, id).is_some();
    let now = world.now();
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    if session.closed || !awake {
        return;
    }
    session.typed = now;
    if byte == b'\n' && std::mem::take(&mut session.after_cr) {
        return;
    }
    session.after_cr = byte == b'\r';
    match &session.doing {
        Doing::Idle if matches!(byte, b'\r' | b'\n') => {
            session.doing = Doing::Nothing;
            greet(world, id);
        }
        Doing::Idle => {}
        Doing::Paging(_) => pager::key(world, id, byte),
        Doing::Pinging(_) => ping::key(world, id, byte),
        Doing::Asking(question) if question.takes_one_key() => question::key(world, id, byte),
        Doing::Asking(_) | Doing::Nothing => edit(world, id, byte),
    }
}

fn edit(world: &mut World, id: SessionId, byte: u8) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let hidden = matches!(&session.doing, Doing::Asking(question) if question.is_hidden());
    let asking = matches!(session.doing, Doing::Asking(_));
    if std::mem::take(&mut session.quoted) {
        session.input.push(byte);
        session.output.push(byte);
        return;
    }
    match byte {
        b'\r' | b'\n' => {
            let typed = std::mem::take(&mut session.input);
            session.show("\n");
            let line = String::from_utf8_lossy(&typed).into_owned();
            if asking {
                question::answer(world, id, &line)
            } else {
                execute(world, id, &line)
            }
        }
        0x08 | 0x7f => {
            if session.input.pop().is_some() && !hidden {
                session.output.extend_from_slice(b"\x08 \x08");
            }
        }
        0x15 => {
            let erased = session.input.len();
            session.input.clear();
            if !hidden {
                session.output.extend(b"\x08 \x08".repeat(erased));
            }
        }
        0x16 => session.quoted = true,
        0x03 => {
            session.input.clear();
            session.doing = Doing::Nothing;
            if session.mode.is_config() {
                leave_config(world, id);
            }
            if let Some(session) = world.traces.sessions.get_mut(&id) {
                session.show("\n");
            }
            prompt(world, id);
        }
        // Ctrl-Z executes what stands there, then leaves configuration mode.
        0x1a if !asking => {
            let typed = std::mem::take(&mut session.input);
            session.show("^Z\n");
            let line = String::from_utf8_lossy(&typed).into_owned();
            run(world, id, &line);
            leave_config(world, id);
            prompt(world, id);
        }
        b'?' if !asking => help(world, id),
        b'\t' if !asking => {}
        _ => {
            session.input.push(byte);
            if !hidden {
                session.output.push(byte);
            }
        }
    }
}

/// What a fresh terminal shows.
pub(super) fn greet(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let Some(running) = world.state.chassis.get(&owner).map(|c| c.running.clone()) else {
        return;
    };
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.show("\n");
    if let Some(banner) = &running.banner_motd {
        session.show(&format!("{banner}\n"));
    }
    session.mode = Mode::User;
    session.length = 24;
    session.monitor = false;
    match session.line.clone() {
        Line::Console(_) => {
            let local = running
                .lines
                .get("con 0")
                .is_some_and(|l| l.iter().any(|l| l == "login local"));
            if local {
                session.show("\nUser Access Verification\n\n");
                question::ask(session, Question::Username);
                return;
            }
        }
        Line::Vty { user, .. } => {
            let privilege = running.users.get(&user).map_or(1, |known| known.privilege);
            if privilege == 15 {
                session.mode = Mode::Privileged;
            }
            session.user = Some(user);
        }
    }
    prompt(world, id);
}

/// Runs a line and shows the next prompt, unless it asks, pages or works.
fn execute(world: &mut World, id: SessionId, line: &str) {
    run(world, id, line);
    let Some(session) = world.traces.sessions.get(&id) else {
        return;
    };
    if session.doing == Doing::Nothing && !session.closed {
        prompt(world, id);
    }
}

fn run(world: &mut World, id: SessionId, line: &str) {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('!') {
        return;
    }
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.history.push(trimmed.to_owned());
    let surplus = session.history.len().saturating_sub(HISTORY);
    session.history.drain(..surplus);
    let mode = session.mode.clone();
    let host = world
        .state
        .chassis
        .get(&owner)
        .map(|c| c.running.hostname.clone());
    let prompt = mode.prompt(&host.unwrap_or_default());

    let mut call = Call::new(world, id, owner);
    call.line = line.to_owned();
    call.prompt = prompt.chars().count();
    let flow = dispatch(&mut call, &mode, line).unwrap_or_else(|refusal| call.refuse(&refusal));
    let out = std::mem::take(&mut call.out);
    let filter = call.filter.take();
    let out = match filter {
        Some(filter) => filter.apply(&out),
        None => out,
    };
    finish(world, id, &out, flow);
}

/// Shows a command's output and goes on as it says.
pub(super) fn finish(world: &mut World, id: SessionId, out: &str, flow: Flow) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    match flow {
        Flow::Done => {
            if let Some(pager) = Pager::start(session, out) {
                session.doing = Doing::Paging(pager);
            }
        }
        Flow::Ask(question) => {
            session.show(out);
            question::ask(session, question);
        }
        Flow::Ping(ping) => {
            session.show(out);
            ping::start(world, id, ping);
        }
        Flow::Close => {
            session.show(out);
            close(world, id);
        }
    }
}

/// Finds the command: in the mode's own table, in an outer one, or behind `do`.
fn dispatch(call: &mut Call<'_>, mode: &Mode, line: &str) -> Result<Flow, Refusal> {
    match mode {
        Mode::User => grammar::run(call, exec::USER, line),
        Mode::Privileged => grammar::run(call, exec::PRIVILEGED, line),
        _ => {
            if let Some(rest) = grammar::after_do(line) {
                let skipped = line.len() - rest.len();
                return grammar::run(call, exec::PRIVILEGED, rest)
                    .map_err(|refusal| refusal.shifted(skipped));
            }
            configure::run(call, line)
        }
    }
}

fn leave_config(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let mut call = Call::new(world, id, owner);
    call.end_configuration();
}

pub(super) fn prompt(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let host = world
        .state
        .chassis
        .get(&owner)
        .map(|c| c.running.hostname.clone());
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let prompt = session.mode.prompt(&host.unwrap_or_default());
    session.show(&prompt);
}

/// Logged out: a virtual terminal ends, a console waits for the next one.
pub(super) fn close(world: &mut World, id: SessionId) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    match session.line {
        Line::Vty { .. } => session.closed = true,
        Line::Console(_) => {
            session.mode = Mode::User;
            session.user = None;
            session.doing = Doing::Idle;
            session.show("\nSwitch con0 is now available\n\nPress RETURN to get started.\n\n");
        }
    }
}

/// `?`: what can come next. The line stays as it was.
fn help(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let typed = String::from_utf8_lossy(&session.input).into_owned();
    let tables = match &session.mode {
        Mode::User => exec::USER,
        Mode::Privileged => exec::PRIVILEGED,
        mode => configure::tables(mode),
    };
    let text = grammar::help(tables, &typed);
    let host = world
        .state
        .chassis
        .get(&owner)
        .map(|c| c.running.hostname.clone());
    session.show(&format!("?\n{text}"));
    let prompt = session.mode.prompt(&host.unwrap_or_default());
    session.show(&format!("{prompt}{typed}"));
}
