use russh_sftp::client::error::Error;
use russh_sftp::protocol::{Status, StatusCode};

use super::NO_DEADLINE;
use crate::wire::ssh::{SshConnection, SshError};

/// Why something could not be done with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SftpError {
    /// There is no such file, or no folder for it.
    #[error("there is no such file")]
    Missing,
    /// The server refuses, in its words.
    #[error("{0}")]
    Refused(String),
    /// No answer can come any more.
    #[error(transparent)]
    Ssh(SshError),
}

pub(super) fn done(
    connection: &SshConnection,
    answer: Result<Status, Error>,
) -> Result<(), SftpError> {
    match answer {
        Ok(status) if status.status_code == StatusCode::Ok => Ok(()),
        Ok(status) => Err(explain(connection, Error::Status(status))),
        Err(error) => Err(explain(connection, error)),
    }
}

pub(super) fn explain(connection: &SshConnection, error: Error) -> SftpError {
    let Error::Status(status) = error else {
        return SftpError::Ssh(told(connection, error));
    };
    match status.status_code {
        StatusCode::NoSuchFile => SftpError::Missing,
        // OpenSSH's words for this code are "Failure", which tells nothing.
        StatusCode::Failure => SftpError::Refused(
            "the server failed (it does not say why: a full disk, a folder of that name …)"
                .to_owned(),
        ),
        code => SftpError::Refused(match status.error_message.is_empty() {
            true => code.to_string().to_lowercase(),
            false => status.error_message.to_lowercase(),
        }),
    }
}

/// What is no answer of the server.
pub(super) fn told(connection: &SshConnection, error: Error) -> SshError {
    match error {
        Error::Timeout => SshError::Timeout {
            during: "an SFTP request",
            after: NO_DEADLINE,
        },
        Error::UnexpectedPacket | Error::Limited(_) => SshError::Protocol(error.to_string()),
        // The library tells of a channel that ended in the words of its own channels.
        Error::Status(_) | Error::IO(_) | Error::UnexpectedBehavior(_) => connection.explain(
            SshError::Disconnected("the server ended the transfer".to_owned()),
        ),
    }
}
