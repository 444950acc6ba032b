use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::forms::{SHORTEST, forms};
use super::marks::SECRET;
use super::search::Search;
use super::{Redacted, Stream};

/// Replaces the secrets it knows by `«secret:NAME»`. What one of its clones learns all of them
/// know from then on, streams that have begun included: a secret may be another one each time it
/// is fetched.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    /// Every form of every secret, and the name it stands for.
    forms: BTreeMap<Vec<u8>, Arc<str>>,
    compiled: Option<Arc<Compiled>>,
}

/// How much of a long text is looked at in one go, bytes.
const PIECE: usize = 1 << 18;

pub(super) struct Compiled {
    pub(super) search: Search,
    /// What each pattern is replaced with.
    markers: Vec<String>,
}

impl Compiled {
    pub(super) fn marker(&self, pattern: usize) -> &[u8] {
        self.markers[pattern].as_bytes()
    }
}

/// A secret that can't be hidden: so short that it would hit ordinary text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortSecret {
    /// Its name.
    pub name: String,
}

impl Redactor {
    /// A redactor that knows no secret yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a secret. Published factory defaults are not added at all.
    ///
    /// # Errors
    /// It has less than 8 characters.
    pub fn add_secret(&self, name: &str, secret: &str) -> Result<(), ShortSecret> {
        if secret.trim().chars().count() < SHORTEST {
            return Err(ShortSecret {
                name: name.to_owned(),
            });
        }
        let name: Arc<str> = Arc::from(name);
        // It is whole between two calls, whatever became of who held it.
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.forms.len();
        for form in forms(secret) {
            known.forms.entry(form).or_insert_with(|| name.clone());
        }
        if known.forms.len() > before {
            known.compile();
        }
        Ok(())
    }

    /// Whether it knows no secret.
    pub fn is_empty(&self) -> bool {
        self.compiled().is_none()
    }

    /// What it knows by now.
    pub(super) fn compiled(&self) -> Option<Arc<Compiled>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.compiled.clone()
    }

    /// A text without secrets.
    pub fn redact_str<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.redact_bytes(text.as_bytes()) {
            Some(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// Bytes without secrets; `None` if they hold none.
    pub fn redact_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.compiled()?;
        // In pieces: what a search keeps in mind is larger than what it reads.
        let mut stream = self.stream();
        let mut out = Vec::with_capacity(bytes.len());
        for piece in bytes.chunks(PIECE) {
            out.extend(stream.push(piece));
        }
        out.extend(stream.end());
        stream.has_found().then_some(out)
    }

    /// A text without secrets, marked as such.
    pub fn redact(&self, text: &str) -> Redacted {
        Redacted(self.redact_str(text).into_owned())
    }

    /// Whether a finished text holds a secret: then it must not leave.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        self.redact_bytes(bytes).is_some()
    }

    /// Redacts what comes in pieces.
    pub fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }
}

impl Known {
    fn compile(&mut self) {
        let search = Search::new(self.forms.keys().cloned().collect());
        let markers = self
            .forms
            .values()
            .map(|name| format!("{SECRET}{name}»"))
            .collect();
        self.compiled = Some(Arc::new(Compiled { search, markers }));
    }
}

impl fmt::Debug for Redactor {
    /// The names only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let names: std::collections::BTreeSet<_> = known.forms.values().collect();
        f.debug_tuple("Redactor").field(&names).finish()
    }
}

impl fmt::Display for ShortSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the secret `{}` has less than {SHORTEST} characters, so it can't be hidden",
            self.name
        )
    }
}

