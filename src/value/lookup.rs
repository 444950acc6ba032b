//! `ref(CLASS, NAME)` and `one(…)`: how arguments of a XenAPI call name what people know by name.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use minijinja::value::{Object, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};

/// Where the answers to `ref` are, among the names of an expression. No name can be this.
pub(super) const LOOKUPS: &str = "(lookups)";

/// What people know something by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The class of the object: `SR`, `network` …
    pub class: String,
    /// Its name label.
    pub name: String,
}

/// What is known of the objects that an expression names. Only their device knows more, so it is
/// evaluated again with each answer.
#[derive(Debug, Default)]
pub struct Lookups {
    known: BTreeMap<Wanted, String>,
    /// Why the last evaluation ended.
    lack: Mutex<Option<Lack>>,
}

/// What an evaluation did without, so that it came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// An object that is not known yet.
    Unknown(Wanted),
    /// An object that is not there, or not the only one, and what was found.
    NotOne(String),
}

impl Lookups {
    /// Takes note of a reference.
    pub fn know(&mut self, wanted: Wanted, reference: String) {
        self.known.insert(wanted, reference);
    }

    /// What the last evaluation did without, if that was it.
    pub fn take_lack(&self) -> Option<Lack> {
        self.lack().take()
    }

    fn find(&self, wanted: Wanted) -> Result<Value, Error> {
        if let Some(reference) = self.known.get(&wanted) {
            return Ok(reference.as_str().into());
        }
        let message = format!("`{}` `{}` is not looked up yet", wanted.class, wanted.name);
        *self.lack() = Some(Lack::Unknown(wanted));
        Err(Error::new(ErrorKind::InvalidOperation, message))
    }

    fn lack(&self) -> MutexGuard<'_, Option<Lack>> {
        // It is whole between two calls, whatever became of who held it.
        self.lack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Object for Lookups {}

pub(super) fn add_to(env: &mut Environment<'_>) {
    env.add_function("ref", reference);
    env.add_function("one", one);
}

/// The object of a class that has a name.
fn reference(state: &State<'_, '_>, class: String, name: String) -> Result<Value, Error> {
    let lookups = state.lookup(LOOKUPS);
    match lookups.as_ref().and_then(Value::downcast_object_ref) {
        Some(lookups) => Lookups::find(lookups, Wanted { class, name }),
        None => Err(Error::new(
            ErrorKind::InvalidOperation,
            "`ref` is for the arguments of an `xapi` call: bind what it gives to a name there",
        )),
    }
}

/// The only item of a list, or key of a map.
fn one(state: &State<'_, '_>, all: Value) -> Result<Value, Error> {
    if !matches!(
        all.kind(),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
    ) {
        let message = format!("`one` takes a list or a map, and this is a {}", all.kind());
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    let mut items = all.try_iter()?;
    let found = match (items.next(), items.count()) {
        (Some(only), 0) => return Ok(only),
        (None, _) => "none".to_owned(),
        (Some(_), more) => (more + 1).to_string(),
    };
    let message = format!("`one` takes a list that holds exactly one, and there are {found} in it");
    let lookups = state.lookup(LOOKUPS);
    if let Some(lookups) = lookups.as_ref().and_then(Value::downcast_object_ref) {
        *Lookups::lack(lookups) = Some(Lack::NotOne(message.clone()));
    }
    Err(Error::new(ErrorKind::InvalidOperation, message))
}
