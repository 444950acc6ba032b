use super::call::{Call, Flow};
use super::grammar::{self, Refusal, Table};
use super::mode::Mode;
use super::pager::Pager;
use super::session::{self, Doing, chassis, is_standby};
use super::{SessionId, configure, exec, files, ping, question, terminal, translate};
use crate::lab::world::World;

/// Lines that `show history` remembers.
const HISTORY: usize = 20;

/// Runs a line and shows the next prompt, unless it asks, pages or works.
pub(super) fn execute(world: &mut World, id: SessionId, line: &str) {
    run(world, id, line);
    let Some(session) = world.traces.sessions.get(&id) else {
        return;
    };
    if session.doing == Doing::Nothing && !session.closed {
        terminal::prompt(world, id);
    }
}

/// Runs a line.
pub(super) fn run(world: &mut World, id: SessionId, line: &str) {
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
    session.runs = true;
    let prompt = session::prompt(world, id);

    let mut call = Call::new(world, id, owner);
    call.line = line.to_owned();
    call.prompt = prompt.chars().count();
    let flow = dispatch(&mut call, line).unwrap_or_else(|refusal| call.refuse(&refusal));
    let mut out = std::mem::take(&mut call.out);
    if let Some(filter) = call.filter.take() {
        let written = match filter.file() {
            Some((file, append)) => files::redirect(&mut call, file, append, &out),
            None => Ok(()),
        };
        out = written.map_or_else(|error| error, |()| filter.apply(&out));
    }
    finish(world, id, &out, flow);
}

/// Shows a command's output and goes on as it says.
pub(super) fn finish(world: &mut World, id: SessionId, out: &str, flow: Flow) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.runs = false;
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
        Flow::Translate(word) => translate::start(world, id, &word),
        Flow::Close => {
            session.show(out);
            terminal::close(world, id);
        }
    }
}

/// The commands of a session's mode, and those of the mode around it.
pub(super) fn tables(world: &World, id: SessionId) -> Vec<&'static [Table]> {
    let mode = world.traces.sessions.get(&id).map(|session| &session.mode);
    match mode {
        Some(Mode::User | Mode::Privileged) if is_standby(world, id) => vec![exec::STANDBY],
        Some(Mode::Privileged) => vec![exec::PRIVILEGED],
        Some(mode) if mode.is_config() => configure::all_tables(mode),
        _ => vec![exec::USER],
    }
}

/// Finds the command: in the mode's own tables, in those around it, or behind `do`.
fn dispatch(call: &mut Call<'_>, line: &str) -> Result<Flow, Refusal> {
    if !call.mode().is_config() {
        let tables = tables(call.world, call.id);
        let result = grammar::run(call, tables.first().copied().unwrap_or_default(), line);
        return match result {
            Err(Refusal::Invalid(_)) if !is_standby(call.world, call.id) => {
                maybe_a_host(call, line).map_or(result, Ok)
            }
            _ => result,
        };
    }
    if let Some(rest) = grammar::after_do(line) {
        let skipped = line.len() - rest.len();
        return grammar::run(call, exec::PRIVILEGED, rest)
            .map_err(|refusal| refusal.shifted(skipped));
    }
    configure::run(call, line)
}

/// A single word that is no command can be the name of a host.
fn maybe_a_host(call: &mut Call<'_>, line: &str) -> Option<Flow> {
    let word = line.trim();
    if word.contains(char::is_whitespace) || !word.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return None;
    }
    if call.running().domain_lookup {
        return Some(Flow::Translate(word.to_owned()));
    }
    call.out = translate::refused(word);
    Some(Flow::Done)
}
