use std::time::Duration;

use camino::Utf8PathBuf;
use secrecy::SecretString;

use super::HostKeys;

/// How to connect and log in.
#[derive(Clone, Debug)]
pub struct SshOptions {
    /// Whom to log in as.
    pub user: String,
    /// The password, also given to a keyboard-interactive prompt that does not echo.
    pub password: Option<SecretString>,
    /// Private key files without a passphrase, tried in order.
    pub keys: Vec<Utf8PathBuf>,
    /// Whether to ask the agent at `SSH_AUTH_SOCK`.
    pub agent: bool,
    /// The host keys that are trusted.
    pub host_keys: HostKeys,
    /// Whether algorithms of old Cisco devices are allowed too: SHA-1 and CBC.
    pub legacy_cisco_ios: bool,
    /// The deadline of key exchange and login together.
    pub deadline: Duration,
}

impl SshOptions {
    /// Options with the default deadline of 30 seconds and no way to log in yet.
    pub fn new(user: impl Into<String>, host_keys: HostKeys) -> Self {
        Self {
            user: user.into(),
            password: None,
            keys: Vec::new(),
            agent: false,
            host_keys,
            legacy_cisco_ios: false,
            deadline: Duration::from_secs(30),
        }
    }
}
