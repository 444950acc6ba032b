use super::yaml::{Entry, Kind, Node};
use super::{Diagnostic, Source, Span, wording};

/// Reads the fields of YAML mappings; what does not fit is left out and reported.
#[derive(Debug)]
pub struct Fields<'a> {
    source: &'a Source,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads from `source`; findings are added to `found`.
    pub fn new(source: &'a Source, found: &'a mut Vec<Diagnostic>) -> Self {
        Self { source, found }
    }

    /// The entries of a mapping; none of nothing.
    pub fn entries(&mut self, what: &str, node: Node) -> Vec<Entry> {
        match node.kind {
            Kind::Map(entries) => entries,
            Kind::Null => Vec::new(),
            _ => {
                self.expected(what, &node, "a mapping");
                Vec::new()
            }
        }
    }

    /// Text; a number is taken as written.
    pub fn text(&mut self, what: &str, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::String(text) => Some(text.clone()),
            Kind::Number(_) => Some(self.source.slice(node.span).to_owned()),
            _ => {
                self.expected(what, node, "text");
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, what: &str, node: &Node) -> Option<bool> {
        let Kind::Bool(value) = node.kind else {
            self.expected(what, node, "`true` or `false`");
            return None;
        };
        Some(value)
    }

    /// A list; a single value is a list of one.
    pub fn list(&mut self, node: Node) -> Vec<Node> {
        match node.kind {
            Kind::List(items) => items,
            Kind::Null => Vec::new(),
            _ => vec![node],
        }
    }

    /// A list of texts, each with its place.
    pub fn texts(&mut self, what: &str, node: Node) -> Vec<(String, Span)> {
        let items = self.list(node);
        items
            .iter()
            .filter_map(|item| Some((self.text(what, item)?, item.span)))
            .collect()
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, what: &str, node: &Node, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(what, node)?;
        let found = choices.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let help = suggestion(&text, &words, "it takes", "or");
            self.error(
                "bad-value",
                node.span,
                format!("`{what}` cannot be `{text}`"),
                help,
            );
        }
        found.map(|(_, value)| *value)
    }

    /// Reports a value of another kind.
    pub fn expected(&mut self, what: &str, node: &Node, kind: &str) {
        let message = format!("`{what}` must be {kind}, not {}", node.kind_name());
        self.found.push(Diagnostic::error(
            "bad-value",
            self.source,
            node.span,
            message,
        ));
    }

    /// Reports a key that a mapping does not have.
    pub fn unknown_key(&mut self, entry: &Entry, of: &str, known: &[&str]) {
        let key = &entry.key;
        let help = suggestion(key, known, &format!("{of} has"), "and");
        self.error(
            "unknown-key",
            entry.key_span,
            format!("unknown key `{key}` in {of}"),
            help,
        );
    }

    /// Reports a name that nothing has.
    pub fn unknown_name(&mut self, kind: &str, name: &str, span: Span, known: &[&str]) {
        let help = suggestion(name, known, "there is", "and");
        self.error(
            "unknown-name",
            span,
            format!("unknown {kind} `{name}`"),
            help,
        );
    }

    /// Reports an error and what to do.
    pub fn error(&mut self, code: &'static str, span: Span, message: String, help: String) {
        self.found
            .push(Diagnostic::error(code, self.source, span, message).help(help));
    }
}

fn suggestion(word: &str, known: &[&str], list: &str, conjunction: &str) -> String {
    match wording::did_you_mean(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("{list} none"),
        None => {
            let known = wording::quoted(known.iter().copied());
            format!("{list} {}", wording::list(&known, conjunction))
        }
    }
}
