use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::{Told, done, missing, not_allowed, refused, told};
use super::service::collection;
use super::{Asked, ROOT};
use crate::lab::cimc::login;
use crate::lab::world::World;

pub(super) const SESSIONS: &str = "/SessionService/Sessions";

/// Whether a request comes from somebody with an account: by its token, or by name and password.
pub(super) fn enters(world: &mut World, server: &str, asked: &Asked) -> bool {
    if let Some(token) = &asked.token {
        return login::use_session(world, server, token);
    }
    let header = asked.authorization.as_deref();
    let pair = header.and_then(|header| header.strip_prefix("Basic "));
    let pair = pair.and_then(|pair| STANDARD.decode(pair.trim()).ok());
    let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
    let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
    let machine = world.machine(server);
    pair.zip(machine)
        .is_some_and(|((user, password), machine)| {
            machine.controller.login(user, password).is_some()
        })
}

/// Opens a session. It takes a place among those of the XML API.
pub(super) fn open(world: &mut World, server: &str, asked: &Asked) -> Told {
    let body = asked.json().unwrap_or_default();
    let given = |name: &str| body.get(name).and_then(Value::as_str);
    let (Some(user), Some(password)) = (given("UserName"), given("Password")) else {
        return missing("SessionCollection.Create", "UserName, Password");
    };
    match login::open_session(world, server, user, password) {
        Ok((token, number)) => {
            let location = format!("{ROOT}{SESSIONS}/{number}");
            told(201, session(number, user))
                .with("X-Auth-Token", token)
                .with("Location", location)
        }
        Err(fault) if fault.is_full() => refused(
            503,
            "SessionLimitExceeded",
            "The session establishment failed due to the number of simultaneous sessions \
             exceeding the limit of the implementation.",
        ),
        Err(_) => refused(
            401,
            "ResourceAtUriUnauthorized",
            "While accessing the resource, the service received an authorization error \
             unauthorized.",
        ),
    }
}

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let method = asked.method.as_str();
    let known = login::sessions(world, server);
    let number = inner
        .strip_prefix(SESSIONS)
        .map(|rest| rest.strip_prefix('/').unwrap_or(rest));
    Some(match (method, inner, number) {
        ("GET", "/SessionService", _) => told(200, service()),
        ("GET", _, Some("")) => {
            let numbers: Vec<_> = known.iter().map(|(number, _)| number.to_string()).collect();
            told(
                200,
                collection(SESSIONS.trim_start_matches('/'), "Session", &numbers),
            )
        }
        (_, "/SessionService", _) | (_, _, Some("")) => not_allowed(method),
        (_, _, Some(number)) => {
            let number = number.parse().ok()?;
            let (_, user) = known.iter().find(|(known, _)| *known == number)?;
            match method {
                "GET" => told(200, session(number, user)),
                "DELETE" => {
                    login::close_session(world, server, number);
                    done()
                }
                method => not_allowed(method),
            }
        }
        _ => return None,
    })
}

fn service() -> Value {
    json!({
        "@odata.id": format!("{ROOT}/SessionService"),
        "@odata.type": "#SessionService.v1_1_3.SessionService",
        "Id": "SessionService",
        "Name": "Session Service",
        "ServiceEnabled": true,
        "SessionTimeout": login::PERIOD / 1000,
        "Sessions": {"@odata.id": format!("{ROOT}{SESSIONS}")},
    })
}

fn session(number: u64, user: &str) -> Value {
    json!({
        "@odata.id": format!("{ROOT}{SESSIONS}/{number}"),
        "@odata.type": "#Session.v1_1_0.Session",
        "Id": number.to_string(),
        "Name": "User Session",
        "UserName": user,
    })
}
