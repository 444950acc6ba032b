//! Front matter: YAML with every key known.

use super::{FrontMatter, OnFailure, Risk, Spanned, VarSpec, VarType};
use crate::text::yaml::{self, Entry, Kind, Node};
use crate::text::{Diagnostic, Source, Span, wording};

/// The keys of front matter.
const KEYS: [&str; 13] = [
    "title",
    "summary",
    "needs",
    "on",
    "risk",
    "reason",
    "impact",
    "security-impact",
    "requester",
    "retention",
    "window",
    "on-failure",
    "vars",
];
/// The keys of a variable's long form.
const VAR_KEYS: [&str; 7] = [
    "type", "default", "min", "max", "choices", "pattern", "help",
];
const RISKS: [(&str, Risk); 3] = [
    ("low", Risk::Low),
    ("moderate", Risk::Moderate),
    ("high", Risk::High),
];
const ON_FAILURE: [(&str, OnFailure); 3] = [
    ("undo", OnFailure::Undo),
    ("stop", OnFailure::Stop),
    ("ask", OnFailure::Ask),
];
const TYPES: [(&str, VarType); 5] = [
    ("string", VarType::String),
    ("int", VarType::Int),
    ("bool", VarType::Bool),
    ("ip", VarType::Ip),
    ("list", VarType::List),
];

