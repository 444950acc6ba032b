use serde_json::Value;

use super::Bundle;
use crate::journal::EVIDENCE;
use crate::redact::{Redactor, scrub};

/// Looks for secrets in every file of a finished bundle, and names the files that hold one.
///
/// Each file is looked at as it is, and with its JSON strings decoded; what people attached also
/// for what devices hold, because it did not come through the recorder.
pub(crate) fn leaks(bundle: &Bundle, redactor: &Redactor) -> Vec<String> {
    bundle
        .files()
        .filter(|(name, bytes)| {
            redactor.is_match(name.as_bytes())
                || holds_secret(name, bytes, redactor)
                || (name.starts_with(EVIDENCE) && scrub(&String::from_utf8_lossy(bytes)).1 > 0)
        })
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn holds_secret(name: &str, bytes: &[u8], redactor: &Redactor) -> bool {
    let found = |text: &[u8]| redactor.is_match(text);
    if found(bytes) {
        return true;
    }
    let is_json = [".json", ".jsonl", ".cast"]
        .iter()
        .any(|end| name.ends_with(end));
    is_json
        && !redactor.is_empty()
        && serde_json::Deserializer::from_slice(bytes)
            .into_iter::<Value>()
            .map_while(Result::ok)
            .any(|value| any_string(&value, &found))
}

fn any_string(value: &Value, found: &dyn Fn(&[u8]) -> bool) -> bool {
    match value {
        Value::String(text) => found(text.as_bytes()),
        Value::Array(items) => items.iter().any(|item| any_string(item, found)),
        Value::Object(map) => map
            .iter()
            .any(|(key, item)| found(key.as_bytes()) || any_string(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(name: &str, text: &str) -> Vec<String> {
        let redactor = Redactor::new();
        redactor.add_secret("root", "hunter2hunter2").expect("long");
        let mut bundle = Bundle::default();
        bundle.add("innocent", "nothing here").expect("plain");
        bundle.add(name, text).expect("plain");
        leaks(&bundle, &redactor)
    }

    #[test]
    fn a_secret_is_found_whole_cut_and_encoded() {
        for text in [
            "is hunter2hunter2.",
            "hunter2\r\nhunter2",
            "hunt\x1b[31;1mer2\x1b]0;title\x07hun\x08ter2",
            "aHVudGVyMmh1bnRlcjI=",
        ] {
            assert_eq!(scan("out.txt", text), ["out.txt"], "{text:?}");
            let json = serde_json::json!({ "deep": [{ "stdout": text }] }).to_string();
            assert_eq!(scan("out.jsonl", &format!("{{}}\n{json}\n")), ["out.jsonl"]);
        }
        assert_eq!(scan("hunter2hunter2.md", ""), ["hunter2hunter2.md"]);
    }

    #[test]
    fn what_a_device_holds_is_found_in_evidence_even_if_no_secret_is_known() {
        let mut bundle = Bundle::default();
        let held = "hostname sw1\nenable secret 9 $9$abc$def\n";
        bundle.add("evidence/config.txt", held).expect("plain");
        bundle.add("runbooks/switch.md", held).expect("plain");
        let hidden = "enable secret 9 «device-secret»\n";
        bundle.add("evidence/hidden.txt", hidden).expect("plain");
        assert_eq!(leaks(&bundle, &Redactor::new()), ["evidence/config.txt"]);
    }

    #[test]
    fn other_text_is_let_through() {
        assert!(scan("journal.jsonl", "{\"a\":\"hunter2 hunter3\"}\n").is_empty());
    }
}
