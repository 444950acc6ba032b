use serde_json::{Value, json};

use super::answer::{Told, done, not_allowed, refused, told};
use super::service::collection;
use super::{Asked, ROOT, read_only};
use crate::lab::cimc::accounts;
use crate::lab::world::World;
use crate::lab::world::machine::Account;

const ACCOUNTS: &str = "/AccountService/Accounts";

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let users = &world.machine(server)?.controller.users;
    match inner {
        "/AccountService" => return Some(read_only(asked, || told(200, service()))),
        ACCOUNTS => {
            let slots: Vec<_> = users.keys().map(u8::to_string).collect();
            let accounts = collection(ACCOUNTS.trim_start_matches('/'), "ManagerAccount", &slots);
            return Some(read_only(asked, || told(200, accounts)));
        }
        _ => {}
    }
    let slot: u8 = inner
        .strip_prefix(ACCOUNTS)?
        .strip_prefix('/')?
        .parse()
        .ok()?;
    let user = users.get(&slot)?;
    Some(match asked.method.as_str() {
        "GET" => told(200, account(slot, user)),
        "PATCH" => change(world, server, slot, &asked.json().unwrap_or_default()),
        method => not_allowed(method),
    })
}

fn change(world: &mut World, server: &str, slot: u8, body: &Value) -> Told {
    let Some(password) = body.get("Password").and_then(Value::as_str) else {
        return refused(
            400,
            "PropertyMissing",
            "The property Password is a required property and must be included in the request.",
        );
    };
    match accounts::set_password(world, server, slot, password) {
        Ok(()) => done(),
        Err(fault) => refused(400, "PropertyValueFormatError", fault.text()),
    }
}

fn service() -> Value {
    json!({
        "@odata.id": format!("{ROOT}/AccountService"),
        "@odata.type": "#AccountService.v1_6_0.AccountService",
        "Id": "AccountService",
        "Name": "Account Service",
        "MinPasswordLength": accounts::PASSWORD.start(),
        "MaxPasswordLength": accounts::PASSWORD.end(),
        "Accounts": {"@odata.id": format!("{ROOT}{ACCOUNTS}")},
    })
}

/// Nobody is ever told a password.
fn account(slot: u8, user: &Account) -> Value {
    json!({
        "@odata.id": format!("{ROOT}{ACCOUNTS}/{slot}"),
        "@odata.type": "#ManagerAccount.v1_4_0.ManagerAccount",
        "Id": slot.to_string(),
        "Name": "User Account",
        "UserName": user.name,
        "Password": null,
        "RoleId": user.privilege,
        "Enabled": user.active,
    })
}
