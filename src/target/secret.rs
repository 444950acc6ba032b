//! Fetches secrets from where the inventory says they are.

use secrecy::{ExposeSecret, SecretString};

use super::inventory::{SecretRef, Typed};
use super::secret_command::output_of;
use super::{Failure, FailureKind};

/// Shorter values can't be told from ordinary text when output is redacted.
const MIN_LENGTH: usize = 8;

/// The secret behind a reference, for the [`Vault`](super::Vault) only.
///
/// # Errors
///
/// It is not there, can't be read, is not text, or is shorter than 8 characters without being
/// public. A `prompt` needs a person: whoever talks to one puts what was typed in its place.
pub(super) fn resolve(reference: &SecretRef) -> Result<SecretString, Failure> {
    let value = match reference {
        SecretRef::Public(value) => return Ok(SecretString::from(value.clone())),
        SecretRef::Env(name) => std::env::var(name).map_err(|error| {
            local(format!(
                "read the secret from the environment variable `{name}`: {error}"
            ))
            .help(format!("set `{name}` before the run"))
        })?,
        SecretRef::File(path) => std::fs::read_to_string(path)
            .map_err(|error| local(format!("read the secret from {path}: {error}")))?,
        SecretRef::Command(command) => output_of(command)?,
        SecretRef::Typed(Typed(value)) => value.expose_secret().to_owned(),
        SecretRef::Prompt => {
            return Err(
                local("ask for a secret: nobody is there to answer".to_owned())
                    .help("use `env:`, `file:` or `command:` for unattended runs"),
            );
        }
    };
    let secret = SecretString::from(without_newline(value));
    let length = secret.expose_secret().chars().count();
    if length < MIN_LENGTH {
        return Err(local(format!(
            "accept the secret from {}: it has {length} characters, and fewer than {MIN_LENGTH} \
             can't be redacted safely",
            origin(reference)
        ))
        .help("a published default may be written `{value: …, public: true}`"));
    }
    Ok(secret)
}

pub(super) fn local(message: String) -> Failure {
    Failure::not_sent(FailureKind::Local, message)
}

fn origin(reference: &SecretRef) -> String {
    match reference {
        SecretRef::Env(name) => format!("`env:{name}`"),
        SecretRef::File(path) => format!("`file:{path}`"),
        SecretRef::Command(command) => format!("`command:{command}`"),
        SecretRef::Prompt | SecretRef::Typed(_) => "the prompt".to_owned(),
        SecretRef::Public(_) => "the inventory".to_owned(),
    }
}

/// One trailing newline belongs to the file or the command, not to the secret.
fn without_newline(mut value: String) -> String {
    if value.ends_with('\n') {
        value.pop();
        if value.ends_with('\r') {
            value.pop();
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_gives_its_output_without_the_newline() {
        let secret = resolve(&SecretRef::Command("echo correct horse".to_owned()));
        assert_eq!(
            secret.ok().map(|s| s.expose_secret().to_owned()),
            Some("correct horse".into())
        );
    }

    #[test]
    fn short_values_are_refused_unless_public_and_never_shown() {
        let refused = resolve(&SecretRef::Command("printf hunter2".to_owned()));
        let message = refused
            .err()
            .map(|failure| failure.message)
            .unwrap_or_default();
        assert!(message.contains("it has 7 characters"), "{message}");
        assert!(resolve(&SecretRef::Public("cisco".to_owned())).is_ok());
    }

    #[test]
    fn a_failing_command_gives_no_secret() {
        let refused = resolve(&SecretRef::Command("echo long enough; exit 3".to_owned()));
        assert!(refused.is_err_and(|failure| !failure.message.contains("long enough;\n")));
    }
}
