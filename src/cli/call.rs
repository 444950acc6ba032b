use std::borrow::Cow;

use camino::Utf8Path;

use super::args::Common;
use crate::text::escape;

impl Common {
    /// How the program is called about the same runs at the same devices, as a shell takes it.
    pub(super) fn call(&self, words: &str) -> String {
        call(self.state.as_deref(), self.inventory.as_deref(), words)
    }
}

/// A call with these words, and where they apply.
pub(super) fn call(state: Option<&Utf8Path>, inventory: Option<&Utf8Path>, words: &str) -> String {
    let mut call = format!("runsheet {words}");
    for (option, path) in [("--state", state), ("-i", inventory)] {
        if let Some(path) = path {
            call += &format!(" {option} {}", one_word(path.as_str()));
        }
    }
    escape(&call).into_owned()
}

/// A text as one word of a POSIX shell.
fn one_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}
