use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What ends the head of a request.
const END_OF_HEAD: [u8; 4] = *b"\r\n\r\n";

/// A stream over which one HTTP request goes, and which notes when all of it has left.
pub(super) struct Written<S> {
    stream: S,
    /// How many bytes of [`END_OF_HEAD`] were written last.
    matched: usize,
    /// How many bytes of the body are to come.
    body: usize,
    all: Arc<AtomicBool>,
}

impl<S> Written<S> {
    /// For a request with a body of so many bytes. `all` becomes `true` once the other end was
    /// given its last byte.
    pub(super) fn new(stream: S, body: usize, all: Arc<AtomicBool>) -> Self {
        Self {
            stream,
            matched: 0,
            body,
            all,
        }
    }

    fn note(&mut self, bytes: &[u8]) {
        let mut bytes = bytes.iter();
        while self.matched < END_OF_HEAD.len() {
            let Some(byte) = bytes.next() else { return };
            self.matched = match *byte {
                byte if byte == END_OF_HEAD[self.matched] => self.matched + 1,
                b'\r' => 1,
                _ => 0,
            };
        }
        self.body = self.body.saturating_sub(bytes.len());
    }

    fn is_all(&self) -> bool {
        self.matched == END_OF_HEAD.len() && self.body == 0
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Written<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Written<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.note(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    /// What was written may wait in the stream until now.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if self.is_all() {
            self.all.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, empty};

    use super::*;

    #[tokio::test]
    async fn all_is_written_with_the_last_byte_of_the_body() {
        let request = b"POST / HTTP/1.1\r\na: \r\r\n\r\nbody";
        for cut in 0..=request.len() {
            let all = Arc::new(AtomicBool::new(false));
            let mut stream = Written::new(empty(), 4, all.clone());
            for part in [&request[..cut / 2], &request[cut / 2..cut]] {
                stream.write_all(part).await.expect("it takes all");
                stream.flush().await.expect("it takes all");
            }
            assert_eq!(all.load(Ordering::Relaxed), cut == request.len(), "{cut}");
        }
    }
}
