use std::borrow::Cow;

use serde_json::Value;

/// Where a value lands, and so what has to be done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// As it is.
    Plain,
    /// As it is, on one line.
    Line,
    /// An unquoted word of a shell script.
    ShellWord,
    /// Inside of a shell's `"…"`.
    ShellDouble,
    /// Inside of a shell's `'…'`.
    ShellSingle,
    /// Inside of a here-document that ends with this word; `literal`: the word was quoted.
    HereDocument {
        end: String,
        literal: bool,
    },
    /// Where only harmless characters can stand, and why.
    Harmless(&'static str),
    Xml,
    JsonValue,
    /// Inside of a string with these quotes.
    JsonString(char),
    Ios,
    Excerpt,
}

impl Place {
    /// The value as text for this place.
    ///
    /// # Errors
    /// Why it can't stand here: a fragment that follows the value's name.
    pub(super) fn insert(&self, value: &Value) -> Result<String, String> {
        match (self, value) {
            (Place::JsonValue, value) => Ok(value.to_string()),
            (Place::ShellWord, Value::Array(items)) => {
                let words: Result<Vec<_>, _> = items.iter().map(|item| self.insert(item)).collect();
                Ok(words?.join(" "))
            }
            _ => self.quote(&scalar(value)?),
        }
    }

    /// Text, quoted for this place.
    ///
    /// # Errors
    /// Why it can't stand here: a fragment that follows the value's name.
    pub(super) fn quote(&self, text: &str) -> Result<String, String> {
        if text.contains('\0') {
            return Err("holds a NUL character".to_owned());
        }
        Ok(match self {
            Place::Plain => text.to_owned(),
            Place::Line => {
                refuse_control(text)?;
                text.to_owned()
            }
            Place::ShellWord => shell_word(text).into_owned(),
            Place::ShellDouble => escape(text, "\\$`\""),
            Place::ShellSingle => text.replace('\'', r"'\''"),
            Place::HereDocument { end, literal } => {
                if text
                    .lines()
                    .any(|line| line.trim_start_matches('\t') == end)
                {
                    return Err(format!(
                        "holds the line `{end}`, which ends the here-document"
                    ));
                }
                if *literal {
                    text.to_owned()
                } else {
                    escape(text, "\\$`")
                }
            }
            Place::Harmless(why) => {
                if text.is_empty() || !text.chars().all(is_harmless) {
                    return Err(format!("holds characters that can't be quoted {why}"));
                }
                text.to_owned()
            }
            Place::Xml => {
                // XML 1.0 has no way to write the others.
                if let Some(c) = text
                    .chars()
                    .find(|c| c.is_control() && !"\t\n\r".contains(*c))
                {
                    return Err(format!(
                        "holds the control character {}",
                        c.escape_unicode()
                    ));
                }
                quick_xml::escape::escape(text).into_owned()
            }
            Place::JsonValue => Value::from(text).to_string(),
            Place::JsonString(quotes) => {
                let quoted = Value::from(text).to_string();
                let inside = &quoted[1..quoted.len() - 1];
                if *quotes == '\'' {
                    inside.replace('\'', r"\'")
                } else {
                    inside.to_owned()
                }
            }
            Place::Ios => {
                refuse_control(text)?;
                if text.contains('?') {
                    return Err("holds a `?`, which IOS takes as a call for help".to_owned());
                }
                text.to_owned()
            }
            Place::Excerpt => text
                .split('\n')
                .map(|line| match line.trim() {
                    "..." => line.replace("...", r"\..."),
                    _ => line
                        .replace('\\', r"\\")
                        .replace("[..]", r"\[..]")
                        .replace('<', r"\<"),
                })
                .collect::<Vec<_>>()
                .join("\n"),
        })
    }
}

/// A value that is one piece of text.
pub(super) fn scalar(value: &Value) -> Result<Cow<'_, str>, String> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Null => Err("has no value (null)".to_owned()),
        Value::Array(_) => {
            Err("is a list: say how to write it, for instance `| join(\",\")`".to_owned())
        }
        Value::Object(_) => Err("is a map: name one of its entries".to_owned()),
    }
}

fn refuse_control(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!(
            "holds the control character {}",
            c.escape_unicode()
        )),
        None => Ok(()),
    }
}

/// Characters that mean themselves in every part of a shell script.
fn is_harmless(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c)
}

fn shell_word(text: &str) -> Cow<'_, str> {
    if !text.is_empty() && text.chars().all(is_harmless) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

fn escape(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
