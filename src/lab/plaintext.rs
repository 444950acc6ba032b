use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::faults::{Blow, Bytes};
use super::visit::Visit;

/// What is within TLS, with faults that strike at one of its bytes.
pub(crate) struct Plaintext<S> {
    inner: S,
    visit: Visit,
    /// So many bytes of what is to be shown were counted, and are not written yet.
    counted: usize,
    due: Option<Due>,
    is_struck: bool,
}

/// A fault about to strike.
struct Due {
    of: Bytes,
    blow: Blow,
    /// The device came back for more: it had its turn with what arrived.
    has_come_back: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Plaintext<S> {
    pub(crate) fn new(inner: S, visit: Visit) -> Self {
        Self {
            inner,
            visit,
            counted: 0,
            due: None,
            is_struck: false,
        }
    }

    /// How many of so many bytes pass now.
    fn pass(&mut self, of: Bytes, count: usize) -> io::Result<usize> {
        let (count, blow) = self.visit.pass(of, count).map_err(io::Error::other)?;
        self.due = blow.map(|blow| Due {
            of,
            blow,
            has_come_back: false,
        });
        Ok(count)
    }

    fn strike(&mut self) -> io::Result<()> {
        let Some(due) = self.due.take() else {
            return Ok(());
        };
        self.is_struck = true;
        let struck = self.visit.strike(due.of, due.blow);
        struck.map_err(io::Error::other)
    }

    /// Lets what is due strike behind all that was shown. Afterwards nothing passes any more,
    /// and the device isn't told: it is for the network to end the connection.
    fn last_words<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if self.due.is_some() {
            ready!(Pin::new(&mut self.inner).poll_flush(context))?;
            self.strike()?;
        }
        Poll::Pending
    }

    fn is_ending(&self) -> bool {
        self.due.is_some() || self.is_struck || self.visit.is_over()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Plaintext<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(due) = &mut self.due
            && due.of == Bytes::Typed
            && !due.has_come_back
        {
            // What arrived is dealt with first: a whole request is answered, into the void.
            due.has_come_back = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.is_ending() {
            return self.last_words(context);
        }
        let before = into.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, into))?;
        let read = into.filled().len() - before;
        if read == 0 {
            return Poll::Ready(Ok(()));
        }
        let arrived = self.pass(Bytes::Typed, read)?;
        into.set_filled(before + arrived);
        if arrived == 0 {
            return self.last_words(context);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Plaintext<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.counted == 0 && !self.is_ending() {
            self.counted = self.pass(Bytes::Shown, bytes.len())?;
        }
        if self.counted == 0 {
            return self.last_words(context);
        }
        let part = &bytes[..self.counted.min(bytes.len())];
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, part))?;
        self.counted -= written;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.due {
            Some(due) if due.of == Bytes::Shown && self.counted == 0 => self.last_words(context),
            _ => Pin::new(&mut self.inner).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.is_ending() {
            true => self.last_words(context),
            false => Pin::new(&mut self.inner).poll_shutdown(context),
        }
    }
}
