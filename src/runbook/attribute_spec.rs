use std::time::Duration;

use super::{Attributes, Lang, Role, Spanned};

/// What may stand behind an attribute's `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Nothing: the word alone.
    Flag,
    /// Any text.
    Text,
    /// A path, as it is: no template.
    Path,
    /// A name: letters, digits, `_`, not beginning with a digit.
    Name,
    /// `500ms`, `40s`, `5m`, `1h`; also `0s`.
    Duration,
    /// A duration longer than nothing.
    Pause,
    /// A whole number from 1.
    Count,
    /// A whole number from 0.
    Number,
    /// An exit status, 0 to 255.
    Status,
    /// Octal permissions such as `0644`.
    Mode,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// An attribute's value, read as its [`ValueKind`].
#[derive(Clone, Debug)]
pub(super) enum AttributeValue {
    Flag,
    Text(Spanned<String>),
    Duration(Duration),
    Number(u32),
}

/// One attribute: what it takes, and which fences may carry it.
#[derive(Clone, Copy, Debug)]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// What may stand behind the `=`.
    pub value: ValueKind,
    /// The roles whose fences may carry it.
    pub roles: &'static [Role],
    /// The languages whose fences may carry it.
    pub langs: &'static [Lang],
    /// `expect` and `assert` may carry it: neither, the first or both.
    pub expectations: &'static [&'static str],
    /// One line about it.
    pub help: &'static str,
    pub(super) store: fn(&mut Attributes, AttributeValue),
}

impl AttributeSpec {
    /// Stores a value that was read as [`Self::value`].
    pub(super) fn set(&self, attributes: &mut Attributes, value: AttributeValue) {
        (self.store)(attributes, value);
    }
}
