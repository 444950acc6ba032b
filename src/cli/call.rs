use std::borrow::Cow;

use camino::{Utf8Path, Utf8PathBuf};

use super::args::{Common, Signing};
use super::change_args::PermissionArgs;
use crate::text::escape;

impl Common {
    /// How the program is called about the same runs at the same devices, as a shell takes it.
    pub(super) fn call(&self, words: &str) -> String {
        call(self.state.as_deref(), self.inventory.as_deref(), words)
    }
}

/// A call with these words, and where they apply.
pub(super) fn call(state: Option<&Utf8Path>, inventory: Option<&Utf8Path>, words: &str) -> String {
    let options = [("--state", state), ("-i", inventory)];
    let given = options.map(|(option, path)| Some((option, path?.as_str())));
    with(&format!("runsheet {words}"), given.into_iter().flatten())
}

/// What whoever goes on must name again: the key, and who lets the change be made.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) signing: &'a Signing,
    pub(super) permission: &'a PermissionArgs,
}

impl Named<'_> {
    /// The same as [`Common::call`], with what was named.
    pub(super) fn call(self, common: &Common, words: &str) -> String {
        let Self {
            signing,
            permission,
        } = self;
        let path = |path: &'_ Option<Utf8PathBuf>| path.as_ref().map(ToString::to_string);
        let timestamp = signing.timestamp.as_ref().map(ToString::to_string);
        let mut options = vec![
            ("--policy", path(&permission.policy)),
            ("--allowed-signers", path(&permission.allowed_signers)),
            ("--key", path(&signing.key)),
            ("--identity", signing.identity.clone()),
            ("--timestamp", timestamp),
        ];
        let approvals = permission.approval.iter();
        options.extend(approvals.map(|approval| ("--approval", Some(approval.to_string()))));
        let given = options.iter();
        let given = given.filter_map(|(option, value)| Some((*option, value.as_deref()?)));
        with(&common.call(words), given)
    }
}

/// A call with these options, as a shell takes it.
fn with<'a>(call: &str, options: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let options = options.map(|(option, value)| format!(" {option} {}", one_word(value)));
    escape(&format!("{call}{}", options.collect::<String>())).into_owned()
}

/// A text as one word of a POSIX shell.
fn one_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}
