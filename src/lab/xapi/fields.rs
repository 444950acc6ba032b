//! What every class has: reading objects and fields, and setting fields.

use std::collections::BTreeMap;

use super::call::Call;
use super::fault::Fault;
use super::model::{Class, Field as Known, Kind};
use super::objects::Objects;
use super::value::Value;
use crate::lab::world::World;
use crate::lab::world::xapi::Field;

/// Texts that may be set on objects whose class has a message for it.
const LABELS: [&str; 2] = ["name_label", "name_description"];

/// Answers a message that a class has because of its fields; `None` if it is another one.
pub(super) fn answer(
    world: &mut World,
    server: &str,
    class: &Class,
    message: &str,
    call: &Call,
) -> Option<Result<Value, Fault>> {
    if let Some(name) = message.strip_prefix("get_") {
        return read(&Objects::of(world, server), class, name, call);
    }
    let (name, change) = change(message)?;
    let field = class.field(name)?;
    let settable = field.writable || (LABELS.contains(&name) && class.messages.contains(&message));
    let fits = match change {
        Change::Set => true,
        Change::AddTo | Change::RemoveFrom => field.kind == Kind::Map,
        Change::Add | Change::Remove => field.kind == Kind::Set,
    };
    (settable && fits).then(|| write(world, server, class, field, change, call))
}

fn read(
    objects: &Objects<'_>,
    class: &Class,
    name: &str,
    call: &Call,
) -> Option<Result<Value, Fault>> {
    let listed = class.listed;
    let wanted = match name {
        "all" | "all_records" if listed => 0,
        "by_name_label" if class.named => 1,
        "by_uuid" | "record" => 1,
        name => {
            class.field(name)?;
            1
        }
    };
    if call.params.len() != wanted {
        return Some(Err(Fault::count(call, wanted)));
    }
    let references = || objects.references(class);
    let says = |reference: &str, name: &str, text: &str| {
        let known = class.field(name);
        let value = known.and_then(|known| objects.field(class, reference, known));
        value.is_some_and(|value| value.text() == Some(text))
    };
    let about = call.text(0);
    Some(match name {
        "all" => Ok(Value::texts(references())),
        "all_records" => {
            let record = |reference: &str| {
                let record = objects.record(class, reference)?;
                Some((reference.to_owned(), Value::Map(record)))
            };
            let records: BTreeMap<_, _> = references().into_iter().filter_map(record).collect();
            Ok(Value::Map(records))
        }
        "by_name_label" => {
            let found = references();
            let found = found
                .into_iter()
                .filter(|found| says(found, "name_label", about));
            Ok(Value::texts(found))
        }
        "by_uuid" => {
            let found = references()
                .into_iter()
                .find(|found| says(found, "uuid", about));
            let found = found.map(Value::from);
            found.ok_or_else(|| Fault::uuid(class.name, about))
        }
        "record" => {
            let record = objects.record(class, about).map(Value::Map);
            record.ok_or_else(|| Fault::handle(class.name, about))
        }
        name => {
            let value = class
                .field(name)
                .and_then(|known| objects.field(class, about, known));
            value.ok_or_else(|| Fault::handle(class.name, about))
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Set,
    AddTo,
    RemoveFrom,
    Add,
    Remove,
}

fn change(message: &str) -> Option<(&str, Change)> {
    let changes = [
        ("set_", Change::Set),
        ("add_to_", Change::AddTo),
        ("remove_from_", Change::RemoveFrom),
        ("add_", Change::Add),
        ("remove_", Change::Remove),
    ];
    let mut found = changes.into_iter();
    found.find_map(|(verb, change)| Some((message.strip_prefix(verb)?, change)))
}

fn write(
    world: &mut World,
    server: &str,
    class: &Class,
    field: &Known,
    change: Change,
    call: &Call,
) -> Result<Value, Fault> {
    let wanted = if change == Change::AddTo { 3 } else { 2 };
    if call.params.len() != wanted {
        return Err(Fault::count(call, wanted));
    }
    let about = call.text(0);
    let system = world
        .state
        .servers
        .get_mut(server)
        .and_then(|server| server.system_mut());
    let record = system.and_then(|system| system.xapi.get_mut(class.name, about));
    let record = record.ok_or_else(|| Fault::handle(class.name, about))?;
    let uuid = record
        .get("uuid")
        .and_then(Field::text)
        .unwrap_or_default()
        .to_owned();
    let text = |at: usize| {
        let text = call.params.get(at).and_then(Value::text);
        text.map(str::to_owned)
            .ok_or_else(|| Fault::field_type(field.name))
    };
    let name = field.name;
    match change {
        Change::Set => {
            let value = call
                .params
                .get(1)
                .and_then(|value| value.to_field(field.kind));
            let value = value.ok_or_else(|| Fault::field_type(name))?;
            record.insert(name.to_owned(), value);
        }
        Change::AddTo | Change::RemoveFrom => {
            let key = text(1)?;
            let value = match change {
                Change::AddTo => text(2)?,
                _ => String::new(),
            };
            let mut pairs = match record.remove(name) {
                Some(Field::Map(pairs)) => pairs,
                _ => BTreeMap::new(),
            };
            let known = pairs.contains_key(&key);
            match change {
                Change::AddTo if !known => drop(pairs.insert(key.clone(), value)),
                Change::AddTo => {}
                _ => drop(pairs.remove(&key)),
            }
            // A map that is empty again is as if nobody had set it.
            if !pairs.is_empty() {
                record.insert(name.to_owned(), Field::Map(pairs));
            }
            if known && change == Change::AddTo {
                let about = [class.name, name, &uuid, &key];
                return Err(Fault::new("MAP_DUPLICATE_KEY", about));
            }
        }
        Change::Add | Change::Remove => {
            let item = text(1)?;
            let mut items = match record.remove(name) {
                Some(Field::Set(items)) => items,
                _ => Vec::new(),
            };
            items.retain(|known| *known != item);
            if change == Change::Add {
                items.push(item);
            }
            if !items.is_empty() {
                record.insert(name.to_owned(), Field::Set(items));
            }
        }
    }
    Ok(Value::default())
}
