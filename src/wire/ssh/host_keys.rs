use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};
use russh::keys::{Algorithm, HashAlg, PublicKey};

use super::{SshError, known_hosts};
use crate::wire::Endpoint;

/// The host keys that are trusted for one endpoint. There is no trust on first use.
#[derive(Clone, Debug)]
pub struct HostKeys {
    endpoint: Endpoint,
    pins: Vec<String>,
    trusted: Vec<KnownKey>,
    revoked: Vec<KnownKey>,
}

/// A key from a known-hosts file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The key.
    pub key: PublicKey,
    /// `FILE:LINE`.
    pub place: String,
}

/// A host key that is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostKeyProblem {
    /// Nothing is known about the host.
    Unknown {
        /// The host.
        endpoint: Endpoint,
        /// What it showed, `SHA256:…`.
        presented: String,
        /// The kind of key, `ssh-ed25519`.
        algorithm: String,
    },
    /// Other keys are trusted for the host.
    Changed {
        /// The host.
        endpoint: Endpoint,
        /// What it showed, `SHA256:…`.
        presented: String,
        /// The kind of key, `ssh-ed25519`.
        algorithm: String,
        /// What is trusted, each with where that is said.
        expected: Vec<(String, String)>,
    },
    /// The key was revoked.
    Revoked {
        /// The host.
        endpoint: Endpoint,
        /// What it showed, `SHA256:…`.
        presented: String,
        /// `FILE:LINE`.
        place: String,
    },
}

impl HostKeys {
    /// Trusts the keys with these fingerprints (`SHA256:…`), or, where there are none, those in
    /// known-hosts files: `files`, or the user's and the machine's.
    ///
    /// # Errors
    ///
    /// One of `files` can't be read.
    pub fn load(
        endpoint: Endpoint,
        pins: Vec<String>,
        files: Option<&[Utf8PathBuf]>,
    ) -> Result<Self, SshError> {
        let mut keys = Self {
            endpoint,
            pins,
            trusted: Vec::new(),
            revoked: Vec::new(),
        };
        match files {
            Some(files) => {
                for path in files {
                    let bytes = std::fs::read(path).map_err(|error| {
                        SshError::Local(format!("can't read the known hosts in {path}: {error}"))
                    })?;
                    keys.add(path, &bytes);
                }
            }
            None => {
                let home = std::env::home_dir();
                let user = home.and_then(|home| Utf8PathBuf::from_path_buf(home).ok());
                let user = user.map(|home| home.join(".ssh/known_hosts"));
                let files = user.into_iter().chain(["/etc/ssh/ssh_known_hosts".into()]);
                for path in files {
                    // Most machines lack one of them; an unknown host is refused anyway.
                    if let Ok(bytes) = std::fs::read(&path) {
                        keys.add(&path, &bytes);
                    }
                }
            }
        }
        Ok(keys)
    }

    fn add(&mut self, path: &Utf8Path, bytes: &[u8]) {
        known_hosts::read(
            path,
            // A comment in another encoding must not hide the other lines: one may revoke a key.
            &String::from_utf8_lossy(bytes),
            &self.endpoint,
            &mut self.trusted,
            &mut self.revoked,
        );
    }

    /// The kinds of key that are known, so that the server can be asked for one of them.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        if !self.pins.is_empty() {
            return Vec::new();
        }
        self.trusted
            .iter()
            .map(|known| known.key.algorithm())
            .collect()
    }

    /// Why a key is trusted.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub fn check(&self, key: &PublicKey) -> Result<String, HostKeyProblem> {
        let endpoint = self.endpoint.clone();
        let presented = fingerprint(key);
        let same = |known: &&KnownKey| known.key.key_data() == key.key_data();
        if let Some(known) = self.revoked.iter().find(same) {
            return Err(HostKeyProblem::Revoked {
                endpoint,
                presented,
                place: known.place.clone(),
            });
        }
        let expected: Vec<(String, String)> = if self.pins.is_empty() {
            if let Some(known) = self.trusted.iter().find(same) {
                return Ok(known.place.clone());
            }
            let known = self.trusted.iter();
            known
                .map(|known| (fingerprint(&known.key), known.place.clone()))
                .collect()
        } else {
            if self.pins.contains(&presented) {
                return Ok("pin in the inventory".to_owned());
            }
            self.pins
                .iter()
                .map(|pin| (pin.clone(), "pin in the inventory".to_owned()))
                .collect()
        };
        let algorithm = key.algorithm().to_string();
        Err(if expected.is_empty() {
            HostKeyProblem::Unknown {
                endpoint,
                presented,
                algorithm,
            }
        } else {
            HostKeyProblem::Changed {
                endpoint,
                presented,
                algorithm,
                expected,
            }
        })
    }
}

/// As `ssh-keygen -l` prints it.
pub(super) fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

impl HostKeyProblem {
    pub(super) fn help(&self) -> String {
        match self {
            Self::Unknown { presented, .. } => format!(
                "compare it on the device's console, then write `host-key: {presented}` in its \
                 inventory entry"
            ),
            Self::Changed { .. } => "find out why before going on: somebody may stand between, \
                 or the device was installed anew"
                .to_owned(),
            Self::Revoked { .. } => {
                "the key must not be used again; give the device a new one".to_owned()
            }
        }
    }
}

impl fmt::Display for HostKeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown {
                endpoint,
                presented,
                algorithm,
            } => write!(
                f,
                "the host key of {endpoint} is not known: it shows {presented} ({algorithm})"
            ),
            Self::Changed {
                endpoint,
                presented,
                algorithm,
                expected,
            } => {
                write!(
                    f,
                    "the host key of {endpoint} is not the trusted one: expected "
                )?;
                for (i, (fingerprint, place)) in expected.iter().enumerate() {
                    let or = if i == 0 { "" } else { " or " };
                    write!(f, "{or}{fingerprint} ({place})")?;
                }
                write!(f, ", presented {presented} ({algorithm})")
            }
            Self::Revoked {
                endpoint,
                presented,
                place,
            } => {
                write!(
                    f,
                    "the host key {presented} of {endpoint} is revoked at {place}"
                )
            }
        }
    }
}