/// Reads the YAML at `span`; what is wrong with it is left out and reported.
pub(super) fn read_front_matter(
    source: &Source,
    span: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> FrontMatter {
    let mut reader = Reader {
        source,
        diagnostics,
    };
    match yaml::parse(source, span) {
        Ok(node) => reader.front_matter(node),
        Err(refused) => {
            reader.diagnostics.push(*refused);
            FrontMatter::default()
        }
    }
}

struct Reader<'a> {
    source: &'a Source,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn front_matter(&mut self, node: Node) -> FrontMatter {
        let mut meta = FrontMatter::default();
        for Entry {
            key,
            key_span,
            value,
        } in self.entries(node, "front matter")
        {
            match key.as_str() {
                "title" => meta.title = self.text(&key, value).map(|text| text.value),
                "summary" => meta.summary = self.text(&key, value).map(|text| text.value),
                "needs" => meta.needs = self.names(&key, value),
                "on" => meta.on = self.text(&key, value),
                "risk" => meta.risk = self.choice(&key, value, &RISKS),
                "reason" => meta.reason = self.text(&key, value).map(|text| text.value),
                "impact" => meta.impact = self.text(&key, value).map(|text| text.value),
                "security-impact" => {
                    meta.security_impact = self.text(&key, value).map(|text| text.value);
                }
                "requester" => meta.requester = self.text(&key, value).map(|text| text.value),
                "retention" => meta.retention = self.text(&key, value).map(|text| text.value),
                "window" => meta.window = self.text(&key, value).map(|text| text.value),
                "on-failure" => meta.on_failure = self.choice(&key, value, &ON_FAILURE),
                "vars" => meta.vars = self.vars(value),
                _ => self.unknown_key(&key, key_span, "front matter", &KEYS),
            }
        }
        meta
    }

    fn vars(&mut self, node: Node) -> Vec<(Spanned<String>, VarSpec)> {
        let mut vars = Vec::new();
        for Entry {
            key,
            key_span,
            value,
        } in self.entries(node, "`vars`")
        {
            if !is_identifier(&key) {
                self.diagnostics.push(
                    Diagnostic::error(
                        "bad-name",
                        self.source,
                        key_span,
                        format!("`{key}` cannot name a variable"),
                    )
                    .help("a name has letters, digits and `_`, and begins with no digit"),
                );
                continue;
            }
            let spec = self.var(&key, value);
            vars.push((
                Spanned {
                    value: key,
                    span: key_span,
                },
                spec,
            ));
        }
        vars
    }

    fn var(&mut self, name: &str, node: Node) -> VarSpec {
        let Node {
            kind: Kind::Map(entries),
            span,
        } = node
        else {
            let default = (node.kind != Kind::Null).then(|| node.to_value());
            return VarSpec {
                kind: type_of(&node.kind),
                default,
                ..VarSpec::default()
            };
        };
        let mut spec = VarSpec::default();
        let mut kind = None;
        let mut default_span = span;
        for Entry {
            key,
            key_span,
            value,
        } in entries
        {
            match key.as_str() {
                "type" => kind = self.choice(&key, value, &TYPES),
                "default" => {
                    default_span = value.span;
                    if kind.is_none() {
                        spec.kind = type_of(&value.kind);
                    }
                    spec.default = Some(value.to_value());
                }
                "min" => spec.min = self.int(&key, value),
                "max" => spec.max = self.int(&key, value),
                "choices" => match value.kind {
                    Kind::List(items) => spec.choices = items.iter().map(Node::to_value).collect(),
                    _ => self.expected(&key, &value, "a list"),
                },
                "pattern" => spec.pattern = self.pattern(&key, value),
                "help" => spec.help = self.text(&key, value).map(|text| text.value),
                _ => self.unknown_key(&key, key_span, "a variable", &VAR_KEYS),
            }
        }
        spec.kind = kind.unwrap_or(spec.kind);
        if let Some(default) = &spec.default
            && let Err(problem) = spec.accept(default)
        {
            self.diagnostics.push(Diagnostic::error(
                "bad-default",
                self.source,
                default_span,
                format!("the default of `{name}` {problem}"),
            ));
        }
        spec
    }

    /// The entries of a mapping; of anything else none.
    fn entries(&mut self, node: Node, what: &str) -> Vec<Entry> {
        match node.kind {
            Kind::Map(entries) => entries,
            Kind::Null => Vec::new(),
            _ => {
                let message = format!("{what} must be a mapping, not {}", node.kind_name());
                self.diagnostics.push(
                    Diagnostic::error("bad-front-matter", self.source, node.span, message)
                        .help("write `key: value` lines"),
                );
                Vec::new()
            }
        }
    }

    fn text(&mut self, key: &str, node: Node) -> Option<Spanned<String>> {
        let value = match node.kind {
            Kind::String(text) => text,
            Kind::Number(number) => number.to_string(),
            _ => {
                self.expected(key, &node, "text");
                return None;
            }
        };
        Some(Spanned {
            value,
            span: node.span,
        })
    }

    fn int(&mut self, key: &str, node: Node) -> Option<i64> {
        if let Kind::Number(number) = &node.kind
            && let Some(number) = number.as_i64()
        {
            return Some(number);
        }
        self.expected(key, &node, "a whole number");
        None
    }

    fn pattern(&mut self, key: &str, node: Node) -> Option<String> {
        let text = self.text(key, node)?;
        if let Err(error) = regex_syntax::parse(&text.value) {
            let error = error.to_string();
            let reason = error
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            self.diagnostics.push(
                Diagnostic::error(
                    "bad-pattern",
                    self.source,
                    text.span,
                    "this is no regular expression",
                )
                .label(reason),
            );
            return None;
        }
        Some(text.value)
    }

    /// A list of names; a single name is a list of one.
    fn names(&mut self, key: &str, node: Node) -> Vec<Spanned<String>> {
        match node.kind {
            Kind::List(items) => items
                .into_iter()
                .filter_map(|item| self.text(key, item))
                .collect(),
            Kind::Null => Vec::new(),
            _ => self.text(key, node).into_iter().collect(),
        }
    }

    fn choice<T: Copy>(&mut self, key: &str, node: Node, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key, node)?;
        let found = choices.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let words = || choices.iter().map(|(word, _)| *word);
            let help = match wording::did_you_mean(&text.value, words()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "it takes {}",
                    wording::list(&wording::quoted(words()), "or")
                ),
            };
            let message = format!("`{key}` cannot be `{}`", text.value);
            self.diagnostics
                .push(Diagnostic::error("bad-value", self.source, text.span, message).help(help));
        }
        found.map(|(_, value)| *value)
    }

    fn expected(&mut self, key: &str, node: &Node, what: &str) {
        let message = format!("`{key}` must be {what}, not {}", node.kind_name());
        self.diagnostics.push(Diagnostic::error(
            "bad-value",
            self.source,
            node.span,
            message,
        ));
    }

    fn unknown_key(&mut self, key: &str, span: Span, of: &str, known: &[&str]) {
        let help = match wording::did_you_mean(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let known = wording::quoted(known.iter().copied());
                format!("{of} has {}", wording::list(&known, "and"))
            }
        };
        let message = format!("unknown key `{key}` in {of}");
        self.diagnostics
            .push(Diagnostic::error("unknown-key", self.source, span, message).help(help));
    }
}

fn type_of(kind: &Kind) -> VarType {
    match kind {
        Kind::Number(number) if number.is_i64() => VarType::Int,
        Kind::Bool(_) => VarType::Bool,
        Kind::List(_) => VarType::List,
        _ => VarType::String,
    }
}

/// Whether a template can name it.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
