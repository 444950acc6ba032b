use std::sync::LazyLock;

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, value::Serde};
use regex::Regex;

use super::{compare, lookup, number, strict};
use crate::text::is_unambiguous;

/// Enough for any expression a person writes, and over in milliseconds for one that is not.
const FUEL: u64 = 100_000;

/// Compiled patterns may take this many bytes.
const REGEX_SIZE: usize = 1 << 20;

/// The one environment in which every template and expression is evaluated: undefined names
/// are errors, nothing is loaded from anywhere, and work is bounded.
pub(super) fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_fuel(Some(FUEL));
        env.set_debug(true);
        env.add_test("matching", |text: &str, pattern: &str| {
            compile(pattern).map(|regex| regex.is_match(text))
        });
        env.add_filter("lines", |text: &str| {
            text.lines().map(Value::from).collect::<Vec<_>>()
        });
        env.add_filter("from_json", |text: &str| {
            is_unambiguous(text.as_bytes())
                .and_then(|()| serde_json::from_str::<serde_json::Value>(text))
                .map(|value| Value::from(Serde(value)))
                .map_err(|e| Error::new(ErrorKind::InvalidOperation, format!("no JSON: {e}")))
        });
        compare::add_to(&mut env);
        strict::add_to(&mut env);
        number::add_to(&mut env);
        lookup::add_to(&mut env);
        // What it means is seen to where the value is inserted.
        env.add_filter(VERBATIM, |value: Value| value);
        env
    });
    &ENVIRONMENT
}

/// The filter that says: insert it as it is.
pub(super) const VERBATIM: &str = "verbatim";

/// Patterns see lines: `^` and `$` stand at the ends of each.
fn compile(pattern: &str) -> Result<Regex, Error> {
    regex::RegexBuilder::new(pattern)
        .multi_line(true)
        .size_limit(REGEX_SIZE)
        .build()
        .map_err(|error| {
            // The last line says what is wrong; the ones before draw a caret.
            let text = error.to_string();
            let reason = text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            Error::new(
                ErrorKind::InvalidOperation,
                format!("bad pattern `{pattern}`: {reason}"),
            )
        })
}
