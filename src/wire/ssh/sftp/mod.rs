//! Files over SSH: version 3 of the protocol (draft-ietf-secsh-filexfer-02) with OpenSSH's
//! `posix-rename` and `fsync` where a server has them.

mod error;
mod reading;
mod stat;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesOrdered;
use russh::ChannelMsg;
use russh_sftp::client::error::Error;
use russh_sftp::client::{Config, RawSftpSession};
use russh_sftp::protocol::{Attrs, FileAttributes, OpenFlags, Packet, Status};

use super::{SshConnection, SshError};
use error::{done, explain, told};
use reading::Ahead;

pub use error::SftpError;
pub use reading::Reading;
pub use stat::{RemoteKind, RemoteStat};
pub use writing::Writing;

/// Each server must take this much in one packet (section 3 of the draft).
const CHUNK: u32 = 32 << 10;
/// So many chunks are under way at once: 2 MiB, more than most links hold.
const WINDOW: usize = 64;
/// Whoever asks has a deadline of their own.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);
/// What only the one who logs in may read and write.
const PRIVATE: u32 = 0o600;

/// A way to a machine's files.
pub struct Sftp {
    raw: Arc<RawSftpSession>,
    connection: SshConnection,
    renames_over: bool,
    syncs: bool,
}

impl SshConnection {
    /// Opens the subsystem `sftp`.
    ///
    /// # Errors
    ///
    /// The server has none, or the connection has ended.
    pub async fn sftp(&self) -> Result<Sftp, SshError> {
        let mut channel = self.channel().await?;
        let asked = channel.request_subsystem(true, "sftp").await;
        asked.map_err(|error| self.explain(error))?;
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => break,
                Some(ChannelMsg::Failure) => {
                    return Err(SshError::Denied("to transfer files by SFTP".to_owned()));
                }
                Some(ChannelMsg::Close) | None => {
                    let lost = SshError::Disconnected("the server closed it".to_owned());
                    return Err(self.explain(lost));
                }
                Some(_) => {}
            }
        }
        let config = Config {
            request_timeout_secs: NO_DEADLINE.as_secs(),
            ..Config::default()
        };
        let raw = RawSftpSession::new_with_config(self.stream(channel.into_stream()), config);
        let version = raw.init().await.map_err(|error| told(self, error))?;
        let has = |name: &str| version.extensions.contains_key(name);
        Ok(Sftp {
            raw: Arc::new(raw),
            connection: self.clone(),
            renames_over: has("posix-rename@openssh.com"),
            syncs: has("fsync@openssh.com"),
        })
    }
}

impl Sftp {
    /// What stands at a path, links followed; `None`: nothing.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn stat(&self, path: &str) -> Result<Option<RemoteStat>, SftpError> {
        self.found(self.raw.stat(path).await)
    }

    /// What stands at a path itself, be it a link; `None`: nothing.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn lstat(&self, path: &str) -> Result<Option<RemoteStat>, SftpError> {
        self.found(self.raw.lstat(path).await)
    }

    fn found(&self, answer: Result<Attrs, Error>) -> Result<Option<RemoteStat>, SftpError> {
        match answer {
            Ok(attrs) => Ok(Some(RemoteStat::of(&attrs.attrs))),
            Err(error) => match self.explain(error) {
                SftpError::Missing => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Where a link leads.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn read_link(&self, path: &str) -> Result<String, SftpError> {
        match self.raw.readlink(path).await {
            Ok(mut name) if name.files.len() == 1 => Ok(name.files.remove(0).filename),
            Ok(_) => Err(self.explain(Error::UnexpectedPacket)),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Opens a file to read it from `offset` to its end.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn read(&self, path: &str, offset: u64) -> Result<Reading, SftpError> {
        let none = FileAttributes::empty();
        Ok(Reading {
            file: self.open(path, OpenFlags::READ, none).await?,
            ahead: Ahead::from(offset),
            pending: FuturesOrdered::new(),
            is_over: false,
        })
    }

    /// Makes a file that nobody else may read, where there is nothing yet, not even a link.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn create(&self, path: &str) -> Result<Writing, SftpError> {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCLUDE;
        let mut attributes = FileAttributes::empty();
        attributes.permissions = Some(PRIVATE);
        Ok(self.writing(self.open(path, flags, attributes).await?, 0))
    }

    /// Opens a file that is there, to write at its byte `offset` and on.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn write(&self, path: &str, offset: u64) -> Result<Writing, SftpError> {
        let none = FileAttributes::empty();
        Ok(self.writing(self.open(path, OpenFlags::WRITE, none).await?, offset))
    }

    fn writing(&self, file: Open, offset: u64) -> Writing {
        let pending = FuturesOrdered::new();
        Writing {
            file,
            offset,
            pending,
        }
    }

    async fn open(
        &self,
        path: &str,
        flags: OpenFlags,
        attributes: FileAttributes,
    ) -> Result<Open, SftpError> {
        let opened = self.raw.open(path, flags, attributes).await;
        Ok(Open {
            raw: self.raw.clone(),
            connection: self.connection.clone(),
            syncs: self.syncs,
            handle: opened.map_err(|error| self.explain(error))?.handle,
        })
    }

    /// Sets a file's permissions.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn set_mode(&self, path: &str, mode: u32) -> Result<(), SftpError> {
        let mut attributes = FileAttributes::empty();
        attributes.permissions = Some(mode);
        self.done(self.raw.setstat(path, attributes).await)
    }

    /// Gives a file to a user and a group, by their numbers.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn set_owner(&self, path: &str, owner: (u32, u32)) -> Result<(), SftpError> {
        let mut attributes = FileAttributes::empty();
        (attributes.uid, attributes.gid) = (Some(owner.0), Some(owner.1));
        self.done(self.raw.setstat(path, attributes).await)
    }

    /// Whether [`rename_over`](Self::rename_over) is there: version 3 itself renames over nothing.
    pub fn renames_over(&self) -> bool {
        self.renames_over
    }

    /// Gives a file another name that nothing has.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn rename(&self, from: &str, to: &str) -> Result<(), SftpError> {
        self.done(self.raw.rename(from, to).await)
    }

    /// Gives a file another name, over what has that name already.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn rename_over(&self, from: &str, to: &str) -> Result<(), SftpError> {
        let mut names = Vec::new();
        for name in [from, to] {
            let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
            names.extend(length.to_be_bytes());
            names.extend(name.as_bytes());
        }
        let answer = self.raw.extended("posix-rename@openssh.com", names).await;
        match answer.map_err(|error| self.explain(error))? {
            Packet::Status(status) => self.done(Ok(status)),
            _ => Err(self.explain(Error::UnexpectedPacket)),
        }
    }

    /// Removes a file, or a link.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn remove(&self, path: &str) -> Result<(), SftpError> {
        self.done(self.raw.remove(path).await)
    }

    fn done(&self, answer: Result<Status, Error>) -> Result<(), SftpError> {
        done(&self.connection, answer)
    }

    fn explain(&self, error: Error) -> SftpError {
        explain(&self.connection, error)
    }
}

/// A file that is open at the other end.
struct Open {
    raw: Arc<RawSftpSession>,
    connection: SshConnection,
    syncs: bool,
    handle: String,
}
