use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::ssh_encoding::Decode;
use russh::keys::ssh_key::{self, SshSig, public::KeyData};
use russh::keys::{Certificate, Error as KeyError, HashAlg, PrivateKey, PublicKey};
use secrecy::zeroize::Zeroizing;
use thiserror::Error;

use super::signature::{RECORD, armor, fingerprint, plain, verify};
use super::{AllowedSigners, Untrusted};
use crate::wire::ssh;

/// What a signature is for that only shows that there can be one.
const PROOF: &str = "runsheet-proof@v1";

/// Who signs: a key file, or the agent that keeps the key.
#[derive(Debug)]
pub struct Signer {
    hand: Hand,
    /// What the signature names: the key, or its certificate.
    public: KeyData,
    comment: String,
}

#[derive(Debug)]
enum Hand {
    File(Box<PrivateKey>),
    Agent(Box<AgentIdentity>),
}

/// Nothing could be signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The key file is not one.
    #[error("failed to read the key {path}: {reason}")]
    Key {
        /// Which.
        path: Utf8PathBuf,
        /// Why.
        reason: String,
    },
    /// The key file asks for a passphrase.
    #[error("failed to read the key {0}: it is protected by a passphrase")]
    Protected(Utf8PathBuf),
    /// The agent did not sign.
    #[error("failed to have the agent sign: {0}")]
    Agent(String),
}

impl SignError {
    /// What to do.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Protected(_) => Some(
                "add it to the agent with `ssh-add`, and name the public key, which ends in `.pub`",
            ),
            Self::Agent(_) => Some("`ssh-add -l` lists the keys that the agent has"),
            Self::Key { .. } => None,
        }
    }
}

impl Signer {
    /// A private key, or a public key or certificate whose private key the agent has.
    ///
    /// # Errors
    /// The file is none of these.
    pub fn open(path: &Utf8Path) -> Result<Self, SignError> {
        let unreadable = |reason: String| SignError::Key {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
        let text = Zeroizing::new(text);
        if text.starts_with("-----") {
            return match ssh::private_key(&text) {
                Ok(key) => Ok(Self::with_key(key)),
                Err(KeyError::KeyIsEncrypted) => Err(SignError::Protected(path.to_owned())),
                Err(error) => Err(unreadable(error.to_string())),
            };
        }
        let (public, comment) = if let Ok(certificate) = Certificate::from_openssh(&text) {
            let comment = certificate.comment().to_owned();
            (KeyData::from(certificate), comment)
        } else {
            let key = PublicKey::from_openssh(&text).map_err(|e| unreadable(e.to_string()))?;
            (key.key_data().clone(), key.comment().to_string())
        };
        // The agent has the key itself, whether or not it was told of the certificate.
        let hand = AgentIdentity::PublicKey {
            key: PublicKey::from(plain(&public).clone()),
            comment: comment.clone(),
        };
        Ok(Self {
            hand: Hand::Agent(Box::new(hand)),
            public,
            comment,
        })
    }

    /// A key at hand.
    pub fn with_key(key: PrivateKey) -> Self {
        Self {
            public: key.public_key().key_data().clone(),
            comment: key.comment().to_string(),
            hand: Hand::File(Box::new(key)),
        }
    }

    pub(super) fn public(&self) -> &KeyData {
        &self.public
    }

    /// The fingerprint of the key.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.public)
    }

    /// Whose key it is, by a list of who may sign records.
    ///
    /// # Errors
    /// Nobody's who may.
    pub fn owner(&self, trusted: &AllowedSigners, now: Timestamp) -> Result<String, Untrusted> {
        trusted.who(&self.public, RECORD, now)
    }

    /// What the key's owner calls it.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Shows that its key is at hand, by a signature that is good: a public key alone can be
    /// anybody's.
    ///
    /// # Errors
    /// It is not.
    pub async fn prove(&self) -> Result<(), SignError> {
        let text = format!("is this key at hand at {:?}?", std::time::SystemTime::now());
        let signature = self.sign(PROOF, text.as_bytes()).await?;
        let proof = verify(signature.as_bytes(), text.as_bytes(), PROOF);
        match proof {
            Ok(_) => Ok(()),
            Err(bad) => Err(SignError::Agent(bad.to_string())),
        }
    }

    /// Signs a text for a purpose. `ssh-keygen -Y verify` takes the result.
    ///
    /// # Errors
    /// The agent is not there, does not have the key or does not want to.
    pub async fn sign(&self, namespace: &str, text: &[u8]) -> Result<String, SignError> {
        let hash = HashAlg::Sha512;
        let agent = |reason: String| SignError::Agent(reason);
        let library = |error: ssh_key::Error| SignError::Agent(error.to_string());
        let data = SshSig::signed_data(namespace, hash, text).map_err(library)?;
        let signature = match &self.hand {
            Hand::File(key) => {
                use russh::keys::signature::Signer as _;
                let key: &PrivateKey = key;
                key.try_sign(&data).map_err(|e| agent(e.to_string()))?
            }
            Hand::Agent(identity) => {
                let length = data.len();
                let mut client = AgentClient::connect_env()
                    .await
                    .map_err(|e| agent(e.to_string()))?;
                let answer = client
                    .sign_request(identity, Some(hash), data)
                    .await
                    .map_err(|e| agent(e.to_string()))?;
                // The answer is the data with the signature behind it, as a string.
                let mut rest = answer.get(length + 4..).unwrap_or_default();
                ssh_key::Signature::decode(&mut rest).map_err(library)?
            }
        };
        let signature =
            SshSig::new(self.public.clone(), namespace, hash, signature).map_err(library)?;
        armor(&signature).ok_or_else(|| agent("its signature can't be written".to_owned()))
    }
}
