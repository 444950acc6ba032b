use camino::{Utf8Path, Utf8PathBuf};

use super::SecretRef;
use crate::text::yaml::{Entry, Kind, Node};
use crate::text::{Fields, Span};

const HELP: &str = "write `env:NAME`, `file:PATH`, `command:COMMAND`, `prompt`, or for a published default `{value: …, public: true}`";
const PUBLIC_KEYS: [&str; 2] = ["value", "public"];

/// A reference to a secret. The value itself is refused, and never shown.
pub(super) fn secret(
    fields: &mut Fields<'_>,
    folder: &Utf8Path,
    key: &str,
    node: Node,
) -> Option<SecretRef> {
    if matches!(node.kind, Kind::Map(_)) {
        return public(fields, key, node);
    }
    let text = fields.text(key, &node)?;
    let reference = reference(folder, &text);
    if reference.is_none() {
        let message = format!("`{key}` must say where the secret is");
        fields.error("bad-secret", node.span, message, HELP.to_owned());
    }
    reference
}

fn reference(folder: &Utf8Path, text: &str) -> Option<SecretRef> {
    match text.split_once(':') {
        None if text == "prompt" => Some(SecretRef::Prompt),
        Some(("env", name)) if !name.is_empty() => Some(SecretRef::Env(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => Some(SecretRef::File(located(folder, path))),
        Some(("command", command)) if !command.trim().is_empty() => {
            Some(SecretRef::Command(command.to_owned()))
        }
        _ => None,
    }
}

/// Where an inventory holds what may be a secret itself, which no message may repeat.
pub(super) fn secret_values(inventory: &Node) -> Vec<Span> {
    let mut found = Vec::new();
    if let Kind::Map(entries) = &inventory.kind {
        for entry in entries {
            values(&entry.value, names_secret(&entry.key), &mut found);
        }
    }
    found
}

fn values(node: &Node, secret: bool, found: &mut Vec<Span>) {
    match &node.kind {
        Kind::Map(entries) => {
            let is_public =
                |entry: &Entry| entry.key == "public" && entry.value.kind == Kind::Bool(true);
            let is_default = entries.iter().any(is_public);
            for entry in entries {
                let is_published = is_default && entry.key == "value" || entry.key == "public";
                let secret = !is_published && (secret || names_secret(&entry.key));
                values(&entry.value, secret, found);
            }
        }
        Kind::List(items) => items.iter().for_each(|item| values(item, secret, found)),
        Kind::String(text) if reference(Utf8Path::new(""), text).is_some() => {}
        _ if secret => found.push(node.span),
        _ => {}
    }
}

/// Whether a key, or what was meant by it, stands before a secret.
fn names_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pas", "pw", "secret", "enable", "token"]
        .iter()
        .any(|word| key.contains(word))
}

/// The same for a text that is no YAML: the rest of each line behind such a key.
pub(super) fn secret_lines(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut start, mut within) = (0, false);
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '#', '\n', '\r']) {
            within = line.starts_with("secrets");
        }
        let mut at = 0;
        while let Some(colon) = line[at..].find(':') {
            let key = &line[at..at + colon];
            at += colon + 1;
            let value = line[at..].trim();
            if !value.is_empty() && (within || names_secret(key)) {
                found.push(Span::new(start + at, start + line.trim_end().len()));
                break;
            }
        }
        start += line.len();
    }
    found
}

fn public(fields: &mut Fields<'_>, key: &str, node: Node) -> Option<SecretRef> {
    let span = node.span;
    let (mut value, mut public) = (None, false);
    for entry in fields.entries(key, node) {
        match entry.key.as_str() {
            "value" => value = fields.text("value", &entry.value),
            "public" => public = fields.flag("public", &entry.value).unwrap_or(false),
            _ => fields.unknown_key(&entry, "a published default", &PUBLIC_KEYS),
        }
    }
    match (value, public) {
        (Some(value), true) => Some(SecretRef::Public(value)),
        _ => {
            let message = format!("`{key}` is written down without `public: true`");
            fields.error("bad-secret", span, message, HELP.to_owned());
            None
        }
    }
}

/// A path of the inventory: `~/` is the user's home, other paths start at its folder.
pub(super) fn located(folder: &Utf8Path, path: &str) -> Utf8PathBuf {
    let home = || std::env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok());
    match path
        .strip_prefix("~/")
        .and_then(|rest| Some(home()?.join(rest)))
    {
        Some(path) => path,
        None => folder.join(path),
    }
}
