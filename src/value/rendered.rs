use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::place::Place;

/// A rendered text in which secrets are still references: what plan, digest and journal show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Secret { name: String, place: Place },
}

/// Why a text can't be sent. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevealError {
    /// Nobody gave this secret.
    Missing(String),
    /// The secret can't stand where it is used.
    Unfit {
        /// Its name.
        name: String,
        /// Why: a fragment that follows the name.
        reason: String,
    },
}

impl Rendered {
    /// The text with `{{ secret.NAME }}` in it.
    pub fn shown(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Secret { name, .. } => format!("{{{{ secret.{name} }}}}"),
            })
            .collect()
    }

    /// The names of the secrets in it, in order, each once.
    pub fn secrets(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.parts {
            if let Part::Secret { name, .. } = part
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// The text to send, secrets quoted for where they stand.
    ///
    /// # Errors
    /// A secret is missing, or can't be written there.
    pub fn reveal(
        &self,
        secret: &dyn Fn(&str) -> Option<SecretString>,
    ) -> Result<SecretString, RevealError> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Secret { name, place } => {
                    let value = secret(name).ok_or_else(|| RevealError::Missing(name.clone()))?;
                    let quoted = place.quote(value.expose_secret()).map_err(|reason| {
                        RevealError::Unfit {
                            name: name.clone(),
                            reason,
                        }
                    })?;
                    out.push_str(&quoted);
                }
            }
        }
        Ok(SecretString::from(out))
    }
}

impl fmt::Display for RevealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RevealError::Missing(name) => write!(f, "there is no secret `{name}`"),
            RevealError::Unfit { name, reason } => write!(f, "the secret `{name}` {reason}"),
        }
    }
}

impl std::error::Error for RevealError {}
