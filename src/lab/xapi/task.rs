//! Messages that are asked for as `Async.…`: a task says how far they are, and what came of them.
//!
//! The work is done when its time has come, not when it was asked for: what is refused then is
//! the task's error, and whoever asked is told nothing else.

use super::call::{Asked, Call};
use super::fault::Fault;
use super::memory::Task;
use super::message::{self, Message};
use super::objects::{Objects, time};
use super::value::Value;
use crate::lab::world::xapi::{Field, Record, opaque_ref, uuid};
use crate::lab::world::{Event, World};

/// What tasks do.
pub(super) const MESSAGES: &[Message] = &[
    Message::prompt("destroy", 1, destroy),
    Message::prompt("cancel", 1, cancel),
];

/// Begins what `Async.CLASS.MESSAGE` asks for, if there is that.
pub(super) fn begin(
    world: &mut World,
    server: &str,
    call: &Call,
    asked: &Asked,
    message: &Message,
) -> Result<Value, Fault> {
    message.fits(call)?;
    let host = Objects::of(world, server).this_host().unwrap_or_default();
    let host = host.to_owned();
    let (now, seed) = (world.now(), world.state.seed);
    let memory = world
        .traces
        .toolstacks
        .entry(server.to_owned())
        .or_default();
    memory.begun += 1;
    let of = format!("{server} task {}", memory.begun);
    let fields: [(&str, Field); 6] = [
        ("uuid", uuid(seed, &of).into()),
        ("name_label", call.method.as_str().into()),
        ("created", time(now).into()),
        ("status", "pending".into()),
        ("type", "<none/>".into()),
        ("resident_on", host.into()),
    ];
    let task = Task {
        record: fields.map(|(name, field)| (name.to_owned(), field)).into(),
        asked: asked.clone(),
        finished: None,
    };
    let reference = opaque_ref(seed, &of);
    memory.tasks.insert(reference.clone(), task);
    let due = now + world.state.settings.task;
    let event = Event::TaskDue(server.to_owned(), reference.clone());
    world.schedule(due, event);
    Ok(Value::Text(reference))
}

/// A task's time has come: does what was asked for. A toolstack that was started again meanwhile
/// knows nothing of it.
pub(crate) fn due(world: &mut World, server: &str, reference: &str) {
    world.renew_toolstack(server);
    let runs = world
        .state
        .servers
        .get(server)
        .is_some_and(|server| server.system().is_some());
    let Some(task) = find(world, server, reference).filter(|_| runs) else {
        return;
    };
    // It could be read when it was asked for.
    let Ok((call, _)) = task.asked.clone().read() else {
        return;
    };
    let call = call.without_session();
    let method = call.method.strip_prefix("Async.").unwrap_or_default();
    let (class, name) = method.split_once('.').unwrap_or_default();
    let Some(message) = message::find(class, name) else {
        return;
    };
    let outcome = (message.perform)(world, server, &call);
    let now = world.now();
    let Some(task) = find(world, server, reference) else {
        return;
    };
    task.finished = Some(now);
    let (status, field, says): (&str, &str, Field) = match outcome {
        Ok(value) => ("success", "result", result(&value).into()),
        Err(fault) => ("failure", "error_info", Field::Set(fault.0)),
    };
    let fields: [(&str, Field); 4] = [
        ("status", status.into()),
        ("progress", "1".into()),
        ("finished", time(now).into()),
        (field, says),
    ];
    let fields = fields.map(|(name, field)| (name.to_owned(), field));
    task.record.extend(fields);
    let is_to_go = task.record.remove("current_operations").is_some();
    if is_to_go && let Some(memory) = world.traces.toolstacks.get_mut(server) {
        memory.tasks.remove(reference);
    }
}

/// As a task writes down what a message answers: nothing, or its XML.
fn result(value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() => String::new(),
        value => value.to_xml().element().to_string(),
    }
}

fn destroy(world: &mut World, server: &str, call: &Call) -> Result<Value, Fault> {
    let about = call.text(0);
    let task = known(world, server, about)?;
    if task.finished.is_none() {
        // It goes once it is done.
        let operations = [("task", "destroy")].into();
        let record: &mut Record = &mut task.record;
        record.insert("current_operations".to_owned(), operations);
    } else if let Some(memory) = world.traces.toolstacks.get_mut(server) {
        memory.tasks.remove(about);
    }
    Ok(Value::default())
}

/// None of what is done here can be stopped half-way.
fn cancel(world: &mut World, server: &str, call: &Call) -> Result<Value, Fault> {
    let task = known(world, server, call.text(0))?;
    let why = match task.finished {
        None => "the task can't be cancelled",
        Some(_) => "the task is over",
    };
    Err(Fault::new("OPERATION_NOT_ALLOWED", [why]))
}

fn known<'w>(world: &'w mut World, server: &str, about: &str) -> Result<&'w mut Task, Fault> {
    find(world, server, about).ok_or_else(|| Fault::handle("task", about))
}

fn find<'w>(world: &'w mut World, server: &str, reference: &str) -> Option<&'w mut Task> {
    let memory = world.traces.toolstacks.get_mut(server)?;
    memory.tasks.get_mut(reference)
}
