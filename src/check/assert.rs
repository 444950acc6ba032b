use serde_json::Value;

use super::{Observation, columns, xml};
use crate::text::{Span, escape, is_unambiguous};
use crate::value::{Entry, Expression, Scope, TemplateError, Undefined};

/// Expressions, one a line, each of which must be truthy. Blank lines and lines that start with
/// `#` are skipped.
///
/// In scope, beside the variables: `stdout`, `stderr`, `lines` (of stdout), `exit`, and, made
/// only where they are named, `json`, `xml` and `table` of stdout.
#[derive(Clone, Debug)]
pub struct Assert {
    lines: Vec<(Expression, usize)>,
}

/// A line that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertMiss {
    /// The expression.
    pub expression: String,
    /// Why it can't be evaluated, if that is the reason.
    pub error: Option<String>,
    /// What is not there, if that is why.
    pub undefined: Option<Undefined>,
    /// Its parts and their values, as they are shown.
    pub parts: Vec<(String, String)>,
}

/// The names that an answer gives, whatever it holds.
pub(super) const NAMES: [&str; 7] = ["stdout", "stderr", "lines", "exit", "json", "xml", "table"];

impl Assert {
    /// Parses the lines.
    ///
    /// # Errors
    /// A line is no expression; the span is in `text`.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim();
            if !content.is_empty() && !content.starts_with('#') {
                let start = at + line.len() - line.trim_start().len();
                let expression = Expression::parse(content).map_err(|error| TemplateError {
                    span: error.span.shifted(start),
                    ..error
                })?;
                lines.push((expression, start));
            }
            at += line.len();
        }
        Ok(Self { lines })
    }

    /// The names it needs from elsewhere, with their spans in its text.
    pub fn names(&self) -> Vec<(String, Span)> {
        let all = self.lines.iter().flat_map(|(expression, at)| {
            expression
                .names()
                .iter()
                .map(|(name, span)| (name.clone(), span.shifted(*at)))
        });
        all.filter(|(name, _)| !NAMES.contains(&name.as_str()))
            .collect()
    }

    /// What it takes of them, with their spans in its text.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.lines.iter().flat_map(|(expression, at)| {
            let entries = expression.entries().iter().cloned();
            entries.map(|entry| entry.shifted(*at))
        })
    }

    /// The regular expressions that stand in it as text, with their spans in its text.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, Span)> {
        self.lines.iter().flat_map(|(expression, at)| {
            let patterns = expression.patterns().iter();
            patterns.map(|(pattern, span)| (pattern.as_str(), span.shifted(*at)))
        })
    }

    /// The lines that don't hold. What the answer gives hides variables of the same name.
    pub fn misses(&self, observation: &Observation, scope: &Scope) -> Vec<AssertMiss> {
        let mut scope = scope.clone();
        let mut unmade = Vec::new();
        for (expression, _) in &self.lines {
            for (name, _) in expression.names() {
                match make(name, observation) {
                    Some(Ok(value)) => scope.bind(name.as_str(), value),
                    Some(Err(why)) => {
                        scope.unbind(name);
                        unmade.push((name.clone(), why));
                    }
                    None => {}
                }
            }
        }
        self.lines
            .iter()
            .filter_map(|(expression, _)| miss(expression, &scope, &unmade))
            .collect()
    }
}

fn make(name: &str, observation: &Observation) -> Option<Result<Value, String>> {
    let stdout = &observation.stdout;
    Some(match name {
        "stdout" => Ok(stdout.as_str().into()),
        "stderr" => Ok(observation.stderr.as_str().into()),
        "lines" => Ok(stdout.lines().collect::<Vec<_>>().into()),
        "exit" => Ok(observation.exit.into()),
        "json" => is_unambiguous(stdout.as_bytes())
            .and_then(|()| serde_json::from_str(stdout))
            .map_err(|error| error.to_string()),
        "xml" => xml::value(stdout),
        "table" => columns::rows(stdout),
        _ => return None,
    })
}

fn miss(expression: &Expression, scope: &Scope, unmade: &[(String, String)]) -> Option<AssertMiss> {
    let (error, undefined) = match expression.holds(scope) {
        Ok(true) => return None,
        Ok(false) => (None, None),
        Err(error) => {
            let is_named = |(name, _): &&(String, String)| {
                expression.names().iter().any(|(named, _)| named == name)
            };
            match unmade.iter().find(is_named) {
                Some((name, why)) => {
                    let what = format!("stdout is not {}: {why}", name.to_uppercase());
                    (Some(what), None)
                }
                None => (Some(error.message), error.undefined),
            }
        }
    };
    let parts = expression.parts(scope);
    let shown = parts.into_iter().map(|(source, value)| {
        let value = value.map_or_else(|why| format!("({})", escape(&why)), |value| brief(&value));
        (source, value)
    });
    Some(AssertMiss {
        expression: expression.source().to_owned(),
        error,
        undefined,
        parts: shown.collect(),
    })
}

/// Characters of a value that are shown.
const SHOWN: usize = 200;

/// Lines of a text that are shown.
const SHOWN_LINES: usize = 12;

/// A text of several lines stands as it came, below its name; anything else as JSON.
fn brief(value: &Value) -> String {
    if let Value::String(text) = value
        && text.trim_end().contains('\n')
    {
        let lines: Vec<&str> = text.lines().collect();
        let mut shown = String::new();
        for line in lines.iter().take(SHOWN_LINES) {
            shown += &format!("\n    | {}", escape(line));
        }
        if lines.len() > SHOWN_LINES {
            shown += &format!("\n    … ({} lines)", lines.len());
        }
        return shown;
    }
    let text = match value {
        Value::String(text) => Value::from(text.trim_end()).to_string(),
        other => other.to_string(),
    };
    let text = escape(&text);
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}… ({} characters)", &text[..cut], text.chars().count()),
        None => text.into_owned(),
    }
}

impl AssertMiss {
    /// Whether the answer says that it does not hold: what an entry that is not there should have
    /// been it is not.
    pub fn is_found(&self) -> bool {
        self.error.is_none() || self.undefined == Some(Undefined::Entry)
    }

    /// The expression, and the values of its parts below it.
    pub fn render(&self) -> String {
        let what = match self.is_found() {
            true => "does not hold",
            false => "can't be evaluated",
        };
        let mut out = format!("{what}: {}\n", escape(&self.expression));
        if let Some(error) = &self.error {
            out += &format!("  {}\n", escape(error));
        }
        let width = self
            .parts
            .iter()
            .map(|(part, _)| part.chars().count())
            .max()
            .unwrap_or(0);
        for (part, value) in &self.parts {
            out += &format!("  {:width$} = {value}\n", escape(part));
        }
        out.truncate(out.trim_end().len());
        out
    }
}
