use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::event::Place;

/// A name that a step gave a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Which step.
    pub place: Place,
    /// The name.
    pub name: String,
    /// `None`: it is secret, and the journal did not keep it.
    pub value: Option<Value>,
    /// The number of the event with which it did.
    pub at: u64,
}

/// The names that a step bound: the last value of each, and the number of the event that gave it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundNames(BTreeMap<String, (u64, Option<Value>)>);

impl BoundNames {
    /// Binds names: those whose values the journal kept, and those whose values it withheld.
    pub(super) fn give(&mut self, at: u64, kept: &Map<String, Value>, withheld: &[String]) {
        for name in withheld {
            self.0.insert(name.clone(), (at, None));
        }
        for (name, value) in kept {
            self.0.insert(name.clone(), (at, Some(value.clone())));
        }
    }

    /// The same, each with the step that it is of.
    pub(super) fn of(&self, place: &Place) -> impl Iterator<Item = Bound> {
        self.0.iter().map(|(name, (at, value))| Bound {
            place: place.clone(),
            name: name.clone(),
            value: value.clone(),
            at: *at,
        })
    }
}
