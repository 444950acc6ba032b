//! The sink for secrets.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use runsheet::redact::Redactor;

const SECRETS: [&str; 4] = [
    "p&s s'w\"o<r>d",
    "Grüße-Straße",
    "first-line-of-key\nsecond-line-of-key\n",
    "aaaaaaaabaaaaaaaa",
];
const NAMES: [&str; 4] = ["root", "admin", "key", "pin"];

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let redactor = Redactor::new();
    for (name, secret) in NAMES.into_iter().zip(SECRETS) {
        redactor
            .add_secret(name, secret)
            .expect("it is long enough");
    }
    redactor
});

static FORMS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| SECRETS.into_iter().flat_map(forms).collect());

/// The same is left however the bytes are cut; no secret is left in any of its forms; what was
/// not a secret is as it was; and there is nothing left to do a second time.
pub(crate) fn holds(bytes: &[u8]) {
    let redactor = &*REDACTOR;
    let whole = redact(redactor, bytes, bytes.len().max(1));
    let found = redactor.redact_bytes(bytes);
    assert_eq!(found.as_deref().unwrap_or(bytes), whole);
    for size in [1, 2, 3, 13] {
        assert_eq!(
            whole.escape_ascii().to_string(),
            redact(redactor, bytes, size).escape_ascii().to_string()
        );
    }
    assert!(
        !redactor.is_match(&whole),
        "{} keeps a secret",
        whole.escape_ascii()
    );
    for form in FORMS.iter() {
        assert!(!contains(&whole, form), "{} is left", form.escape_ascii());
        around(redactor, bytes, form);
    }
}

fn redact(redactor: &Redactor, bytes: &[u8], size: usize) -> Vec<u8> {
    let mut stream = redactor.stream();
    let mut out = Vec::new();
    for piece in bytes.chunks(size) {
        out.extend(stream.push(piece));
    }
    out.extend(stream.finish());
    out
}

/// A secret between two pieces of text that hold none and no start of one.
fn around(redactor: &Redactor, bytes: &[u8], form: &[u8]) {
    let plain =
        |b: &&u8| b.is_ascii_graphic() && !b"%&\\'\"".contains(b) && !b.is_ascii_alphanumeric();
    let plain: Vec<u8> = bytes.iter().filter(plain).take(40).copied().collect();
    let (before, after) = plain.split_at(plain.len() / 2);
    let text = [before, b" ; ", form, b" ; ", after].concat();
    let out = redactor
        .redact_bytes(&text)
        .expect("there is a secret in it");
    assert!(
        out.starts_with(before) && out.ends_with(after),
        "{} -> {}",
        text.escape_ascii(),
        out.escape_ascii()
    );
    assert!(contains(&out, "«secret:".as_bytes()));
    assert!(!contains(&out, form));
}

/// As tools print it, made here by other means than the redactor's where there are some.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let json = serde_json::to_string(secret).expect("a text");
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent = |b: u8| match b {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    let xml = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    vec![
        secret.as_bytes().to_vec(),
        json.as_bytes()[1..json.len() - 1].to_vec(),
        STANDARD.encode(secret).into_bytes(),
        URL_SAFE_NO_PAD.encode(secret).into_bytes(),
        hex(secret.as_bytes()).into_bytes(),
        hex(secret.as_bytes()).to_uppercase().into_bytes(),
        utf16,
        secret.bytes().map(percent).collect::<String>().into_bytes(),
        xml.replace('"', "&quot;")
            .replace('\'', "&apos;")
            .into_bytes(),
        secret.replace('\'', r"'\''").into_bytes(),
    ]
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "p&s s'w\"o<r>d",
        "p&s",
        " s'w",
        "\"o<r>d",
        "p&amp;s s&apos;w&quot;o&lt;r&gt;d",
        "p%26s%20s%27w%22o%3Cr%3Ed",
        "p&s s'\\''w\"o<r>d",
        "p&s s'w\\\"o<r>d",
        "cCZzIHMndyJvPHI+ZA==",
        "7026732073277722",
        "6f3c723e64",
        "first-line-of-key",
        "second-line-of-key",
        "\r\n",
        "\n",
        "aaaaaaaa",
        "baaaaaaaa",
        "a",
        "b",
        "Grü",
        "ße-Straße",
        "Gr\u{308}",
        "\x1b[0m",
        "\x1b[",
        "\x1b]0;",
        "\x07",
        "\x08",
        "\r",
        "«secret:root»",
        "«",
        "»",
        "\\u00fc",
        "R3LDvMOfZS1TdHJhw59l",
        "\0",
    ];

    #[test]
    fn outputs() {
        let seeds = seeds::texts([
            "login: root\nPassword: p&s s'w\"o<r>d\r\nLast login\n",
            "{\"password\": \"p&s s'w\\\"o<r>d\", \"key\": \"first-line-of-key\\nsecond-line-of-key\\n\"}",
            "p\x1b[1m&s s'w\"o\x1b[0m<r>d aaaaaaaaaaaaaaaabaaaaaaaaaaaaaaaaaa",
        ]);
        search("tests/property/kept/redactor.txt", seeds, WORDS, holds);
    }
}
