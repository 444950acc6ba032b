//! The toolstack of an installed XenServer host, over the world: a call in, its answer out, in
//! XML-RPC and in JSON-RPC.
//!
//! It has the fields and messages of XenServer 6.5. Its objects are the host's own database in the
//! world; what a field says that nobody has set, or that follows from the world as it is now, is
//! filled in when it is read. A message that the real one has and this one does not is answered
//! with `NOT_IMPLEMENTED`, never with something made up.
//!
//! What a fresh installation has in its database is from memory of real ones, except for the
//! names of fields and messages, which are from xapi's data model.

mod bond;
mod call;
mod card;
mod event;
mod fault;
mod fields;
mod host;
mod hosts;
mod known;
mod made;
mod memory;
mod message;
mod model;
mod network;
mod objects;
mod pool;
mod reply;
mod server;
mod session;
mod start;
mod task;
#[cfg(test)]
mod tests;
mod value;
mod vlan;
mod wiring;

pub use call::Asked;
pub use memory::Memory;
pub use reply::Reply;
pub(crate) use server::serve;
pub(crate) use start::{stops as toolstack_stops, up as toolstack_is_up};
pub(crate) use task::due as task_due;

use call::Call;
use fault::Fault;
use value::Value;

use super::world::World;

/// What comes of a call: its answer, and what the caller has to wait for.
pub(crate) struct Outcome {
    answer: Result<Value, Fault>,
    /// How long it takes, in milliseconds.
    after: u64,
    /// There is nothing to tell yet; if something happens within so many milliseconds there is.
    patience: Option<u64>,
}

impl From<Result<Value, Fault>> for Outcome {
    fn from(answer: Result<Value, Fault>) -> Self {
        let after = answer.as_ref().err().map_or(0, Fault::after);
        Self {
            answer,
            after,
            patience: None,
        }
    }
}

/// Answers a request to a host's toolstack; `None` while that starts: then the connection ends.
pub fn answer(world: &mut World, server: &str, asked: &Asked) -> Option<Reply> {
    answer_some(world, server, asked, true)
}

/// The same, as if every password were wrong.
pub(crate) fn answer_without_logins(
    world: &mut World,
    server: &str,
    asked: &Asked,
) -> Option<Reply> {
    answer_some(world, server, asked, false)
}

fn answer_some(world: &mut World, server: &str, asked: &Asked, logins: bool) -> Option<Reply> {
    if !start::is_up(world, server) {
        return None;
    }
    let (call, dialect) = match asked.read() {
        Ok(read) => read,
        Err(reason) => return Some(Reply::broken(&reason)),
    };
    world.renew_toolstack(server);
    let outcome = perform(world, server, &call, asked, logins);
    Some(Reply::new(&dialect, &call, outcome))
}

/// Whether something happened that somebody who waits with this request would be told: also that
/// nobody knows him any more.
pub(crate) fn has_news(world: &World, server: &str, asked: &Asked) -> bool {
    let call = asked.read();
    call.is_ok_and(|(call, _)| {
        !start::is_up(world, server)
            || !session::is_known(world, server, call.text(0))
            || event::has_news(world, server, &call)
    })
}

fn perform(world: &mut World, server: &str, call: &Call, asked: &Asked, logins: bool) -> Outcome {
    let method = call.method.as_str();
    let (class, message) = method.split_once('.').unwrap_or(("", method));
    match (class, message) {
        ("session", "login_with_password") => session::login(world, server, call, logins),
        ("system", "listMethods") => Ok(model::methods()).into(),
        ("system", "isAlive") => Ok(call.params.first().cloned().unwrap_or_default()).into(),
        _ => match session::enter(world, server, call) {
            Ok(_) if method == "session.logout" => {
                session::logout(world, server, call.text(0)).into()
            }
            Ok(call) if class == "Async" => begin(world, server, &call, asked, message).into(),
            Ok(call) => within(world, server, &call, class, message),
            Err(fault) => Err(fault).into(),
        },
    }
}

/// A message that is done while whoever asked for it does other things.
fn begin(
    world: &mut World,
    server: &str,
    call: &Call,
    asked: &Asked,
    method: &str,
) -> Result<Value, Fault> {
    let (class, name) = method.split_once('.').unwrap_or(("", method));
    match message::find(class, name) {
        Some(message) if message.is_async => task::begin(world, server, call, asked, message),
        Some(_) => Err(Fault::unknown_method(call)),
        None => Err(not_done(call, class, name)),
    }
}

/// A message of somebody who has logged in, without the session.
fn within(world: &mut World, server: &str, call: &Call, class: &str, message: &str) -> Outcome {
    let Some(known) = model::class(class) else {
        return Err(Fault::unknown_method(call)).into();
    };
    if class == "event" {
        return event::answer(world, server, call, message);
    }
    if let Some(message) = message::find(class, message) {
        let fits = message.fits(call);
        return fits
            .and_then(|()| (message.perform)(world, server, call))
            .into();
    }
    if let Some(answer) = fields::answer(world, server, known, message, call) {
        return answer.into();
    }
    Err(not_done(call, class, message)).into()
}

/// The answer to what the toolstack does not do: a real one might.
fn not_done(call: &Call, class: &str, message: &str) -> Fault {
    match model::class(class).is_some_and(|known| known.messages.contains(&message)) {
        true => Fault::not_implemented(&call.method),
        false => Fault::unknown_method(call),
    }
}
