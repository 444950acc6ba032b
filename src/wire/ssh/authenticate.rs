use std::sync::Arc;

use camino::Utf8Path;
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{Algorithm, HashAlg, PrivateKeyWithHashAlg};
use russh::{MethodKind, MethodSet};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::connect::Handler;
use super::{Attempt, SshError, SshOptions, private_key};

/// Servers hang up after some attempts (OpenSSH after 6), so an agent full of keys would keep
/// the password from being tried.
const AGENT_KEYS: usize = 4;
/// A keyboard-interactive server asks a few times at most.
const ROUNDS: usize = 4;

/// Logs in: agent, key files, password; each once, and only if the server takes it.
pub(super) async fn authenticate(
    handle: &mut Handle<Handler>,
    options: &SshOptions,
) -> Result<(), SshError> {
    let mut login = Login {
        handle,
        options,
        offered: MethodSet::empty(),
        tried: Vec::new(),
    };
    // Asks what the server takes; some consoles take this already.
    let none = login.handle.authenticate_none(&options.user).await?;
    if login.accepted(none)? || login.keys().await? || login.password().await? {
        return Ok(());
    }
    Err(SshError::Authentication {
        user: options.user.clone(),
        offered: login.offered.iter().map(name).collect(),
        tried: login.tried,
    })
}

fn name(method: &MethodKind) -> String {
    String::from(<&str>::from(method))
}

struct Login<'a> {
    handle: &'a mut Handle<Handler>,
    options: &'a SshOptions,
    offered: MethodSet,
    tried: Vec<Attempt>,
}

