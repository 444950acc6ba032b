use super::call::Call;
use super::fault::Fault;
use super::hosts::{system, system_mut};
use super::made::make;
use super::message::Message;
use super::model;
use super::value::Value;
use crate::lab::world::World;
use crate::lab::world::xapi::{Field, Record, said};

/// What networks do.
pub(super) const MESSAGES: &[Message] = &[
    Message::new("create", 1, create),
    Message::new("destroy", 1, destroy),
];

/// What may be said of a network that is to be.
const GIVEN: [&str; 5] = [
    "name_label",
    "name_description",
    "MTU",
    "other_config",
    "tags",
];

type Answer = Result<Value, Fault>;

fn create(world: &mut World, server: &str, call: &Call) -> Answer {
    let Some(Value::Map(given)) = call.params.first() else {
        return Err(Fault::field_type("record"));
    };
    let mut record = Record::new();
    let class = model::class("network").into_iter();
    let fields = class.flat_map(|class| &class.fields);
    for field in fields.filter(|field| GIVEN.contains(&field.name)) {
        if let Some(value) = given.get(field.name) {
            let value = value.to_field(field.kind);
            let value = value.ok_or_else(|| Fault::field_type(field.name))?;
            record.insert(field.name.to_owned(), value);
        }
    }
    // What makes no sense is as if nobody had said it.
    if matches!(record.get("MTU"), Some(Field::Number(mtu)) if *mtu <= 0) {
        record.remove("MTU");
    }
    let bridge = system(world, server).map(|system| system.xapi.free_bridge());
    record.insert("bridge".to_owned(), bridge.unwrap_or_default().into());
    Ok(make(world, server, "network", record).into())
}

fn destroy(world: &mut World, server: &str, call: &Call) -> Answer {
    let about = call.text(0);
    let unknown = || Fault::handle("network", about);
    let database = &mut system_mut(world, server).ok_or_else(unknown)?.xapi;
    let network = database.get("network", about).ok_or_else(unknown)?;
    let internal = "is_host_internal_management_network";
    if matches!(network.get("other_config"), Some(Field::Map(own)) if own.contains_key(internal)) {
        return Err(Fault::new("CANNOT_DESTROY_SYSTEM_NETWORK", [about]));
    }
    for (class, code) in [
        ("VIF", "NETWORK_CONTAINS_VIF"),
        ("PIF", "NETWORK_CONTAINS_PIF"),
    ] {
        let on_it = database.of(class);
        let on_it = on_it.filter(|(_, own)| said(own, "network") == about);
        let on_it: Vec<String> = on_it.map(|(reference, _)| reference.to_owned()).collect();
        if !on_it.is_empty() {
            let words = [code.to_owned()].into_iter().chain(on_it);
            return Err(Fault(words.collect()));
        }
    }
    database.remove("network", about);
    Ok(Value::default())
}
