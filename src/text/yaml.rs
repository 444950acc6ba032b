//! YAML with the place of every value kept, and bounded in size, depth and expansion.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Error, Location};

use super::{Diagnostic, Source, Span};

/// A YAML value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Its words. Of a mapping or list only the first byte is certain.
    pub span: Span,
}

/// A key of a mapping, its place and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// What it maps to.
    pub value: Node,
}

/// The kinds of YAML values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written; keys are unique.
    Map(Vec<Entry>),
}

impl Node {
    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::String(text) => Value::String(text.clone()),
            Kind::List(items) => items.iter().map(Node::to_value).collect(),
            Kind::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_value()))
                .collect(),
        }
    }

    /// What it is, with an article: `a list`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::String(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// Reads the YAML that stands at `span`. An empty text is [`Kind::Null`].
///
/// # Errors
///
/// What is wrong with it as YAML, or which bound it breaks: 256 levels of flow collections,
/// 32 levels in all, 10 000 values after aliases are expanded, no duplicate keys.
pub fn parse(source: &Source, span: Span) -> Result<Node, Box<Diagnostic>> {
    let text = source.slice(span);
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            // Each takes some 35 KB of stack in a debug build, and threads may have 2 MB.
            max_depth: 32,
            max_events: 20_000,
            max_nodes: 10_000,
            max_aliases: 100,
            max_anchors: 100,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 16,
        },
    };
    let parsed: Result<Option<serde_saphyr::Spanned<Raw>>, Error> =
        serde_saphyr::from_str_with_options(text, options);
    match parsed {
        Ok(None) => Ok(Node {
            kind: Kind::Null,
            span,
        }),
        Ok(Some(raw)) => Ok(node(raw, text, span.start)),
        Err(error) => Err(Box::new(refused(source, span, &error))),
    }
}

fn refused(source: &Source, span: Span, error: &Error) -> Diagnostic {
    let at = error
        .location()
        .map_or(span, |at| place(at, source.slice(span), span.start));
    let too_large = || {
        Diagnostic::error(
            "yaml-too-large",
            source,
            at,
            "the YAML is too large or too deep",
        )
        .help("write it with fewer levels, values and aliases")
    };
    match root(error) {
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => too_large(),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("this key");
            Diagnostic::error(
                "duplicate-key",
                source,
                at,
                format!("`{key}` is given twice"),
            )
        }
        root => {
            let text = root.to_string();
            // Nested flow collections have a limit of their own, in the scanner.
            if text.starts_with("recursion limit") {
                return too_large();
            }
            // The place follows the words; it is shown by the caret.
            let words = text.split(" at line ").next().unwrap_or_default();
            let is_tab = words.contains("tab");
            let at = if is_tab { tab(source, span, at) } else { at };
            let finding = Diagnostic::error("bad-yaml", source, at, "the YAML cannot be read");
            let finding = finding.label(words);
            if is_tab {
                return finding.help("indent with blanks");
            }
            if words.starts_with("mapping values are not allowed") {
                return finding.help(
                    "keys of one mapping begin in the same column; quote a value with `: ` in it",
                );
            }
            finding
        }
    }
}

/// The tab that was found, which the scanner places a little before or behind it.
fn tab(source: &Source, span: Span, at: Span) -> Span {
    let text = source.slice(span);
    let line = text[..at.start - span.start]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    text[line..].find('\t').map_or(at, |tab| {
        Span::new(line + tab, line + tab + 1).shifted(span.start)
    })
}

/// The error without what wraps it.
fn root(error: &Error) -> &Error {
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => root(error),
        error => error,
    }
}

/// A location inside `text`, which begins at `base` of the source.
fn place(location: Location, text: &str, base: usize) -> Span {
    let span = location.span();
    let Some(start) = span.byte_offset() else {
        // What the scanner refuses it counts in lines and characters only.
        return character(location, text).shifted(base);
    };
    let start = (start as usize).min(text.len());
    let len = span.byte_len().unwrap_or(0) as usize;
    Span::new(start, (start + len).min(text.len())).shifted(base)
}

