//! Variables and captures as they are shown.

use crate::event::Answer;
use crate::redact::HIDDEN;
use serde_json::{Map, Value};

use super::Excerpt;

/// The variables of every runbook, as `runbook.name`.
pub(super) fn of_runbooks(variables: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in variables.as_object().into_iter().flatten() {
        match value {
            Value::Object(own) => {
                let own = shown(own, &[], None).into_iter();
                all.extend(own.map(|(variable, value)| (format!("{name}.{variable}"), value)));
            }
            other => all.push((name.clone(), text(other))),
        }
    }
    all
}

/// Names with their values.
pub(super) fn shown(
    values: &Map<String, Value>,
    withheld: &[String],
    answer: Option<&Answer>,
) -> Vec<(String, String)> {
    // What an answer says of its files is shown with it.
    let files = answer.map_or(&[][..], |answer| &answer.attachments);
    let is_file = |name: &str| files.iter().any(|kept| kept.name == name);
    let values = values.iter().filter(|(name, _)| !is_file(name));
    let shown = |(name, value): (&String, &Value)| (name.clone(), text(value));
    let hidden = |name: &String| (name.clone(), HIDDEN.to_owned());
    let hidden = withheld.iter().map(hidden);
    values.map(shown).chain(hidden).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => Excerpt::of(text).head,
        other => Excerpt::of(&other.to_string()).head,
    }
}
