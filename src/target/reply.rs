use std::fmt;

use serde_json::{Map, Value};

use crate::wire::Sent;

/// What a target answered. An error it reports is an answer too.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// Standard output; for a device's terminal, its output without echo, prompts, paging and
    /// syslog lines.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// There was too much of either: their middle is left out.
    pub is_cut: bool,
    /// Exit status, where there is such a thing.
    pub exit: Option<i32>,
    /// `xapi`: the names that it gives a value to.
    pub bound: Map<String, Value>,
    /// The device said no.
    pub error: Option<DeviceError>,
    /// What that says of what was asked.
    pub refused: Refused,
    /// For line-by-line drivers: what became of each line.
    pub lines: Vec<SentLine>,
    /// What the effect changed in the device's configuration.
    pub diffs: Vec<ConfigDiff>,
    /// Unsolicited lines (syslog) seen meanwhile, and other remarks for the record.
    pub notices: Vec<String>,
}

/// What a device's refusal says of what was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refused {
    /// That it would not, or could not.
    #[default]
    Itself,
    /// That what it is about is not there.
    Absent,
    /// That another device is to be asked, and so nothing of how things are.
    Elsewhere,
}

/// A device's own refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceError {
    /// The device's words, untouched.
    pub message: String,
    /// The line of the request (from 0) that it refused.
    pub line: Option<usize>,
    /// The byte in that line that the device pointed at.
    pub column: Option<usize>,
    /// What to do, where the driver knows.
    pub help: Option<String>,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentLine {
    /// The line of the request, from 0.
    pub line: usize,
    /// Its fate.
    pub fate: LineFate,
}

/// Whether a line took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFate {
    /// The device took it.
    Accepted,
    /// The device refused it (a range may have taken it in part).
    Rejected,
    /// It was never sent.
    NotSent,
    /// It left; no answer came.
    Unknown,
}

/// A named configuration before and after an effect, as a unified diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigDiff {
    /// `running-config`, `vlan database`.
    pub name: String,
    /// The unified diff; empty if nothing changed.
    pub diff: String,
}

/// No answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// How much of the request may have reached the target. Where it is nothing, nothing happened
    /// and the request may be tried again.
    pub sent: Sent,
    /// What was being done and what was found: lower case, fits "failed to …".
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What had come back before.
    pub partial: Reply,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The target refused the connection.
    Refused,
    /// No route, no name, no listener in time.
    Unreachable,
    /// The target refused our login.
    Authentication,
    /// The host key is not the one we trust.
    HostKey,
    /// The deadline passed.
    Timeout,
    /// The connection ended before the answer.
    Disconnected,
    /// The target sent something that is not its protocol, or asked an undeclared question.
    Protocol,
    /// Our side: a file that can't be read, a program that isn't there, a missing secret.
    Local,
}

impl Failure {
    /// A failure before anything was sent.
    pub fn not_sent(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            sent: Sent::Nothing,
            message: message.into(),
            help: None,
            partial: Reply::default(),
        }
    }

    /// A failure after which nobody knows what arrived.
    pub fn unknown(kind: FailureKind, message: impl Into<String>, partial: Reply) -> Self {
        Self {
            kind,
            sent: Sent::Some,
            message: message.into(),
            help: None,
            partial,
        }
    }

    /// The same, of something that was said before the request: nothing of that was in it.
    #[must_use]
    pub fn before_request(self) -> Self {
        Self {
            sent: Sent::Nothing,
            ..self
        }
    }

    /// Whether any byte of the request may have reached the target.
    pub fn maybe_sent(&self) -> bool {
        self.sent != Sent::Nothing
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
