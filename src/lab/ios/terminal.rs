use super::call::Call;
use super::mode::Mode;
use super::question::{self, Question};
use super::session::{self, Doing, chassis};
use super::{Line, SessionId, command, help, pager, ping, translate};
use crate::lab::world::World;

/// Ctrl-Shift-6 ends a command that takes its time.
const ESCAPE: u8 = 0x1e;

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
        Doing::Pinging(_) if byte == ESCAPE => ping::stop(world, id),
        Doing::Translating if byte == ESCAPE => translate::go_on(world, id),
        Doing::Pinging(_) | Doing::Translating => session.ahead.push(byte),
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
                command::execute(world, id, &line)
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
            command::run(world, id, &line);
            leave_config(world, id);
            prompt(world, id);
        }
        b'?' if !asking => explain(world, id),
        b'\t' if !asking => complete(world, id),
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

fn leave_config(world: &mut World, id: SessionId) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let mut call = Call::new(world, id, owner);
    let run = |call: &mut Call<'_>, runs| {
        if let Some(session) = call.session() {
            session.runs = runs;
        }
    };
    run(&mut call, true);
    call.end_configuration();
    run(&mut call, false);
}

/// Shows the prompt.
pub(super) fn prompt(world: &mut World, id: SessionId) {
    let prompt = session::prompt(world, id);
    if let Some(session) = world.traces.sessions.get_mut(&id) {
        session.show(&prompt);
    }
}

/// A command that took its time is done: the prompt, and what was typed meanwhile.
pub(super) fn resume(world: &mut World, id: SessionId) {
    prompt(world, id);
    let session = world.traces.sessions.get_mut(&id);
    let ahead = session.map(|session| std::mem::take(&mut session.ahead));
    feed(world, id, &ahead.unwrap_or_default());
}

/// `?`: what can come next. The line stays as it was.
fn explain(world: &mut World, id: SessionId) {
    let prompt = session::prompt(world, id);
    let tables = command::tables(world, id);
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let typed = String::from_utf8_lossy(&session.input).into_owned();
    let title = session.mode.title();
    let text = help::help(&tables, title, &typed)
        .unwrap_or_else(|refusal| refusal.words(&typed, prompt.chars().count()));
    session.show(&format!("?\n{text}{prompt}{typed}"));
}

/// Tab: the line once more, with the word completed if it can only become one.
fn complete(world: &mut World, id: SessionId) {
    let prompt = session::prompt(world, id);
    let tables = command::tables(world, id);
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let typed = String::from_utf8_lossy(&session.input).into_owned();
    if let Some(rest) = help::completion(&tables, &typed) {
        session.input.extend(rest.bytes().chain(*b" "));
    }
    let line = String::from_utf8_lossy(&session.input).into_owned();
    session.show(&format!("\n{prompt}{line}"));
}

/// Logged out: a virtual terminal ends, a console waits for the next one.
pub(super) fn close(world: &mut World, id: SessionId) {
    let host = session::host(world, id);
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    match session.line {
        Line::Vty { .. } => session.closed = true,
        Line::Console(_) => {
            session.mode = Mode::User;
            session.user = None;
            session.doing = Doing::Idle;
            session.show(&format!(
                "\n{host} con0 is now available\n\nPress RETURN to get started.\n\n"
            ));
        }
    }
}