impl Login<'_> {
    /// Whether we are in; if not, notes what the server takes next.
    fn accepted(&mut self, result: AuthResult) -> Result<bool, SshError> {
        match result {
            AuthResult::Success => Ok(true),
            AuthResult::Failure {
                remaining_methods, ..
            } => {
                // The library reports a lost connection like a refusal.
                if self.handle.is_closed() {
                    return Err(SshError::Disconnected("during the login".to_owned()));
                }
                self.offered = remaining_methods;
                Ok(false)
            }
        }
    }

    fn takes(&self, method: MethodKind) -> bool {
        self.offered.contains(&method)
    }

    fn failed(&mut self, method: &str, outcome: impl Into<String>) {
        self.tried.push(Attempt {
            method: method.to_owned(),
            outcome: outcome.into(),
        });
    }

    /// After a key that was not enough the server takes another method.
    fn refused(&mut self, method: &str, partial: bool) {
        self.failed(
            method,
            if partial {
                "accepted, but not enough"
            } else {
                "refused"
            },
        );
    }

    async fn keys(&mut self) -> Result<bool, SshError> {
        if !self.takes(MethodKind::PublicKey) {
            return Ok(false);
        }
        if self.options.agent && self.agent().await? {
            return Ok(true);
        }
        for path in &self.options.keys {
            if self.takes(MethodKind::PublicKey) && self.key_file(path).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn key_file(&mut self, path: &Utf8Path) -> Result<bool, SshError> {
        let method = format!("key {path}");
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let key = match text.map_err(Into::into).and_then(|text| private_key(&text)) {
            Ok(key) => Arc::new(key),
            Err(error) => {
                self.failed(&method, error.to_string());
                return Ok(false);
            }
        };
        let hash = self.rsa_hash(&key.algorithm()).await?;
        let key = PrivateKeyWithHashAlg::new(key, hash);
        let result = self
            .handle
            .authenticate_publickey(&self.options.user, key)
            .await?;
        self.conclude(&method, result)
    }

    async fn agent(&mut self) -> Result<bool, SshError> {
        let mut agent = match AgentClient::connect_env().await {
            Ok(agent) => agent,
            Err(error) => {
                self.failed("agent", error.to_string());
                return Ok(false);
            }
        };
        let identities = match agent.request_identities().await {
            Ok(identities) => identities,
            Err(error) => {
                self.failed("agent", error.to_string());
                return Ok(false);
            }
        };
        let keys = identities
            .into_iter()
            .filter_map(|identity| match identity {
                AgentIdentity::PublicKey { key, comment } => Some((key, comment)),
                AgentIdentity::Certificate { .. } => None,
            });
        let keys: Vec<_> = keys.collect();
        if keys.is_empty() {
            self.failed("agent", "it holds no key");
        }
        for (key, comment) in keys.into_iter().take(AGENT_KEYS) {
            let method = format!("agent key {comment}");
            let hash = self.rsa_hash(&key.algorithm()).await?;
            let user = &self.options.user;
            let result = self
                .handle
                .authenticate_publickey_with(user, key, hash, &mut agent)
                .await;
            match result {
                Ok(result) => {
                    if self.conclude(&method, result)? {
                        return Ok(true);
                    }
                }
                Err(error) => self.failed(&method, error.to_string()),
            }
        }
        Ok(false)
    }

    /// The hash to sign with; only a legacy server is given SHA-1.
    async fn rsa_hash(&self, key: &Algorithm) -> Result<Option<HashAlg>, SshError> {
        if !matches!(key, Algorithm::Rsa { .. }) {
            return Ok(None);
        }
        Ok(match self.handle.best_supported_rsa_hash().await? {
            Some(Some(hash)) => Some(hash),
            Some(None) | None if self.options.legacy_cisco_ios => None,
            _ => Some(HashAlg::Sha256),
        })
    }

    /// One of password and keyboard-interactive: a wrong password is sent once, not twice.
    async fn password(&mut self) -> Result<bool, SshError> {
        let Some(password) = &self.options.password else {
            return Ok(false);
        };
        if self.takes(MethodKind::Password) {
            let user = &self.options.user;
            let sent = self
                .handle
                .authenticate_password(user, password.expose_secret())
                .await?;
            let partial = is_partial(&sent);
            let accepted = self.conclude("password", sent)?;
            if accepted || !partial {
                return Ok(accepted);
            }
        }
        if self.takes(MethodKind::KeyboardInteractive) {
            return self.keyboard_interactive(password).await;
        }
        Ok(false)
    }

    async fn keyboard_interactive(&mut self, password: &SecretString) -> Result<bool, SshError> {
        const METHOD: &str = "keyboard-interactive";
        let user = &self.options.user;
        let mut reply = self
            .handle
            .authenticate_keyboard_interactive_start(user, None::<String>)
            .await?;
        let mut given = false;
        for _ in 0..ROUNDS {
            let prompts = match reply {
                KeyboardInteractiveAuthResponse::Success => return Ok(true),
                KeyboardInteractiveAuthResponse::Failure {
                    remaining_methods,
                    partial_success,
                } => {
                    self.offered = remaining_methods;
                    self.refused(METHOD, partial_success);
                    return Ok(false);
                }
                KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts,
            };
            let mut answers = Vec::new();
            for prompt in prompts {
                if prompt.echo || given {
                    let asked = prompt.prompt.trim();
                    self.failed(METHOD, format!("it asks {asked:?}, which we can't answer"));
                    return Ok(false);
                }
                given = true;
                answers.push(password.expose_secret().to_owned());
            }
            reply = self
                .handle
                .authenticate_keyboard_interactive_respond(answers)
                .await?;
        }
        self.failed(METHOD, "it asks without end");
        Ok(false)
    }

    fn conclude(&mut self, method: &str, result: AuthResult) -> Result<bool, SshError> {
        let partial = is_partial(&result);
        let accepted = self.accepted(result)?;
        if !accepted {
            self.refused(method, partial);
        }
        Ok(accepted)
    }
}

fn is_partial(result: &AuthResult) -> bool {
    matches!(
        result,
        AuthResult::Failure {
            partial_success: true,
            ..
        }
    )
}
