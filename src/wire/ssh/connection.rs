use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use russh::client::{Handle, Msg};
use russh::{Channel, ChannelStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use super::connect::{Handler, Shared};
use super::{Execution, SshError};
use crate::wire::{Endpoint, Stream};

/// Who is at the other end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// Its host key, `SHA256:…`.
    pub host_key: String,
    /// Why that key is trusted: `FILE:LINE`, or a pin.
    pub trusted_by: String,
    /// Weak algorithms that were agreed on.
    pub weak: Vec<String>,
    pub(super) agreed: bool,
}

/// A connection that is logged in. Cheap to clone; the last clone, stream or execution that is
/// dropped hangs up.
#[derive(Clone)]
pub struct SshConnection {
    handle: Arc<Handle<Handler>>,
    shared: Arc<Shared>,
    ended: watch::Receiver<()>,
}

impl SshConnection {
    pub(super) fn new(
        handle: Handle<Handler>,
        shared: Arc<Shared>,
        ended: watch::Receiver<()>,
    ) -> Self {
        Self {
            handle: Arc::new(handle),
            shared,
            ended,
        }
    }

    /// Returns once it has ended. Who waits for room to write must wait for this too: nobody
    /// makes room any more.
    pub(super) fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ended = self.ended.clone();
        async move { while ended.changed().await.is_ok() {} }
    }

    /// Who is at the other end.
    pub fn peer(&self) -> Peer {
        self.shared.peer()
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        self.handle.is_closed()
    }

    pub(super) fn explain(&self, error: impl Into<SshError>) -> SshError {
        self.shared.explain(error.into())
    }

    pub(super) async fn channel(&self) -> Result<Channel<Msg>, SshError> {
        let opened = self.handle.channel_open_session().await;
        opened.map_err(|error| self.explain(error))
    }

    /// Opens a channel for one command. Nothing is sent to run before [`Execution::start`].
    ///
    /// # Errors
    ///
    /// The server opens no channel, or the connection has ended.
    pub async fn open(&self) -> Result<Execution, SshError> {
        let channel = self.channel().await?;
        Ok(Execution::new(self.clone(), channel))
    }

    /// Starts a command.
    ///
    /// # Errors
    ///
    /// The server opens no channel, or the connection has ended.
    pub async fn exec(&self, command: &str) -> Result<Execution, SshError> {
        let mut execution = self.open().await?;
        execution.start(command).await?;
        Ok(execution)
    }

    /// A login shell on a terminal of that size, as one stream of bytes.
    ///
    /// # Errors
    ///
    /// The server opens no channel, or the connection has ended.
    pub async fn shell(&self, cols: u32, rows: u32) -> Result<Box<dyn Stream>, SshError> {
        let channel = self.channel().await?;
        let terminal = channel
            .request_pty(false, "vt100", cols, rows, 0, 0, &[])
            .await;
        terminal.map_err(|error| self.explain(error))?;
        channel
            .request_shell(false)
            .await
            .map_err(|error| self.explain(error))?;
        Ok(self.stream(channel.into_stream()))
    }

    /// A connection from there to `to`, for jumping on.
    ///
    /// # Errors
    ///
    /// The server refuses, can't reach it, or the connection has ended.
    pub async fn direct_tcpip(&self, to: &Endpoint) -> Result<Box<dyn Stream>, SshError> {
        let channel = self
            .handle
            .channel_open_direct_tcpip(&to.host, to.port.into(), "127.0.0.1", 0)
            .await
            .map_err(|error| match self.explain(error) {
                SshError::Denied(reason) => {
                    SshError::Denied(format!("to connect to {to}: {reason}"))
                }
                error => error,
            })?;
        Ok(self.stream(channel.into_stream()))
    }

    pub(super) fn stream(&self, channel: ChannelStream<Msg>) -> Box<dyn Stream> {
        Box::new(Held {
            channel,
            ended: Box::pin(self.ended()),
            _connection: self.clone(),
        })
    }
}

/// A channel's stream that keeps its connection open.
struct Held {
    channel: ChannelStream<Msg>,
    ended: Pin<Box<dyn Future<Output = ()> + Send>>,
    _connection: SshConnection,
}

impl AsyncRead for Held {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_read(cx, buf)
    }
}

impl AsyncWrite for Held {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.channel).poll_write(cx, buf);
        if written.is_pending() && self.ended.as_mut().poll(cx).is_ready() {
            self.ended = Box::pin(std::future::poll_fn(|_| Poll::Ready(())));
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_shutdown(cx)
    }
}