impl std::error::Error for ShortSecret {}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const SECRET: &str = "p&s '\"<w/ö+$r`d";

    fn redactor() -> Redactor {
        let redactor = Redactor::new();
        redactor.add_secret("root", SECRET).expect("long enough");
        redactor
    }

    #[test]
    fn it_is_found_in_every_form_in_which_tools_print_it() {
        let utf16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let hex: String = SECRET.bytes().map(|b| format!("{b:02x}")).collect();
        for text in [
            SECRET.to_owned(),
            serde_json::to_string(SECRET).expect("JSON"),
            quick_xml::escape::escape(SECRET).into_owned(),
            format!("'{}'", SECRET.replace('\'', r"'\''")),
            r#"p\&s\ \'\"\<w/ö+\$r\`d"#.to_owned(),
            "p%26s%20%27%22%3Cw%2F%C3%B6%2B%24r%60d".to_owned(),
            "p%26s+%27%22%3cw%2f%c3%b6%2b%24r%60d".to_owned(),
            r#"p&s '\"<w/\u00f6+$r`d"#.to_owned(),
            STANDARD.encode(utf16),
            hex.to_uppercase(),
            hex,
        ] {
            let redacted = redactor()
                .redact_str(&format!("before {text} after"))
                .into_owned();
            assert!(redacted.contains("«secret:root»"), "{text} -> {redacted}");
            for piece in ["s '", "%26s", "\\u00f6", "&amp;s"] {
                assert!(!redacted.contains(piece), "{text} -> {redacted}");
            }
        }
    }

    #[test]
    fn base64_is_found_wherever_the_secret_stands_in_it() {
        for before in 0..7 {
            for after in 0..7 {
                let text = format!("{}{SECRET}{}", "u".repeat(before), "v".repeat(after));
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let redacted = redactor().redact_str(&encoded).into_owned();
                    let left: String = redacted.replace("«secret:root»", "");
                    assert!(left.len() + 18 < encoded.len(), "{encoded} -> {redacted}");
                }
            }
        }
    }

    #[test]
    fn it_is_found_in_a_line_of_a_dump() {
        let redactor = Redactor::new();
        redactor
            .add_secret("pw", "S3cretPassw")
            .expect("long enough");
        for line in [
            "00000000: 7077 3d53 3363 7265 7450 6173 7377 0a    pw=S3cretPassw.",
            "0000000 70 77 3d 53 33 63 72 65 74 50 61 73 73 77 0a",
            "0000000   p   w   =   S   3   c   r   e   t   P   a   s   s   w  \\n",
            "0000000 7770 533d 6333 6572 5074 7361 7773 000a",
            "0000000 3353 7263 7465 6150 7373 0a77",
        ] {
            let redacted = redactor.redact_str(line).into_owned();
            assert!(redacted.contains("«secret:pw»"), "{line} -> {redacted}");
            for piece in ["r   e", "72 65", "7265", "6572", "6372", "7263", "3cre"] {
                assert!(!redacted.contains(piece), "{line} -> {redacted}");
            }
        }
    }

    #[test]
    fn a_secret_of_several_lines_is_found_line_by_line() {
        let redactor = Redactor::new();
        redactor
            .add_secret("key", "{\nfirst-line-of-key\nsecond-line-of-key\n}\n")
            .expect("long");
        assert_eq!(
            redactor.redact_str("> second-line-of-key {"),
            "> «secret:key» {"
        );
        assert_eq!(
            redactor.redact_str("x{\r\nfirst-line-of-key\r\nsecond-line-of-key\r\n}y"),
            "x«secret:key»y"
        );
    }

    #[test]
    fn short_secrets_are_refused_by_name() {
        let refused = Redactor::new()
            .add_secret("pin", " 1234567 ")
            .expect_err("short");
        assert_eq!(
            refused.to_string(),
            "the secret `pin` has less than 8 characters, so it can't be hidden"
        );
    }

    #[test]
    fn wherever_a_stream_is_cut_it_is_redacted_as_a_whole() {
        let redactor = redactor();
        redactor
            .add_secret("other", "abcabcabd")
            .expect("long enough");
        let text = format!("a abcabcabcabd {SECRET}{SECRET} p&s '\"<w abcabcab");
        let whole = redactor.redact_str(&text).into_owned();
        assert!(!redactor.is_match(whole.as_bytes()));
        let bytes = text.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let mut stream = redactor.stream();
                let mut out = stream.push(&bytes[..first]);
                out.extend(stream.push(&bytes[first..second]));
                out.extend(stream.push(&bytes[second..]));
                out.extend(stream.finish());
                assert_eq!(
                    String::from_utf8_lossy(&out),
                    whole,
                    "cut at {first} and {second}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_held_back_that_can_not_be_a_secret() {
        let mut stream = redactor().stream();
        assert_eq!(stream.push(b"login: "), b"login: ");
        assert_eq!(stream.push(b"ok p&"), b"ok ");
        assert_eq!(stream.push(b"x"), b"p&x");
    }

    #[test]
    fn what_one_clone_learns_the_others_know_and_streams_that_have_begun_too() {
        let redactor = redactor();
        let (other, mut stream) = (redactor.clone(), redactor.stream());
        assert_eq!(stream.push(b"code abcd"), b"code abcd");
        other.add_secret("code", "abcd-1234").expect("long enough");
        assert_eq!(stream.push(b", abcd-12"), b", ");
        assert_eq!(stream.push(b"34."), "«secret:code».".as_bytes());
        assert_eq!(redactor.redact_str("abcd-1234"), "«secret:code»");
    }

    #[test]
    fn debugging_it_shows_names_only() {
        assert_eq!(format!("{:?}", redactor()), r#"Redactor({"root"})"#);
    }
}
