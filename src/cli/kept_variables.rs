use std::collections::BTreeMap;
use std::fs;

use camino::Utf8Path;
use serde_json::Value;

use super::again::{Basis, Edited};
use crate::runbook;
use crate::text::{Source, escape};

/// What was sent may hold a variable's value, and its undo has to hold the same: so a run keeps
/// the values that it began with, and says so where an edit gives a variable another default.
pub(crate) fn kept_variables(basis: &Basis, edited: &[Edited]) -> Vec<String> {
    let mut kept = Vec::new();
    for runbook in &basis.runbooks {
        let Some(edit) = edited.iter().find(|edit| edit.path == runbook.path) else {
            continue;
        };
        let had = basis.variables.get(&runbook.name);
        let (then, now) = (defaults(&edit.copy), defaults(&edit.path));
        for (name, default) in now {
            let is_other = then.get(&name) != Some(&default);
            if is_other && had.is_some_and(|had| had.contains_key(&name)) {
                kept.push(format!(
                    "`{}` of `{}` keeps the value that the run began with, whatever its default \
                     is now",
                    escape(&name),
                    escape(&runbook.name)
                ));
            }
        }
    }
    kept
}

fn defaults(path: &Utf8Path) -> BTreeMap<String, Option<Value>> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let runbook = runbook::parse(Source::new(path, text)).runbook;
    let vars = runbook.meta.vars.into_iter();
    vars.map(|(name, spec)| (name.value, spec.default))
        .collect()
}
