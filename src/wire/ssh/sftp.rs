//! Files over SSH: version 3 of the protocol (draft-ietf-secsh-filexfer-02) with OpenSSH's
//! `posix-rename` and `fsync` where a server has them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use russh::ChannelMsg;
use russh_sftp::client::error::Error;
use russh_sftp::client::{Config, RawSftpSession};
use russh_sftp::protocol::{Data, FileAttributes, OpenFlags, Packet, Status, StatusCode};

use super::{SshConnection, SshError};

/// Each server must take this much in one packet (section 3 of the draft).
const CHUNK: u32 = 32 << 10;
/// So many chunks are under way at once: 2 MiB, more than most links hold.
const WINDOW: usize = 64;
/// Whoever asks has a deadline of their own.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// A way to a machine's files.
pub struct Sftp {
    raw: Arc<RawSftpSession>,
    connection: SshConnection,
    renames_over: bool,
    syncs: bool,
}

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

/// What a server tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteStat {
    /// Bytes.
    pub size: u64,
    /// Permissions, without the file's kind.
    pub mode: u32,
    /// Seconds since 1970, where it says.
    pub modified: Option<u32>,
    /// Whether it is a regular file.
    pub is_file: bool,
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
        match self.raw.stat(path).await {
            Ok(attrs) => Ok(Some(stat(&attrs.attrs))),
            Err(error) => match self.explain(error) {
                SftpError::Missing => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Opens a file to read it from `offset` to its end.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn read(&self, path: &str, offset: u64) -> Result<Reading, SftpError> {
        let opened = self
            .raw
            .open(path, OpenFlags::READ, FileAttributes::empty());
        let handle = opened.await.map_err(|error| self.explain(error))?.handle;
        Ok(Reading {
            file: self.open(handle),
            offset,
            pending: FuturesOrdered::new(),
            is_over: false,
        })
    }

    /// Opens a file to write at its byte `offset` and on; one that isn't there is made, with
    /// these permissions as far as the server's mask lets it.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn write(&self, path: &str, offset: u64, mode: u32) -> Result<Writing, SftpError> {
        let mut attributes = FileAttributes::empty();
        attributes.permissions = Some(mode);
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let opened = self.raw.open(path, flags, attributes).await;
        let handle = opened.map_err(|error| self.explain(error))?.handle;
        Ok(Writing {
            file: self.open(handle),
            offset,
            pending: FuturesOrdered::new(),
        })
    }

    fn open(&self, handle: String) -> Open {
        Open {
            raw: self.raw.clone(),
            connection: self.connection.clone(),
            syncs: self.syncs,
            handle,
        }
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

    /// Gives a file another name, over what has that name already.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn rename(&self, from: &str, to: &str) -> Result<(), SftpError> {
        if !self.renames_over {
            // Version 3 renames over nothing; for a moment there is no file of that name.
            match self.remove(to).await {
                Ok(()) | Err(SftpError::Missing) => {}
                Err(error) => return Err(error),
            }
            return self.done(self.raw.rename(from, to).await);
        }
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

    /// Removes a file.
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

/// A file that is being read, in order and ahead.
pub struct Reading {
    file: Open,
    offset: u64,
    pending: FuturesOrdered<BoxFuture<'static, (u64, Result<Data, Error>)>>,
    is_over: bool,
}

impl Reading {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, SftpError> {
        while !self.is_over && self.pending.len() < WINDOW {
            let (raw, handle) = (self.file.raw.clone(), self.file.handle.clone());
            let offset = self.offset;
            self.pending.push_back(Box::pin(async move {
                (offset, raw.read(handle, offset, CHUNK).await)
            }));
            self.offset += u64::from(CHUNK);
        }
        let Some((offset, answer)) = self.pending.next().await else {
            return Ok(None);
        };
        match answer {
            Ok(data) if data.data.is_empty() => self.end(),
            Ok(data) => {
                // Less than was asked for: what was asked for behind it begins too late.
                if data.data.len() < CHUNK as usize {
                    self.pending = FuturesOrdered::new();
                    self.offset = offset + data.data.len() as u64;
                }
                Ok(Some(data.data))
            }
            Err(Error::Status(status)) if status.status_code == StatusCode::Eof => self.end(),
            Err(error) => Err(explain(&self.file.connection, error)),
        }
    }

    fn end(&mut self) -> Result<Option<Vec<u8>>, SftpError> {
        self.is_over = true;
        self.pending = FuturesOrdered::new();
        Ok(None)
    }

    /// Closes it.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn close(self) -> Result<(), SftpError> {
        let Open {
            raw,
            connection,
            handle,
            ..
        } = self.file;
        done(&connection, raw.close(handle).await)
    }
}

/// A file that is being written, in order.
pub struct Writing {
    file: Open,
    offset: u64,
    pending: FuturesOrdered<BoxFuture<'static, Result<Status, Error>>>,
}

impl Writing {
    /// Sends the next bytes. Those before may not have been answered yet.
    ///
    /// # Errors
    ///
    /// See [`SftpError`], of these bytes or of some before.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SftpError> {
        for chunk in bytes.chunks(CHUNK as usize) {
            while self.pending.len() >= WINDOW {
                self.answered().await?;
            }
            let (raw, handle) = (self.file.raw.clone(), self.file.handle.clone());
            let (offset, chunk) = (self.offset, chunk.to_vec());
            self.offset += chunk.len() as u64;
            let sent = async move { raw.write(handle, offset, chunk).await };
            self.pending.push_back(Box::pin(sent));
        }
        Ok(())
    }

    async fn answered(&mut self) -> Result<(), SftpError> {
        match self.pending.next().await {
            Some(answer) => done(&self.file.connection, answer),
            None => Ok(()),
        }
    }

    /// Waits for all answers, makes it durable where the server can, and closes it.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn close(mut self) -> Result<(), SftpError> {
        while !self.pending.is_empty() {
            self.answered().await?;
        }
        let Open {
            raw,
            connection,
            syncs,
            handle,
        } = self.file;
        if syncs {
            done(&connection, raw.fsync(handle.as_str()).await)?;
        }
        done(&connection, raw.close(handle).await)
    }
}

fn stat(attributes: &FileAttributes) -> RemoteStat {
    // The file's kind, as POSIX has it; a server that doesn't tell means a file.
    let kind = attributes.permissions.map(|mode| mode & 0o170_000);
    RemoteStat {
        size: attributes.size.unwrap_or_default(),
        mode: attributes.permissions.unwrap_or(0o644) & 0o7777,
        modified: attributes.mtime,
        is_file: kind.is_none_or(|kind| kind == 0o100_000),
    }
}

fn done(connection: &SshConnection, answer: Result<Status, Error>) -> Result<(), SftpError> {
    match answer {
        Ok(status) if status.status_code == StatusCode::Ok => Ok(()),
        Ok(status) => Err(explain(connection, Error::Status(status))),
        Err(error) => Err(explain(connection, error)),
    }
}

fn explain(connection: &SshConnection, error: Error) -> SftpError {
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
fn told(connection: &SshConnection, error: Error) -> SshError {
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
