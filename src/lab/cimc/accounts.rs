use std::ops::RangeInclusive;

use super::change::{Change, Class};
use super::fault::Fault;
use super::object::{Known, object};
use crate::lab::world::World;
use crate::lab::world::machine::Account;
use crate::wire::xml::Element;

/// Slots for users.
const SLOTS: u8 = 15;
const EXT: &str = "sys/user-ext";

pub(super) const CLASSES: &[Class] = &[Class {
    name: "aaaUser",
    attributes: &["id", "name", "pwd", "priv", "accountStatus", "adminAction"],
    apply: change,
}];

pub(super) fn objects(known: &Known<'_>, objects: &mut Vec<Element>) {
    for slot in 1..=SLOTS {
        let user = known.machine.controller.users.get(&slot);
        let status = match user {
            Some(user) if user.active => "active",
            _ => "inactive",
        };
        objects.push(
            object("aaaUser", format!("{EXT}/user-{slot}"))
                .with("id", slot.to_string())
                .with("accountStatus", status)
                .with("name", user.map_or("", |user| &user.name))
                .with("priv", user.map_or("", |user| &user.privilege)),
        );
    }
}

/// How many characters a password may have.
pub(super) const PASSWORD: RangeInclusive<usize> = 8..=20;

fn fits(password: &str) -> Result<(), Fault> {
    match PASSWORD.contains(&password.len()) {
        true => Ok(()),
        false => Err(Fault::operation(
            "Password must be between 8 and 20 characters",
        )),
    }
}

/// A new password for an account.
pub(super) fn set_password(
    world: &mut World,
    server: &str,
    slot: u8,
    password: &str,
) -> Result<(), Fault> {
    fits(password)?;
    let machine = world.machine_mut(server);
    let user = machine.and_then(|machine| machine.controller.users.get_mut(&slot));
    password.clone_into(&mut user.ok_or_else(Fault::no_object)?.password);
    Ok(())
}

fn change(change: &mut Change<'_>) -> Result<(), Fault> {
    let slot: u8 = change
        .key("user-")?
        .parse()
        .map_err(|_| Fault::no_object())?;
    if !(1..=SLOTS).contains(&slot) {
        return Err(Fault::no_object());
    }
    let new = |name: &str| change.wanted(name).map(str::to_owned);
    let (name, password, privilege) = (new("name"), new("pwd"), new("priv"));
    let active = new("accountStatus").map(|status| status == "active");
    let clears = change.deletes() || change.wanted("adminAction") == Some("clear");
    if let Some(password) = &password {
        fits(password)?;
    }
    let Some(machine) = change.world.machine_mut(change.server) else {
        return Err(Fault::no_object());
    };
    let users = &mut machine.controller.users;
    if clears {
        if slot == 1 {
            return Err(Fault::operation("The admin user cannot be deleted"));
        }
        users.remove(&slot);
        return Ok(());
    }
    let fresh = || Account {
        name: String::new(),
        password: String::new(),
        privilege: "read-only".to_owned(),
        active: false,
    };
    let mut user = users.get(&slot).cloned().unwrap_or_else(fresh);
    user.name = name.unwrap_or(user.name);
    user.password = password.unwrap_or(user.password);
    user.privilege = privilege.unwrap_or(user.privilege);
    user.active = active.unwrap_or(user.active);
    if user.name.is_empty() || user.password.is_empty() {
        return Err(Fault::operation("A user needs a name and a password"));
    }
    users.insert(slot, user);
    Ok(())
}
