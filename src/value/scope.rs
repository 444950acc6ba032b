use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The names a template or an expression can see, and their values. Values that came from
/// a device are data: they are never evaluated as templates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    names: BTreeMap<String, Value>,
    withheld: BTreeSet<String>,
}

impl Scope {
    /// Binds a name, replacing what it was bound to.
    pub fn bind(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.names.insert(name.into(), value.into());
    }

    /// What a name is bound to.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.names.get(name)
    }

    /// Takes note of a name whose value was secret, and is not known any more.
    pub fn withhold(&mut self, name: impl Into<String>) {
        self.withheld.insert(name.into());
    }

    /// Whether a name had a value that was secret.
    pub fn is_withheld(&self, name: &str) -> bool {
        self.withheld.contains(name)
    }

    /// Forgets a name, and gives what it was bound to.
    pub fn unbind(&mut self, name: &str) -> Option<Value> {
        self.names.remove(name)
    }

    /// All names with their values, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.names
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}
