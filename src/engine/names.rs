use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::event::Place;
use crate::journal::Bound;
use crate::plan::{Lane, PlannedRunbook};
use crate::value::Scope;

/// The names of one runbook while it runs: its variables, and what steps bound, in the order of
/// time, so that a step is taken back with the names that it had.
///
/// On a group every target has names of its own; outside that group's fences they are a map
/// by target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// What the runbook began with.
    start: Scope,
    targets: Rc<BTreeMap<String, Value>>,
    /// What steps bound: when, and the value unless it is secret and not known any more.
    bound: BTreeMap<(Place, String), (u64, Option<Value>)>,
    /// As they stand.
    shared: Scope,
    lanes: BTreeMap<String, BTreeMap<String, Option<Value>>>,
}

impl Names {
    pub(crate) fn of(runbook: &PlannedRunbook) -> Self {
        Self {
            start: runbook.scope.clone(),
            targets: runbook.targets.clone(),
            shared: runbook.scope.clone(),
            ..Self::default()
        }
    }

    /// What a fence on `target` in this lane can see.
    pub(crate) fn scope(&self, lane: &Lane, target: &str) -> Scope {
        let mut scope = self.shared.clone();
        if let Some(own) = lane.name.as_ref().and_then(|name| self.lanes.get(name)) {
            for (name, value) in own {
                match value {
                    Some(value) => scope.bind(name, value.clone()),
                    None => drop(scope.unbind(name)),
                }
            }
        }
        if let Some((name, row)) = &lane.row {
            scope.bind(name, row.clone());
        }
        let known = self.targets.get(target).cloned();
        scope.bind("target", known.unwrap_or_else(|| json!({ "name": target })));
        scope
    }

    /// A step binds a name.
    pub(crate) fn bind(&mut self, bound: Bound) {
        if bound.value.is_none() {
            self.start.withhold(&bound.name);
            self.shared.withhold(&bound.name);
        }
        self.set(&bound.place, &bound.name, bound.value.as_ref());
        let key = (bound.place, bound.name);
        self.bound.insert(key, (bound.at, bound.value));
    }

    /// A name has a value as long as its step is taken back.
    pub(crate) fn lend(&mut self, place: &Place, name: &str, value: &Value) {
        self.set(place, name, Some(value));
    }

    /// The value that a step bound a name to is known again.
    pub(crate) fn bind_again(&mut self, place: &Place, name: &str, value: Value) {
        self.set(place, name, Some(&value));
        let key = (place.clone(), name.to_owned());
        let (_, known) = self.bound.entry(key).or_default();
        *known = Some(value);
    }

    /// Gives all names the values that they got last.
    pub(crate) fn go_on(&mut self) {
        self.go_to(u64::MAX);
    }

    /// Gives all names the values that they had at an event. One that had none yet keeps what it
    /// got later.
    pub(crate) fn go_to(&mut self, event: u64) {
        self.shared = self.start.clone();
        self.lanes.clear();
        let mut bound: Vec<_> = std::mem::take(&mut self.bound).into_iter().collect();
        bound.sort_by_key(|(_, (at, _))| (*at <= event, *at));
        for ((place, name), (_, value)) in &bound {
            self.set(place, name, value.as_ref());
        }
        self.bound = bound.into_iter().collect();
    }

    fn set(&mut self, place: &Place, name: &str, value: Option<&Value>) {
        let value = match &place.lane {
            None => value.cloned(),
            Some(lane) => Some(self.set_in_lane(lane, name, value)),
        };
        match value {
            Some(value) => self.shared.bind(name, value),
            None => drop(self.shared.unbind(name)),
        }
    }

    /// Gives the values of all lanes.
    fn set_in_lane(&mut self, lane: &str, name: &str, value: Option<&Value>) -> Value {
        let own = self.lanes.entry(lane.to_owned()).or_default();
        own.insert(name.to_owned(), value.cloned());
        let mut all = match self.shared.unbind(name) {
            Some(Value::Object(all)) => all,
            _ => Map::new(),
        };
        match value {
            Some(value) => all.insert(lane.to_owned(), value.clone()),
            None => all.remove(lane),
        };
        Value::Object(all)
    }
}
