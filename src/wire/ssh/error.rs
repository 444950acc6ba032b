use std::fmt;
use std::time::Duration;

use super::HostKeyProblem;
use crate::text::wording;

/// Why there is no SSH connection, or no longer.
///
/// Shown, it is lower case and fits "failed to connect: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshError {
    /// The other end did not answer in time.
    Timeout {
        /// What it was asked.
        during: &'static str,
        /// How long it was waited for.
        after: Duration,
    },
    /// The host key is not a trusted one.
    HostKey(HostKeyProblem),
    /// No login was accepted.
    Authentication {
        /// Whom we tried to be.
        user: String,
        /// What was tried, each once.
        tried: Vec<Attempt>,
        /// The methods that the server would have taken.
        offered: Vec<String>,
    },
    /// The two ends share no algorithm of a kind.
    NoCommonAlgorithm {
        /// `key exchange`, `host key`, `cipher`, `MAC`.
        kind: &'static str,
        /// What we offered.
        ours: Vec<String>,
        /// What they offered.
        theirs: Vec<String>,
    },
    /// The connection ended.
    Disconnected(String),
    /// The server refused to open a channel, a shell or a command.
    Denied(String),
    /// What came is not SSH, or breaks its rules.
    Protocol(String),
    /// Something on this machine: a key file, a known-hosts file, the agent.
    Local(String),
}

/// A login that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// `password`, `key ~/.ssh/id_ed25519`, `agent key work laptop`.
    pub method: String,
    /// What became of it: `refused`, or why it could not be tried.
    pub outcome: String,
}

impl SshError {
    /// What to do, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::HostKey(problem) => Some(problem.help()),
            Self::NoCommonAlgorithm { .. } => {
                Some("an old switch may need `legacy: cisco-ios` in its inventory entry".to_owned())
            }
            Self::Authentication { tried, .. } if tried.is_empty() => Some(
                "give the target a `password`, a `key` or `agent: true` in the inventory"
                    .to_owned(),
            ),
            Self::Authentication { .. } => Some(
                "see whether the user and the password or key in its inventory entry are still \
                 right; none is tried twice, so that no account gets locked"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl fmt::Display for SshError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout { during, after } => {
                write!(f, "no answer to {during} within {} s", after.as_secs())
            }
            Self::HostKey(problem) => problem.fmt(f),
            Self::Authentication {
                user,
                tried,
                offered,
            } => {
                write!(f, "the server refused our login as `{user}`")?;
                for Attempt { method, outcome } in tried {
                    write!(f, "; {method}: {outcome}")?;
                }
                if !offered.is_empty() {
                    write!(f, "; it takes {}", wording::list(offered, "or"))?;
                }
                Ok(())
            }
            Self::NoCommonAlgorithm { kind, ours, theirs } => write!(
                f,
                "no common {kind} algorithm: we offer {}; the server offers {}",
                ours.join(", "),
                theirs.join(", ")
            ),
            Self::Disconnected(reason) => write!(f, "the connection ended: {reason}"),
            Self::Denied(what) => write!(f, "the server refused {what}"),
            Self::Protocol(reason) => write!(f, "the server does not speak SSH properly: {reason}"),
            Self::Local(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for SshError {}

impl From<russh::Error> for SshError {
    fn from(error: russh::Error) -> Self {
        use russh::{AlgorithmKind, Error};
        match error {
            Error::NoCommonAlgo { kind, ours, theirs } => Self::NoCommonAlgorithm {
                kind: match kind {
                    AlgorithmKind::Kex => "key exchange",
                    AlgorithmKind::Key => "host key",
                    AlgorithmKind::Cipher => "cipher",
                    AlgorithmKind::Compression => "compression",
                    AlgorithmKind::Mac => "MAC",
                },
                ours,
                theirs,
            },
            Error::KeepaliveTimeout => Self::Disconnected("no answer to 3 keepalives".to_owned()),
            Error::Disconnect | Error::HUP | Error::SendError | Error::RecvError => {
                Self::Disconnected("the server closed it".to_owned())
            }
            Error::IO(error) => Self::Disconnected(error.to_string()),
            Error::ChannelOpenFailure(reason) => Self::Denied(format!("a channel ({reason:?})")),
            other => Self::Protocol(other.to_string()),
        }
    }
}
