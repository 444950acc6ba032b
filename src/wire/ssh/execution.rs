use russh::client::Msg;
use russh::{Channel, ChannelMsg, Sig};

use super::{SshConnection, SshError};

/// The standard number of the extended data that is standard error (RFC 4254, 5.2).
const STDERR: u32 = 1;

/// A command that runs at the other end.
pub struct Execution {
    channel: Channel<Msg>,
    connection: SshConnection,
    exit: ExecExit,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecEvent {
    /// It wrote to standard output.
    Stdout(Vec<u8>),
    /// It wrote to standard error.
    Stderr(Vec<u8>),
    /// It is over, and all its output was seen.
    Ended(ExecExit),
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExecExit {
    /// The server closed the channel without saying.
    #[default]
    Unknown,
    /// With this status.
    Status(u32),
    /// By a signal, named without `SIG`.
    Signal(String),
}

impl Execution {
    pub(super) fn new(connection: SshConnection, channel: Channel<Msg>) -> Self {
        Self {
            channel,
            connection,
            exit: ExecExit::Unknown,
        }
    }

    /// Asks for a terminal of that size, before [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub async fn terminal(&mut self, cols: u32, rows: u32) -> Result<(), SshError> {
        let asked = self
            .channel
            .request_pty(false, "vt100", cols, rows, 0, 0, &[])
            .await;
        asked.map_err(|error| self.connection.explain(error))
    }

    /// Sends the command.
    ///
    /// # Errors
    ///
    /// The connection has ended. The command may have left all the same.
    pub async fn start(&mut self, command: &str) -> Result<(), SshError> {
        let sent = self.channel.exec(true, command).await;
        sent.map_err(|error| self.connection.explain(error))
    }

    /// Sends to its standard input.
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SshError> {
        let sent = tokio::select! {
            biased;
            sent = self.channel.data(bytes) => sent.map_err(SshError::from),
            () = self.connection.ended() => {
                Err(SshError::Disconnected("the connection ended".to_owned()))
            }
        };
        sent.map_err(|error| self.connection.explain(error))
    }

    /// Ends its standard input.
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub async fn end_input(&mut self) -> Result<(), SshError> {
        self.channel
            .eof()
            .await
            .map_err(|error| self.connection.explain(error))
    }

    /// Asks the server to end the command, and closes the channel. Nothing says whether it did.
    pub async fn kill(&mut self) {
        let _ = self.channel.signal(Sig::KILL).await;
        let _ = self.channel.close().await;
    }

    /// What it does next. Goes on after the end of output, since the exit status may follow it.
    ///
    /// # Errors
    ///
    /// The connection ended before the command did, or the server refused to run it.
    pub async fn next(&mut self) -> Result<ExecEvent, SshError> {
        loop {
            match self.channel.wait().await {
                Some(ChannelMsg::Data { data }) => return Ok(ExecEvent::Stdout(data.to_vec())),
                Some(ChannelMsg::ExtendedData { data, ext: STDERR }) => {
                    return Ok(ExecEvent::Stderr(data.to_vec()));
                }
                Some(ChannelMsg::ExitStatus { exit_status }) => {
                    self.exit = ExecExit::Status(exit_status);
                }
                Some(ChannelMsg::ExitSignal { signal_name, .. }) => {
                    self.exit = ExecExit::Signal(format!("{signal_name:?}"));
                }
                Some(ChannelMsg::Failure) => {
                    return Err(SshError::Denied("to run the command".to_owned()));
                }
                Some(ChannelMsg::Close) => return Ok(ExecEvent::Ended(self.exit.clone())),
                Some(_) => {}
                None => {
                    let lost = SshError::Disconnected("the server closed it".to_owned());
                    return Err(self.connection.explain(lost));
                }
            }
        }
    }
}