/// The character at a line and a column; of a line that ends before it, the last one.
fn character(location: Location, text: &str) -> Span {
    let before = (location.line() as usize).saturating_sub(1);
    let lines = text.split_inclusive('\n');
    let start: usize = lines.clone().take(before).map(str::len).sum();
    let line = lines.clone().nth(before).unwrap_or_default().trim_end();
    let column = (location.column() as usize).saturating_sub(1);
    let mut characters = line.char_indices();
    let found = characters
        .nth(column)
        .or_else(|| line.char_indices().last());
    found.map_or(Span::new(start, start), |(at, c)| {
        Span::new(start + at, start + at + c.len_utf8())
    })
}

fn node(raw: serde_saphyr::Spanned<Raw>, text: &str, base: usize) -> Node {
    let span = place(raw.referenced, text, base);
    let kind = match raw.value {
        Raw::Scalar(kind) => kind,
        Raw::List(items) => Kind::List(
            items
                .into_iter()
                .map(|item| node(item, text, base))
                .collect(),
        ),
        Raw::Map(entries) => Kind::Map(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    key_span: place(key.referenced, text, base),
                    key: key.value,
                    value: node(value, text, base),
                })
                .collect(),
        ),
    };
    Node { kind, span }
}

/// A value as serde hands it over.
enum Raw {
    Scalar(Kind),
    List(Vec<serde_saphyr::Spanned<Raw>>),
    Map(Vec<(serde_saphyr::Spanned<String>, serde_saphyr::Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Number(value.into())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Number(value.into())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Raw, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
        Ok(Raw::Scalar(Kind::Number(number)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::String(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Source, Result<Node, Box<Diagnostic>>) {
        let source = Source::new("x.yaml", text);
        let node = parse(&source, Span::new(0, text.len()));
        (source, node)
    }

    #[test]
    fn keys_and_values_know_their_place() {
        let (source, node) = read("größe: 5\nnames: [a, 'b c']\n");
        let Ok(Node {
            kind: Kind::Map(entries),
            ..
        }) = node
        else {
            panic!("{node:?}")
        };
        assert_eq!(source.slice(entries[0].key_span), "größe");
        assert_eq!(source.slice(entries[0].value.span), "5");
        let Kind::List(items) = &entries[1].value.kind else {
            panic!("{entries:?}")
        };
        assert_eq!(source.slice(items[1].span), "'b c'");
        assert_eq!(entries[1].value.to_value(), serde_json::json!(["a", "b c"]));
    }

    #[test]
    fn an_empty_text_is_nothing() {
        for text in ["", "# only a comment\n", "~"] {
            assert_eq!(
                read(text).1.ok().map(|node| node.kind),
                Some(Kind::Null),
                "{text}"
            );
        }
    }

    #[test]
    fn bombs_are_refused_in_bounded_time() {
        let mut laughs = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for i in 1..30 {
            let items = vec![format!("*a{}", i - 1); 9].join(",");
            laughs += &format!("a{i}: &a{i} [{items}]\n");
        }
        let deep = "[".repeat(100_000);
        let deep_maps = "{a: ".repeat(60) + &"}".repeat(60);
        let wide = "- x\n".repeat(100_000);
        for bomb in [laughs, deep, deep_maps, wide] {
            let Err(refused) = read(&bomb).1 else {
                panic!("accepted")
            };
            assert_eq!(refused.code, "yaml-too-large", "{refused:?}");
        }
    }

    #[test]
    fn what_is_refused_has_a_place() {
        for (text, line, column) in [
            ("title: x\n on: here\n", 2, 4),
            ("größe: 5\nb:\n  - [\n  c: 2\n", 3, 5),
            ("a:\n\tb: 1\n", 2, 1),
            ("a: 1\n\tb: 2\n", 2, 1),
            ("a: ä\nb: 'open\nc: 3\n", 2, 4),
            ("a: 1\nb\nc: 2\n", 2, 1),
            ("a: *nowhere", 1, 4),
            ("a: {b: 1\n", 1, 4),
        ] {
            let Err(refused) = read(text).1 else {
                panic!("accepted: {text}")
            };
            let at = refused.source.position(refused.primary.span.start);
            assert_eq!(
                (at.line, at.column),
                (line, column),
                "{text:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_key_may_stand_once() {
        let Err(refused) = read("a: 1\na: 2\n").1 else {
            panic!("accepted")
        };
        assert_eq!(refused.message, "`a` is given twice");
    }
}
