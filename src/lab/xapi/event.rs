//! `event.from`: what changed since somebody last asked. Nothing keeps a list of changes: what is
//! there now is compared with what was last told.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Outcome;
use super::call::Call;
use super::fault::Fault;
use super::memory::{Memory, Told};
use super::model::{self, Class};
use super::objects::Objects;
use super::value::Value;
use crate::lab::world::World;

pub(super) fn answer(world: &mut World, server: &str, call: &Call, message: &str) -> Outcome {
    let wanted = match message {
        "from" => 3,
        "inject" => 2,
        "get_current_id" => 0,
        _ => return Err(super::not_done(call, "event", message)).into(),
    };
    if call.params.len() != wanted {
        return Err(Fault::count(call, wanted)).into();
    }
    let mut memory = compared(world, server);
    let outcome = match message {
        "from" => from(&Objects::of(world, server), &memory, call),
        "inject" => inject(&mut memory, call).into(),
        _ => Ok(Value::Number(number(memory.generation))).into(),
    };
    world.traces.toolstacks.insert(server.to_owned(), memory);
    outcome
}

/// Whether [`from`] would tell something.
pub(super) fn has_news(world: &World, server: &str, call: &Call) -> bool {
    let call = call.without_session();
    let memory = compared(world, server);
    from(&Objects::of(world, server), &memory, &call)
        .patience
        .is_none()
}

/// The toolstack's memory, after it looked at what is there.
fn compared(world: &World, server: &str) -> Memory {
    let mut memory = world
        .traces
        .toolstacks
        .get(server)
        .cloned()
        .unwrap_or_default();
    let objects = Objects::of(world, server);
    let mut there = BTreeMap::new();
    for class in model::classes().iter().filter(|class| class.listed) {
        for reference in objects.references(class) {
            let record = objects.record(class, reference).map(Value::Map);
            let text = record
                .map(|record| record.to_json().to_string())
                .unwrap_or_default();
            let digest: String = Sha256::digest(text)
                .iter()
                .take(8)
                .map(|b| format!("{b:02x}"))
                .collect();
            there.insert(format!("{}/{reference}", class.name), digest);
        }
    }
    for (object, told) in &mut memory.told {
        let now = there.remove(object);
        if told.digest != now {
            memory.generation += 1;
            if told.digest.is_none() {
                told.made = memory.generation;
            }
            told.digest = now;
            told.changed = memory.generation;
        }
    }
    for (object, digest) in there {
        memory.generation += 1;
        let told = Told {
            digest: Some(digest),
            made: memory.generation,
            changed: memory.generation,
        };
        memory.told.insert(object, told);
    }
    memory
}

fn from(objects: &Objects<'_>, memory: &Memory, call: &Call) -> Outcome {
    let Some(Value::Set(wanted)) = call.params.first() else {
        return Err(Fault::field_type("classes")).into();
    };
    let wanted: Vec<String> = wanted
        .iter()
        .filter_map(Value::text)
        .map(str::to_lowercase)
        .collect();
    let token = call.text(1);
    let Some(since) = read_token(token) else {
        return Err(Fault::new("EVENT_FROM_TOKEN_PARSE_FAILURE", [token])).into();
    };
    let Some(timeout) = call.params.get(2).and_then(Value::seconds) else {
        return Err(Fault::field_type("timeout")).into();
    };
    let is_wanted = |object: &str| {
        let object = object.to_lowercase();
        let class = object.split('/').next().unwrap_or_default();
        wanted
            .iter()
            .any(|wanted| wanted == "*" || wanted == class || *wanted == object)
    };
    let news = memory.told.iter().filter(|(object, told)| {
        // What came and went since is nobody's news.
        let never_seen = told.digest.is_none() && told.made > since;
        told.changed > since && !never_seen && is_wanted(object)
    });
    let mut news: Vec<_> = news.collect();
    news.sort_by_key(|(_, told)| told.changed);
    let events: Vec<Value> = news
        .into_iter()
        .filter_map(|(object, told)| event(objects, object, told, since))
        .collect();
    let wait = (timeout * 1000.0).clamp(0.0, 24.0 * 3_600_000.0) as u64;
    let patience = (events.is_empty() && wait > 0).then_some(wait);
    let count = |class: &Class| {
        let count = i32::try_from(objects.references(class).len()).unwrap_or(i32::MAX);
        (class.name.to_lowercase(), Value::Small(count))
    };
    let counts = model::classes()
        .iter()
        .filter(|class| class.listed)
        .map(count);
    let batch = [
        ("token", token_of(memory.generation).into()),
        ("valid_ref_counts", Value::Map(counts.collect())),
        ("events", Value::Set(events)),
    ];
    let batch = batch.map(|(name, value)| (name.to_owned(), value));
    Outcome {
        patience,
        ..Ok(Value::Map(batch.into())).into()
    }
}

fn event(objects: &Objects<'_>, object: &str, told: &Told, since: u64) -> Option<Value> {
    let (class, reference) = object.split_once('/')?;
    let operation = match &told.digest {
        None => "del",
        Some(_) if told.made > since => "add",
        Some(_) => "mod",
    };
    let mut event = BTreeMap::from([
        ("id".to_owned(), told.changed.to_string().into()),
        ("timestamp".to_owned(), "0.0".into()),
        ("class".to_owned(), class.to_lowercase().into()),
        ("operation".to_owned(), operation.into()),
        ("ref".to_owned(), reference.into()),
    ]);
    if let Some(record) = objects.record(model::class(class)?, reference) {
        event.insert("snapshot".to_owned(), Value::Map(record));
    }
    Some(Value::Map(event))
}

fn inject(memory: &mut Memory, call: &Call) -> Result<Value, Fault> {
    let (class, reference) = (call.text(0), call.text(1));
    let mut told = memory.told.iter_mut();
    let object = format!("{class}/{reference}").to_lowercase();
    let found = told.find(|(known, told)| told.digest.is_some() && known.to_lowercase() == object);
    let (_, told) = found.ok_or_else(|| Fault::handle(class, reference))?;
    memory.generation += 1;
    told.changed = memory.generation;
    Ok(token_of(memory.generation).into())
}

/// A token is two numbers; messages, which the second one counts, are not kept here.
fn token_of(generation: u64) -> String {
    format!("{generation:020},{:020}", 0)
}

fn read_token(token: &str) -> Option<u64> {
    if token.is_empty() {
        return Some(0);
    }
    let (generation, messages) = token.split_once(',')?;
    messages.parse::<u64>().ok()?;
    generation.parse().ok()
}

fn number(generation: u64) -> i64 {
    i64::try_from(generation).unwrap_or(i64::MAX)
}
