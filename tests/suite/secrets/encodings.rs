//! What tools make of a secret, written without a look at the redactor.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// A text that gives a secret away.
pub(super) struct Encoded {
    pub(super) by: String,
    pub(super) text: Vec<u8>,
    /// How many bytes before and behind it its neighbours have a part in.
    pub(super) shared: (usize, usize),
}

impl Encoded {
    /// The bytes that speak of nothing but the secret.
    pub(super) fn own(&self) -> std::ops::Range<usize> {
        self.shared.0..self.text.len() - self.shared.1
    }
}

/// Every encoding that is looked for, alone and, where it matters, between neighbours.
pub(super) fn all(secret: &str) -> Vec<Encoded> {
    let mut all = Vec::new();
    let mut add = |by: &str, text: Vec<u8>, shared: (usize, usize)| {
        let by = by.to_owned();
        all.push(Encoded { by, text, shared });
    };
    let bytes = secret.as_bytes();
    let utf16 =
        |order: fn(u16) -> [u8; 2]| -> Vec<u8> { secret.encode_utf16().flat_map(order).collect() };
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    // The zero at an end of UTF-16 tells nothing.
    for (name, bytes, shared) in [
        ("raw", bytes, (0, 0)),
        ("utf-16le", &little, (0, 1)),
        ("utf-16be", &big, (1, 0)),
    ] {
        add(name, bytes.to_vec(), shared);
        for (how, text) in hexes(bytes) {
            // The first `\\x` of a representation is nobody's.
            let shared = if how == "repr" { (2, 0) } else { (0, 0) };
            add(&format!("{name} {how}"), text.into_bytes(), shared);
        }
        for (alphabet, letters) in [("base64", &STANDARD), ("base64url", &URL_SAFE)] {
            for before in 0..3 {
                for after in 0..3 {
                    let mut longer = vec![b'u'; before];
                    longer.extend_from_slice(bytes);
                    longer.extend(vec![b'v'; after]);
                    for padding in [true, false] {
                        let config = GeneralPurposeConfig::new().with_encode_padding(padding);
                        let text = GeneralPurpose::new(letters, config).encode(&longer);
                        let by = format!("{name} {alphabet} +{before}+{after} {padding}");
                        // A character holds 6 bits.
                        let own_end = (before + bytes.len()) * 8 / 6;
                        let shared = ((before * 8).div_ceil(6), text.len() - own_end);
                        add(&by, text.into_bytes(), shared);
                    }
                }
            }
        }
    }
    for (by, text) in percents(secret)
        .into_iter()
        .chain(jsons(secret))
        .chain(xmls(secret))
        .chain(shells(secret))
    {
        add(by, text.into_bytes(), (0, 0));
    }
    all
}

fn hexes(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let pairs = |between: &str| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(between)
    };
    vec![
        ("hex", pairs("")),
        ("HEX", pairs("").to_uppercase()),
        ("hex:", pairs(":")),
        ("HEX:", pairs(":").to_uppercase()),
        ("od", pairs(" ")),
        ("repr", format!("\\x{}", pairs("\\x"))),
    ]
}

fn percents(secret: &str) -> Vec<(&'static str, String)> {
    let percent = |keep: &dyn Fn(char) -> bool| {
        let mut out = String::new();
        for c in secret.chars() {
            if keep(c) {
                out.push(c);
            } else {
                for byte in c.to_string().bytes() {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        out
    };
    let unreserved = percent(&|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
    let component = percent(&|c| c.is_ascii_alphanumeric() || "-._~!'()*".contains(c));
    let whole = percent(&|_| false);
    vec![
        ("percent", unreserved.clone()),
        ("form", unreserved.replace("%20", "+")),
        ("encodeURIComponent", component),
        ("percent whole", whole.clone()),
        ("percent whole lower", whole.to_lowercase()),
        ("percent lower", lower_escapes(&unreserved)),
        ("form lower", lower_escapes(&unreserved).replace("%20", "+")),
    ]
}

/// `%C3` as `%c3`, and everything else as it is.
fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        let _ = write!(out, "%{}{rest}", digits.to_lowercase());
    }
    out
}

fn jsons(secret: &str) -> Vec<(&'static str, String)> {
    let quoted = serde_json::to_string(secret).expect("a string is JSON");
    let inside = quoted[1..quoted.len() - 1].to_owned();
    let units = |wanted: &dyn Fn(char) -> bool| {
        let mut out = String::new();
        for c in inside.chars() {
            if wanted(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(c);
            }
        }
        out
    };
    let ascii = units(&|c| !c.is_ascii());
    let mut whole = String::new();
    for unit in secret.encode_utf16() {
        let _ = write!(whole, "\\u{unit:04x}");
    }
    let upper = whole.to_uppercase().replace("\\U", "\\u");
    vec![
        ("json", inside.clone()),
        ("json ascii", ascii),
        ("json slash", inside.replace('/', "\\/")),
        ("json whole", whole),
        ("json WHOLE", upper),
    ]
}

fn xmls(secret: &str) -> Vec<(&'static str, String)> {
    let each = |write: fn(char) -> String| secret.chars().map(write).collect::<String>();
    vec![
        ("xml", quick_xml::escape::escape(secret).into_owned()),
        (
            "xml text",
            quick_xml::escape::partial_escape(secret).into_owned(),
        ),
        ("xml decimal", each(|c| format!("&#{};", u32::from(c)))),
        ("xml hex", each(|c| format!("&#x{:x};", u32::from(c)))),
        ("xml HEX", each(|c| format!("&#x{:X};", u32::from(c)))),
    ]
}

fn shells(secret: &str) -> Vec<(&'static str, String)> {
    let escaped = |special: &dyn Fn(char) -> bool| {
        let mut out = String::new();
        for c in secret.chars() {
            if special(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    };
    vec![
        ("single quotes", secret.replace('\'', r"'\''")),
        ("python's quotes", secret.replace('\'', r#"'"'"'"#)),
        ("double quotes", escaped(&|c| "\\$`\"".contains(c))),
    ]
}
