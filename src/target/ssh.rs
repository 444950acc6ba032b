use async_trait::async_trait;

use super::posix::{Event, Exit, Lost, Machine, Posix, Process, as_line};
use super::reach::kind;
use super::sftp::Files;
use super::{Failure, FailureKind, Identity, Progress, Reply, Request, Session, StreamKind};
use crate::wire::ssh::{ExecEvent, ExecExit, Execution, SshConnection, SshError};

/// Opens a POSIX machine at the other end of a connection.
pub(super) fn open(connection: SshConnection) -> Box<dyn Session> {
    Box::new(Host {
        connection: connection.clone(),
        shell: Posix::new(Remote { connection }),
        files: Files::default(),
    })
}

/// A machine that runs commands and, where it has SFTP, transfers files.
struct Host {
    connection: SshConnection,
    shell: Posix<Remote>,
    files: Files,
}

#[async_trait(?Send)]
impl Session for Host {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        match request.lang {
            "sftp" => self.files.look(&self.connection, request, progress).await,
            _ => self.shell.look(request, progress).await,
        }
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        match request.lang {
            "sftp" => self.files.apply(&self.connection, request, progress).await,
            _ => self.shell.apply(request, progress).await,
        }
    }

    fn identity(&self) -> Identity {
        identity(&self.connection)
    }
}

/// What an SSH peer is known by.
pub(super) fn identity(connection: &SshConnection) -> Identity {
    let peer = connection.peer();
    Identity {
        host_key: Some(peer.host_key),
        trusted_by: Some(peer.trusted_by),
        weak: peer.weak,
        ..Identity::default()
    }
}

struct Remote {
    connection: SshConnection,
}

#[async_trait(?Send)]
impl Machine for Remote {
    async fn start(&mut self, words: &[String], tty: bool) -> Result<Box<dyn Process>, Failure> {
        // Until the command itself leaves nothing can have happened.
        let not_sent = |error: SshError| Failure::not_sent(kind(&error), opening(&error));
        let mut execution = self.connection.open().await.map_err(not_sent)?;
        if tty {
            execution.terminal(80, 24).await.map_err(not_sent)?;
        }
        execution.start(&as_line(words)).await.map_err(lost)?;
        Ok(Box::new(Running { execution, tty }))
    }

    fn identity(&self) -> Identity {
        identity(&self.connection)
    }
}

fn opening(error: &SshError) -> String {
    format!("open a channel for the command: {error}")
}

fn lost(error: SshError) -> Lost {
    Lost {
        kind: kind(&error),
        message: format!("get the command's end: {error}"),
    }
}

struct Running {
    execution: Execution,
    tty: bool,
}

#[async_trait(?Send)]
impl Process for Running {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.execution.write(bytes).await.map_err(lost)
    }

    async fn end_input(&mut self) -> Result<(), Lost> {
        // The end of a terminal's input hangs it up.
        if self.tty {
            return Ok(());
        }
        self.execution.end_input().await.map_err(lost)
    }

    async fn next(&mut self) -> Result<Event, Lost> {
        Ok(match self.execution.next().await.map_err(lost)? {
            ExecEvent::Stdout(bytes) => Event::Output(StreamKind::Stdout, bytes),
            ExecEvent::Stderr(bytes) => Event::Output(StreamKind::Stderr, bytes),
            ExecEvent::Ended(ExecExit::Signal(name)) => {
                Event::Ended(Exit::Signal(format!("SIG{name}")))
            }
            ExecEvent::Ended(ExecExit::Status(status)) => {
                Event::Ended(Exit::Status(i32::try_from(status).unwrap_or(i32::MAX)))
            }
            ExecEvent::Ended(ExecExit::Unknown) => {
                return Err(Lost {
                    kind: FailureKind::Disconnected,
                    message: "get the command's end: the server closed the channel without an \
                              exit status"
                        .to_owned(),
                });
            }
        })
    }

    /// OpenSSH refuses signals for root, and closing its channel ends no command.
    async fn kill(&mut self) -> bool {
        self.execution.kill().await;
        false
    }
}
