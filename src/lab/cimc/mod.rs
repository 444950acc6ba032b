//! The XML API of a server's management controller over the world: a document in, one out.
//!
//! Written after captures of Cisco's own SDK and field records; what is not verified on a real
//! C220 M4 is told in the book's page on the lab.

mod accounts;
mod boot;
mod change;
mod cli;
mod fault;
mod host;
mod login;
mod media;
mod network;
mod object;
mod query;
pub(crate) mod redfish;
mod server;
mod storage;
mod volume;

pub(crate) use cli::Cli;
pub use login::Memory;
pub(crate) use object::objects;
pub(crate) use server::serve;

use self::fault::Fault;
use super::world::World;
use crate::wire::xml::Element;

/// The release that the controllers tell.
const VERSION: &str = "4.1(2f)";

/// Answers a request to `/nuova` of a server's controller.
pub fn answer(world: &mut World, server: &str, body: &str) -> String {
    let request = match Element::parse(body) {
        Ok(request) => request,
        Err(reason) => return Fault::parse(&reason).alone().to_string(),
    };
    let result = match request.name.as_str() {
        "aaaLogin" => login::log_in(world, server, &request),
        "aaaLogout" => login::log_out(world, server, &request),
        "aaaRefresh" => login::refresh(world, server, &request),
        "aaaKeepAlive" => login::keep_alive(world, server, &request),
        "configResolveDn" => login::entered(world, server, &request)
            .and_then(|_| query::by_dn(world, server, &request)),
        "configResolveClass" => login::entered(world, server, &request)
            .and_then(|_| query::by_class(world, server, &request)),
        "configResolveChildren" => login::entered(world, server, &request)
            .and_then(|_| query::children(world, server, &request)),
        "configResolveParent" => login::entered(world, server, &request)
            .and_then(|_| query::parent(world, server, &request)),
        "configConfMo" => login::administers(world, server, &request)
            .and_then(|()| change::one(world, server, &request)),
        "configConfMos" => login::administers(world, server, &request)
            .and_then(|()| change::several(world, server, &request)),
        name => Err(Fault::parse(&format!(
            "Element '{name}': No matching global declaration available for the validation root. "
        ))),
    };
    match result {
        Ok(answer) => answer.to_string(),
        Err(fault) => fault.to(&request).to_string(),
    }
}

/// Changes an object for somebody who is logged in otherwise. Returns the refusal, if it is one.
pub(crate) fn order(world: &mut World, server: &str, object: &str) -> Option<String> {
    let refused = |fault: Fault| format!("Error: {}\n", fault.text().trim());
    let object = Element::parse(object).map_err(|reason| Fault::parse(&reason));
    let request = object.map(|object| {
        let config = Element::new("inConfig").holding([object]);
        Element::new("configConfMo").holding([config])
    });
    let changed = request.and_then(|request| change::one(world, server, &request));
    changed.err().map(refused)
}

/// The same where every password is wrong.
pub(crate) fn answer_without_logins(world: &mut World, server: &str, body: &str) -> String {
    match Element::parse(body) {
        Ok(login) if login.name == "aaaLogin" => Fault::login().to(&login).to_string(),
        _ => answer(world, server, body),
    }
}

/// The beginning of an answer: what was asked, without its secrets.
fn answer_to(request: &Element) -> Element {
    let mut answer = Element::new(request.name.clone());
    for name in ["dn", "inDn", "classId", "cookie"] {
        if let Some(value) = request.attribute(name) {
            answer = answer.with(name, value);
        }
    }
    answer.with("response", "yes")
}
