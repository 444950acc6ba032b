use camino::{Utf8Path, Utf8PathBuf};

use super::SecretRef;
use crate::text::Fields;
use crate::text::yaml::{Kind, Node};

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
    let reference = match text.split_once(':') {
        None if text == "prompt" => Some(SecretRef::Prompt),
        Some(("env", name)) if !name.is_empty() => Some(SecretRef::Env(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => Some(SecretRef::File(located(folder, path))),
        Some(("command", command)) if !command.trim().is_empty() => {
            Some(SecretRef::Command(command.to_owned()))
        }
        _ => None,
    };
    if reference.is_none() {
        let message = format!("`{key}` must say where the secret is");
        fields.error("bad-secret", node.span, message, HELP.to_owned());
    }
    reference
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
