use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::plan::{Lane, PlannedRunbook};
use crate::value::Scope;

/// The names of one runbook while it runs: its variables, and what steps bound.
///
/// On a group every target has names of its own; outside that group's fences they are a map
/// by target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    shared: Scope,
    targets: Rc<BTreeMap<String, Value>>,
    lanes: BTreeMap<String, Map<String, Value>>,
}

impl Names {
    pub(crate) fn of(runbook: &PlannedRunbook) -> Self {
        Self {
            shared: runbook.scope.clone(),
            targets: runbook.targets.clone(),
            lanes: BTreeMap::new(),
        }
    }

    /// What a fence on `target` in this lane can see.
    pub(crate) fn scope(&self, lane: &Lane, target: &str) -> Scope {
        let mut scope = self.shared.clone();
        if let Some(own) = lane.name.as_ref().and_then(|name| self.lanes.get(name)) {
            for (name, value) in own {
                scope.bind(name, value.clone());
            }
        }
        if let Some((name, row)) = &lane.row {
            scope.bind(name, row.clone());
        }
        let known = self.targets.get(target).cloned();
        scope.bind("target", known.unwrap_or_else(|| json!({ "name": target })));
        scope
    }

    /// Takes note of names whose values the journal did not keep.
    pub(crate) fn withhold(&mut self, names: &BTreeSet<String>) {
        for name in names {
            self.shared.withhold(name);
        }
    }

    pub(crate) fn bind(&mut self, lane: &Lane, bound: &Map<String, Value>) {
        for (name, value) in bound {
            let Some(lane) = &lane.name else {
                self.shared.bind(name, value.clone());
                continue;
            };
            self.lanes
                .entry(lane.clone())
                .or_default()
                .insert(name.clone(), value.clone());
            let mut by_lane = match self.shared.get(name) {
                Some(Value::Object(map)) => map.clone(),
                _ => Map::new(),
            };
            by_lane.insert(lane.clone(), value.clone());
            self.shared.bind(name, by_lane);
        }
    }
}
