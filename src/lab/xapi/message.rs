use super::call::Call;
use super::fault::Fault;
use super::value::Value;
use super::{bond, card, host, network, pool, task, vlan};
use crate::lab::world::World;

/// Something that a toolstack does, besides reading and setting fields.
pub(super) struct Message {
    /// Its name, without the class.
    pub(super) name: &'static str,
    /// How many parameters it has, without the session.
    pub(super) takes: usize,
    /// Whether there is an `Async.` of it too.
    pub(super) is_async: bool,
    /// Does it.
    pub(super) perform: Perform,
}

/// What a message does with a world, at a server.
pub(super) type Perform = fn(&mut World, &str, &Call) -> Result<Value, Fault>;

/// A message that is there, by its class and name.
pub(super) fn find(class: &str, name: &str) -> Option<&'static Message> {
    let messages = match class {
        "Bond" => bond::MESSAGES,
        "host" => host::MESSAGES,
        "network" => network::MESSAGES,
        "PIF" => card::MESSAGES,
        "pool" => pool::MESSAGES,
        "task" => task::MESSAGES,
        "VLAN" => vlan::MESSAGES,
        _ => return None,
    };
    messages.iter().find(|message| message.name == name)
}

impl Message {
    /// One that can be asked for either way.
    pub(super) const fn new(name: &'static str, takes: usize, perform: Perform) -> Self {
        Self {
            name,
            takes,
            is_async: true,
            perform,
        }
    }

    /// One that is answered while one waits, and not otherwise.
    pub(super) const fn prompt(name: &'static str, takes: usize, perform: Perform) -> Self {
        Self {
            is_async: false,
            ..Self::new(name, takes, perform)
        }
    }

    /// Whether a call has as many parameters as it takes.
    pub(super) fn fits(&self, call: &Call) -> Result<(), Fault> {
        match call.params.len() == self.takes {
            true => Ok(()),
            false => Err(Fault::count(call, self.takes)),
        }
    }
}
