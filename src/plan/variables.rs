use std::collections::BTreeMap;

use serde_json::Value;

use crate::runbook::{Runbook, VarSpec};
use crate::text::{Diagnostic, Span};
use crate::value::Scope;

/// A variable that nothing gives a value to.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// What front matter says about it.
    pub spec: VarSpec,
    /// Where it is declared.
    pub span: Span,
}

/// The variables of one runbook, weakest first: front matter, inventory, `--var`.
///
/// # Errors
/// Values that don't fit their declaration.
pub fn variables(
    runbook: &Runbook,
    inventory: &BTreeMap<String, Value>,
    given: &BTreeMap<String, Value>,
) -> Result<(Scope, Vec<Missing>), Vec<Diagnostic>> {
    let mut scope = Scope::default();
    let mut missing = Vec::new();
    let mut wrong = Vec::new();
    for (name, value) in inventory.iter().chain(given) {
        scope.bind(name, value.clone());
    }
    for (name, spec) in &runbook.meta.vars {
        let span = name.span;
        let name = &name.value;
        let value = given
            .get(name)
            .or_else(|| inventory.get(name))
            .or(spec.default.as_ref());
        match value {
            None => missing.push(Missing {
                name: name.clone(),
                spec: spec.clone(),
                span,
            }),
            Some(value) => match fit(spec, value) {
                Ok(value) => scope.bind(name, value),
                Err(found) => wrong.push(
                    Diagnostic::error(
                        "bad-value",
                        &runbook.source,
                        span,
                        format!("the value of `{name}` does not fit its declaration"),
                    )
                    .label(match given.contains_key(name) {
                        // Who gave it knows it, and it may be a secret.
                        true => format!("what was given for it {found}"),
                        false => format!("{value} {found}"),
                    }),
                ),
            },
        }
    }
    if wrong.is_empty() {
        Ok((scope, missing))
    } else {
        Err(wrong)
    }
}

/// `--var` gives text only; what is written in YAML has its type already.
fn fit(spec: &VarSpec, value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) => spec.read(text),
        other => spec.accept(other).map(|()| other.clone()),
    }
}
