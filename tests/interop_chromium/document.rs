//! A document as the browser gives it, looked at for what should not be there.

use std::collections::BTreeSet;

/// Elements that the templates and the prose use.
const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "footer",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "i",
    "input",
    "li",
    "main",
    "mark",
    "meta",
    "nav",
    "noscript",
    "ol",
    "option",
    "output",
    "p",
    "pre",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Attributes that they have.
const ATTRIBUTES: &[&str] = &[
    "aria-label",
    "aria-live",
    "charset",
    "class",
    "colspan",
    "content",
    "href",
    "http-equiv",
    "id",
    "lang",
    "max",
    "min",
    "name",
    "open",
    "scope",
    "selected",
    "step",
    "tabindex",
    "title",
    "type",
    "value",
];

/// What a document holds that no template put there.
pub(crate) fn foreign(document: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = end_of(rest);
        let tag = &rest[..end];
        if tag.starts_with('/') || tag.eq_ignore_ascii_case("!doctype html") {
            continue;
        }
        let name: String = tag.chars().take_while(|c| !c.is_whitespace()).collect();
        if !ELEMENTS.contains(&name.as_str()) {
            found.insert(format!("<{name}>"));
        }
        for attribute in attributes(&tag[name.len()..]) {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            if !ATTRIBUTES.contains(&key) {
                found.insert(format!("{key} of <{name}>"));
            }
            if key == "href" && !leads_nowhere_else(value) {
                found.insert(format!("{attribute} of <{name}>"));
            }
        }
        // A script's and a style's text is no markup. Ours are known by their hash.
        if name == "script" || name == "style" {
            let close = format!("</{name}>");
            rest = rest.split_once(&close).map_or("", |(_, rest)| rest);
        }
    }
    found
}

/// The end of a tag: a value may hold one of its own.
fn end_of(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.find(|c: char| {
        quoted ^= c == '"';
        !quoted && c == '>'
    });
    end.unwrap_or(tag.len())
}

/// To a place on the page, or to a file that was kept with the run.
fn leads_nowhere_else(value: &str) -> bool {
    let value = value.trim_matches('"');
    value.starts_with('#') || (value.starts_with("evidence/") && !value.contains(".."))
}

/// `key="value"` pairs, as a browser writes them.
fn attributes(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut quoted = false;
    for part in text.split_inclusive(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    }) {
        let part = part.trim();
        if !part.is_empty() {
            found.push(part);
        }
    }
    found
}
