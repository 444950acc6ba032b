use std::io;

use camino::Utf8Path;

use crate::target::{FailureKind, reach};
use crate::wire::ssh::{SftpError, SshError};

/// Why a line was not performed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What was asked does not hold, or what came is not what was to come.
    No(String),
    /// The machine's own refusal.
    Refused(String),
    /// Nobody can tell, or it is on our side.
    Failed { kind: FailureKind, message: String },
}

impl Trouble {
    /// Something on this machine.
    pub(super) fn local(doing: &str, path: &Utf8Path, error: &io::Error) -> Self {
        Self::Failed {
            kind: FailureKind::Local,
            message: format!("{doing} {path}: {error}"),
        }
    }

    /// What an error on the way to `path` means; the part's name would tell nobody anything.
    pub(super) fn remote(path: &Utf8Path) -> impl Fn(SftpError) -> Self {
        move |error| match error {
            SftpError::Ssh(error) => Self::ssh(path, &error),
            SftpError::Missing => Self::Refused(format!("{path}: there is no such file")),
            SftpError::Refused(words) => Self::Refused(format!("{path}: {words}")),
        }
    }

    fn ssh(path: &Utf8Path, error: &SshError) -> Self {
        Self::Failed {
            kind: reach::kind(error),
            message: format!("transfer {path}: {error}"),
        }
    }
}
