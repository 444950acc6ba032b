//! Wherever a form is cut in two: by a chunk boundary, or by what a terminal obeys.

use runsheet::redact::Redactor;

use super::encodings::{Encoded, all};
use crate::thorough::everything;

const BEFORE: &[u8] = b"before=";
const AFTER: &[u8] = b"=after";
const MARK: &str = "«secret:canary»";

/// What a terminal, or a program that folds its lines, puts between two characters.
const BETWEEN: [&str; 8] = [
    "\r\n",
    "\n    ",
    "\x1b[1;31m",
    "\x1b]0;a title\x07",
    "\x1b(B",
    "\x08",
    "\0",
    "\u{9b}0m",
];

/// A secret of some length that needs quoting everywhere.
fn secret(length: usize) -> String {
    const LETTERS: [char; 24] = [
        'p', '&', 'Q', '\'', '7', '"', '<', 'w', '/', 'ö', '+', '$', '`', 'd', '\\', '>', '%', 'Z',
        '=', ':', '€', '-', 'k', '9',
    ];
    let mut state = length;
    let mut next = || {
        state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
        LETTERS[(state >> 8) % LETTERS.len()]
    };
    let mut text = String::from("x");
    while text.len() < length - 1 {
        let c = next();
        if text.len() + c.len_utf8() < length {
            text.push(c);
        }
    }
    text + "y"
}

fn redactor(secret: &str) -> Redactor {
    let redactor = Redactor::new();
    redactor.add_secret("canary", secret).expect("long enough");
    redactor
}

/// Only the mark is left of a form, and what the neighbours had a part in.
fn assert_hidden(encoded: &Encoded, redacted: &[u8], how: &str) {
    let text = String::from_utf8_lossy(redacted);
    let inside = text
        .strip_prefix("before=")
        .and_then(|text| text.strip_suffix("=after"));
    let (left, right) = inside
        .and_then(|text| text.split_once(MARK))
        .unwrap_or_else(|| panic!("{} {how}: {text:?}", encoded.by));
    assert!(
        left.len() <= encoded.shared.0 && right.len() <= encoded.shared.1,
        "{} {how}: {text:?}",
        encoded.by
    );
}

fn lengths() -> Vec<usize> {
    match everything() {
        true => (8..=64).collect(),
        false => vec![8, 13],
    }
}

#[test]
fn at_every_chunk_boundary() {
    let mut cuts = 0;
    for length in lengths() {
        let secret = secret(length);
        assert_eq!(secret.len(), length);
        let redactor = redactor(&secret);
        for encoded in all(&secret) {
            let text = [BEFORE, &encoded.text, AFTER].concat();
            for cut in 0..=text.len() {
                let mut stream = redactor.stream();
                let mut out = stream.push(&text[..cut]);
                out.extend(stream.push(&text[cut..]));
                out.extend(stream.finish());
                assert_hidden(&encoded, &out, &format!("of {length} cut at {cut}"));
                cuts += 1;
            }
            // Byte by byte, as a slow line brings it.
            let mut stream = redactor.stream();
            let mut out: Vec<u8> = text
                .iter()
                .flat_map(|byte| stream.push(std::slice::from_ref(byte)))
                .collect();
            out.extend(stream.finish());
            assert_hidden(&encoded, &out, "byte by byte");
        }
    }
    println!(
        "{cuts} cuts of forms of secrets of {} lengths: every one hidden",
        lengths().len()
    );
}

#[test]
fn with_what_a_terminal_obeys_between_any_two_bytes() {
    let mut cuts = 0;
    for length in lengths() {
        let secret = secret(length);
        let redactor = redactor(&secret);
        for encoded in all(&secret) {
            for cut in encoded.own().skip(1) {
                for between in BETWEEN {
                    let (head, tail) = encoded.text.split_at(cut);
                    let text = [BEFORE, head, between.as_bytes(), tail, AFTER].concat();
                    let out = redactor.redact_bytes(&text).unwrap_or(text);
                    assert_hidden(
                        &encoded,
                        &out,
                        &format!("of {length}, {between:?} at {cut}"),
                    );
                    cuts += 1;
                }
            }
        }
    }
    println!("{cuts} forms with something invisible inside: every one hidden");
}
