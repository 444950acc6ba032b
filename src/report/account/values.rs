//! Variables and captures as they are shown.

use crate::redact::HIDDEN;
use serde_json::{Map, Value};

use super::Excerpt;

/// The variables of every runbook, as `runbook.name`.
pub(super) fn of_runbooks(variables: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in variables.as_object().into_iter().flatten() {
        match value {
            Value::Object(own) => {
                let own = shown(own, &[]).into_iter();
                all.extend(own.map(|(variable, value)| (format!("{name}.{variable}"), value)));
            }
            other => all.push((name.clone(), text(other))),
        }
    }
    all
}

/// Names with their values.
pub(super) fn shown(values: &Map<String, Value>, withheld: &[String]) -> Vec<(String, String)> {
    let shown = |(name, value): (&String, &Value)| (name.clone(), text(value));
    let hidden = |name: &String| (name.clone(), HIDDEN.to_owned());
    let hidden = withheld.iter().map(hidden);
    values.iter().map(shown).chain(hidden).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => Excerpt::of(text).head,
        other => Excerpt::of(&other.to_string()).head,
    }
}
