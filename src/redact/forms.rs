//! The forms in which a secret turns up in output.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::view::visible;

/// Shorter forms would hit ordinary text.
pub const SHORTEST: usize = 8;

/// Every form of a secret that is looked for, as bytes.
pub(super) fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    let trimmed = secret.trim();
    let unix = secret.replace("\r\n", "\n");
    let dos = unix.replace('\n', "\r\n");
    let mut texts: BTreeSet<&str> = [secret, trimmed, &unix, &dos, unix.trim(), dos.trim()].into();
    // A key in several lines may be printed line by line. Its short lines are not secret.
    texts.extend(
        secret
            .lines()
            .map(str::trim)
            .filter(|line| line.len() >= SHORTEST),
    );
    for text in texts {
        add(&mut forms, text);
    }
    // They are also looked for where control characters are not seen.
    let as_read: Vec<Vec<u8>> = forms.iter().map(|form| visible(form)).collect();
    forms.extend(as_read);
    forms.retain(|form| !form.is_empty() && (form.len() >= SHORTEST || form == secret.as_bytes()));
    forms
}

fn add(forms: &mut BTreeSet<Vec<u8>>, text: &str) {
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for bytes in [
        text.as_bytes().to_vec(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        for_base64(forms, &bytes);
        let mut hexes: Vec<String> = ["", ":", " ", "\\x"]
            .iter()
            .map(|between| bytes.iter().map(hex).collect::<Vec<_>>().join(between))
            .collect();
        // Words as `od -x` and `hexdump` show them, whichever of its bytes begins one.
        hexes.extend([0, 1].map(|first| {
            let words = bytes.get(first..).unwrap_or_default().chunks_exact(2);
            words.flat_map(|word| word.iter().rev().map(hex)).collect()
        }));
        for lower in hexes {
            forms.insert(lower.to_uppercase().into_bytes());
            forms.insert(lower.into_bytes());
        }
        forms.insert(bytes);
    }
    for kept in [Some(UNRESERVED), Some(UNRESERVED_AND_SUB_DELIMITERS), None] {
        let upper = percent(text, kept, |b| format!("%{b:02X}"));
        forms.insert(upper.replace("%20", "+").into_bytes());
        forms.insert(upper.into_bytes());
        let lower = percent(text, kept, |b| format!("%{b:02x}"));
        forms.insert(lower.replace("%20", "+").into_bytes());
        forms.insert(lower.into_bytes());
    }
    let upper = |unit: u16| format!("\\u{unit:04X}");
    let lower = |unit: u16| format!("\\u{unit:04x}");
    for form in [
        json(text, |_| false, lower),
        json(text, |c| !c.is_ascii(), lower),
        json(text, |c| !c.is_ascii(), upper),
        json(text, |_| true, lower),
        json(text, |_| true, upper),
    ] {
        forms.insert(form.replace('/', "\\/").into_bytes());
        // JSON in JSON, as log lines hold it.
        forms.insert(form.replace('\\', "\\\\").replace('"', "\\\"").into_bytes());
        forms.insert(form.into_bytes());
    }
    for (quote, apostrophe) in [
        ("&quot;", "&apos;"),
        ("&quot;", "&#39;"),
        ("\"", "'"),
        ("&#34;", "&#39;"),
        ("&#x22;", "&#x27;"),
    ] {
        let xml = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        forms.insert(
            xml.replace('"', quote)
                .replace('\'', apostrophe)
                .into_bytes(),
        );
    }
    let special = |c: char| "&<>\"'".contains(c) || !c.is_ascii();
    for write in [
        |c: char| format!("&#{};", c as u32),
        |c: char| format!("&#x{:x};", c as u32),
        |c: char| format!("&#x{:X};", c as u32),
    ] {
        forms.insert(text.chars().map(write).collect::<String>().into_bytes());
        let some = text.chars().map(|c| match special(c) {
            true => write(c),
            false => c.to_string(),
        });
        forms.insert(some.collect::<String>().into_bytes());
    }
    forms.insert(text.replace('\'', r"'\''").into_bytes());
    forms.insert(text.replace('\'', r#"'"'"'"#).into_bytes());
    forms.insert(escaped(text, |c| "\\$`\"".contains(c)).into_bytes());
    forms.insert(escaped(text, |c| !c.is_alphanumeric() && !"_-./:=@%+,".contains(c)).into_bytes());
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}

/// Base64 of the bytes, wherever they stand in a longer text: at each of the three alignments
/// only the characters that no neighbour has a part in.
fn for_base64(forms: &mut BTreeSet<Vec<u8>>, bytes: &[u8]) {
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(bytes);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            // A character holds 6 bits: the first whole one, and the one behind the last.
            let (first, end) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            forms.insert(text.as_bytes()[first..end].to_vec());
        }
    }
}

/// RFC 3986, 2.3.
const UNRESERVED: &str = "-._~";
/// What `encodeURIComponent` leaves too.
const UNRESERVED_AND_SUB_DELIMITERS: &str = "-._~!'()*";

/// `kept`: what stays beside letters and digits; `None`: nothing stays, not even those.
fn percent(text: &str, kept: Option<&str>, write: fn(u8) -> String) -> String {
    let keep =
        |b: &u8| kept.is_some_and(|kept| b.is_ascii_alphanumeric() || kept.as_bytes().contains(b));
    text.bytes()
        .map(|b| {
            if keep(&b) {
                char::from(b).to_string()
            } else {
                write(b)
            }
        })
        .collect()
}

/// The inside of a JSON string, some of its characters as UTF-16 units.
fn json(text: &str, in_units: impl Fn(char) -> bool, write: impl Fn(u16) -> String) -> String {
    let quoted = |c: char| {
        let quoted = serde_json::Value::from(c.to_string()).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    text.chars()
        .map(|c| match in_units(c) {
            true => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|u| write(*u))
                .collect(),
            false => quoted(c),
        })
        .collect()
}

fn escaped(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
