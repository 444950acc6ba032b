//! The same controller as a Redfish service, in the dialect of CIMC 4.1: the system is known by
//! its serial number, the manager by the word `CIMC`. It shows and changes what the XML API
//! does, and refuses in its words.

mod account;
mod answer;
mod manager;
mod media;
mod service;
mod session;
mod storage;
mod system;
#[cfg(test)]
mod tests;
mod volumes;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use answer::Told;
use answer::{not_allowed, refused};

use crate::lab::world::World;

/// A request, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The header of that name.
    pub(crate) authorization: Option<String>,
    /// The header `X-Auth-Token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    pub(crate) body: String,
}

impl Asked {
    /// The body, if it is JSON.
    fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

const ROOT: &str = "/redfish/v1";

/// The answer to what can't be read.
fn unreadable() -> Told {
    refused(
        400,
        "MalformedJSON",
        "The request body could not be parsed.",
    )
}

/// Answers where every password is wrong.
pub(crate) fn answer_without_logins(world: &mut World, server: &str, asked: &Asked) -> Told {
    let nobody = Asked {
        authorization: None,
        body: match asked.path.ends_with(session::SESSIONS) {
            true => r#"{"UserName": "", "Password": ""}"#.to_owned(),
            false => asked.body.clone(),
        },
        ..asked.clone()
    };
    answer(world, server, &nobody)
}

/// Answers a request below `/redfish`.
pub(crate) fn answer(world: &mut World, server: &str, asked: &Asked) -> Told {
    let path = asked.path.trim_end_matches('/');
    let Some(machine) = world.machine(server) else {
        return refused(503, "ServiceInError", "The service is not available.");
    };
    // Only the root, and the way to a session, are for everybody (DSP0266, section 13.2).
    let (method, inner) = (asked.method.as_str(), path.strip_prefix(ROOT));
    match (method, inner) {
        ("GET", None) if path == "/redfish" => return service::versions(),
        ("GET", Some("")) => return service::root(machine),
        ("POST", Some(session::SESSIONS)) => return session::open(world, server, asked),
        _ => {}
    }
    if !session::enters(world, server, asked) {
        return refused(
            401,
            "InsufficientPrivilege",
            "There are insufficient privileges for the account or credentials associated with \
             the current session to perform the requested operation.",
        );
    }
    let inner = inner.unwrap_or(path);
    let resources = [
        service::answer,
        session::answer,
        account::answer,
        manager::answer,
        media::answer,
        storage::answer,
        system::answer,
    ];
    let mut answers = resources.into_iter();
    let told = answers.find_map(|resource| resource(world, server, inner, asked));
    told.unwrap_or_else(|| {
        refused(
            404,
            "ResourceMissingAtURI",
            format!("The resource at the URI {path} was not found."),
        )
    })
}

/// What a resource answers that can only be read.
fn read_only(asked: &Asked, read: impl FnOnce() -> Told) -> Told {
    match asked.method.as_str() {
        "GET" => read(),
        method => not_allowed(method),
    }
}
