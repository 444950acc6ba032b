use crate::check::Type;

/// What a person fills in at a `manual` step: a line `name: type` of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name that the value is bound to.
    pub name: String,
    /// What it must be.
    pub kind: FieldKind,
}

/// What may be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A value, as a placeholder of an excerpt matches it.
    Value(Type),
    /// `file`: the path of a file, which is kept with the run.
    File,
    /// What `pins=` asks for: the fingerprint of a key, `SHA256:` and 43 characters of base64.
    Fingerprint,
}

/// The name of the field that `pins=` adds to a fence.
pub const FINGERPRINT: &str = "fingerprint";

impl Field {
    /// What `pins=` asks for.
    pub fn fingerprint() -> Self {
        Self {
            name: FINGERPRINT.to_owned(),
            kind: FieldKind::Fingerprint,
        }
    }

    /// The fields of a fence's text, in their order.
    pub fn all(text: &str) -> impl Iterator<Item = Self> {
        text.lines().filter_map(Self::parse)
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, word) = line.split_once(':')?;
        let (name, word) = (name.trim(), word.trim());
        let mut types = Type::ALL.into_iter();
        let kind = match word {
            "file" => FieldKind::File,
            word => FieldKind::Value(types.find(|kind| kind.word() == word)?),
        };
        is_name(name).then(|| Self {
            name: name.to_owned(),
            kind,
        })
    }
}

impl FieldKind {
    /// What is expected, for a person.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Value(kind) => kind.meaning(),
            Self::File => "the path of a file",
            Self::Fingerprint => "SHA256: and 43 letters, digits, + or /",
        }
    }
}

/// Whether a text can be a name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether this is a fingerprint as OpenSSH writes it: SHA-256 in base64 without its padding.
pub fn is_fingerprint(text: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.strip_prefix("SHA256:")
        .is_some_and(|print| print.len() == 43 && print.chars().all(is_base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_line_with_a_name_and_a_type_and_nothing_else() {
        let text = "Read the label: it is on the left.\nserial: word\n  slot : int\nphoto: file\n\
                    Note: the lid is hot\nmac address: mac\n";
        let found: Vec<Field> = Field::all(text).collect();
        let field = |name: &str, kind| Field {
            name: name.to_owned(),
            kind,
        };
        assert_eq!(
            found,
            [
                field("serial", FieldKind::Value(Type::Word)),
                field("slot", FieldKind::Value(Type::Int)),
                field("photo", FieldKind::File),
            ]
        );
    }

    #[test]
    fn a_fingerprint_is_written_as_openssh_writes_it() {
        assert!(is_fingerprint(&format!("SHA256:{}", "a".repeat(43))));
        assert!(!is_fingerprint(&"a".repeat(43)));
        assert!(!is_fingerprint(&format!("SHA256:{}=", "a".repeat(43))));
        assert!(!is_fingerprint("MD5:aa:bb"));
    }
}
