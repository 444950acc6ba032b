use jiff::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};
use serde::Serialize;

use super::prose::prose;
use crate::report::account::{elapsed, elapsed_s};
use crate::text::escape;
use crate::text::wording::count;

/// A line of a unified diff.
#[derive(Serialize)]
struct DiffLine<'a> {
    kind: &'static str,
    text: &'a str,
}

/// The templates' environment. Whatever a template prints goes through [`write`].
///
/// # Errors
/// minijinja refuses the syntax.
pub(in crate::report) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // Lines that hold only a block leave no blank line on the page.
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_formatter(write);
    environment.remove_filter("safe");
    environment.add_filter("elapsed", elapsed);
    environment.add_filter("elapsed_s", elapsed_s);
    environment.add_filter("time", |at: String| time(&at, "%Y-%m-%d %H:%M:%S"));
    environment.add_filter("clock", |at: String| time(&at, "%H:%M:%S"));
    environment.add_filter("count", |n: usize, noun: &str| count(n, noun));
    environment.add_filter("lines", |text: &str| text.lines().count());
    environment.add_filter("prose", |text: &str| Value::from_safe_string(prose(text)));
    environment.add_filter("diff", |text: &str| Value::from(Serde(diff(text))));
    environment.add_filter("body", |text: &str| body(text).to_owned());
    environment.add_filter("first_line", |text: &str| {
        text.trim()
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    });
    Ok(environment)
}

/// The one place where a value becomes text on a page: what would steer or hide text is
/// written out, then everything that HTML could take for markup is escaped.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => {
            let shown = Value::from(escape(text).into_owned());
            minijinja::escape_formatter(out, state, &shown)
        }
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// A text without the blank lines around it.
fn body(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |end| end + 1);
    &text[start..]
}

/// A time of day. All times are UTC; the page says so once.
fn time(at: &str, format: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.strftime(format).to_string(),
        Err(_) => at.to_owned(),
    }
}

fn diff(text: &str) -> Vec<DiffLine<'_>> {
    let kind = |line: &str| match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => "file",
        [b'+', ..] => "add",
        [b'-', ..] => "del",
        [b'@', ..] => "hunk",
        _ => "same",
    };
    text.lines()
        .map(|text| DiffLine {
            kind: kind(text),
            text,
        })
        .collect()
}
