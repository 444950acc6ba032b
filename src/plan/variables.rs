use std::collections::BTreeMap;

use serde_json::Value;

use crate::runbook::{Runbook, VarSpec, VarType};
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
        let value = given.get(name).or_else(|| inventory.get(name)).or(spec.default.as_ref());
        match value {
            None => missing.push(Missing { name: name.clone(), spec: spec.clone(), span }),
            Some(value) => match fit(spec, value) {
                Ok(value) => scope.bind(name, value),
                Err(found) => wrong.push(
                    Diagnostic::error(
                        "bad-value",
                        &runbook.source,
                        span,
                        format!("the value of `{name}` does not fit its declaration"),
                    )
                    .label(found),
                ),
            },
        }
    }
    if wrong.is_empty() { Ok((scope, missing)) } else { Err(wrong) }
}

/// The value in the declared type, or what is wrong with it. `--var` gives text only.
fn fit(spec: &VarSpec, value: &Value) -> Result<Value, String> {
    let value = match (spec.kind, value) {
        (VarType::Int, Value::String(text)) => {
            text.trim().parse::<i64>().map(Value::from).map_err(|_| format!("`{text}` is no whole number"))?
        }
        (VarType::Bool, Value::String(text)) => match text.as_str() {
            "true" | "yes" => Value::Bool(true),
            "false" | "no" => Value::Bool(false),
            _ => return Err(format!("`{text}` is neither true nor false")),
        },
        (VarType::List, Value::String(text)) => {
            text.split(',').map(|item| Value::from(item.trim())).collect()
        }
        (VarType::Ip, Value::String(text)) if text.parse::<std::net::IpAddr>().is_err() => {
            return Err(format!("`{text}` is no IP address"));
        }
        (_, other) => other.clone(),
    };
    if let Some(number) = value.as_i64() {
        if spec.min.is_some_and(|min| number < min) || spec.max.is_some_and(|max| number > max) {
            let bound = |b: Option<i64>| b.map_or("…".to_owned(), |b| b.to_string());
            return Err(format!("{number} is not in {}..{}", bound(spec.min), bound(spec.max)));
        }
    }
    if !spec.choices.is_empty() && !spec.choices.contains(&value) {
        return Err(format!("{value} is not among its choices"));
    }
    if let (Some(pattern), Some(text)) = (&spec.pattern, value.as_str()) {
        let whole = regex::Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|e| format!("its pattern is no regular expression: {e}"))?;
        if !whole.is_match(text) {
            return Err(format!("`{text}` does not match `{pattern}`"));
        }
    }
    Ok(value)
}
