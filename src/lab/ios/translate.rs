use super::session::Doing;
use super::{SessionId, terminal};
use crate::lab::world::{Event, Millis, World};

/// How long the switch asks everybody for a name: three times three seconds.
const PATIENCE: Millis = 9_000;

const UNKNOWN: &str = "% Unknown command or computer name, or unable to find computer address\n\n";

/// A word that is no command may be the name of a host to connect to. There is no name server,
/// so everybody is asked; nobody answers.
pub(super) fn start(world: &mut World, id: SessionId, word: &str) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.show(&format!(
        "Translating \"{word}\"...domain server (255.255.255.255)\n"
    ));
    session.doing = Doing::Translating;
    let at = world.now() + PATIENCE;
    world.schedule(at, Event::Wake(id));
}

/// The answer without asking, where `no ip domain-lookup` says so.
pub(super) fn refused(word: &str) -> String {
    format!("Translating \"{word}\"\n\nTranslating \"{word}\"\n{UNKNOWN}")
}

/// Nobody answered, or nobody waits any longer.
pub(super) fn go_on(world: &mut World, id: SessionId) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    session.doing = Doing::Nothing;
    session.show(UNKNOWN);
    terminal::resume(world, id);
}
