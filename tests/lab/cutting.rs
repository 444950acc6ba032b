//! A network that counts every byte of a connection, and ends it at one of them.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use runsheet::wire::{Dial, Endpoint, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the device.
    Out,
    /// From the device.
    In,
}

/// A place in what crosses the line, over all connections: so many bytes pass that way, and
/// then the connection is gone. The next one is whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) way: Way,
    pub(crate) after: usize,
    /// Of what comes back, only that counts which came once so many bytes had gone out. How the
    /// rest is packed may depend on the moment; an answer is found by what it answers.
    pub(crate) answers: usize,
}

impl Cut {
    pub(crate) fn new(way: Way, after: usize) -> Self {
        let answers = 0;
        Self {
            way,
            after,
            answers,
        }
    }
}

/// What crossed the line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) out: usize,
    pub(crate) back: usize,
    /// How many bytes had gone out at the end of each write: where frames end.
    pub(crate) frames: Vec<usize>,
}

/// The line, shared by all that look at it.
#[derive(Clone)]
pub(crate) struct Line(Arc<Mutex<State>>);

struct State {
    traffic: Traffic,
    /// Still to come.
    cut: Option<Cut>,
    /// How many bytes had come back when the last byte went out that the cut waits for.
    asked: Option<usize>,
}

impl State {
    /// How many of the bytes that the cut counts have passed. `None`: it counts none yet.
    fn passed(&self, cut: Cut) -> Option<usize> {
        match cut.way {
            Way::Out => Some(self.traffic.out),
            Way::In => Some(self.traffic.back - self.asked?),
        }
    }

    fn went(&mut self, written: usize) {
        self.traffic.out += written;
        let end = self.traffic.out;
        self.traffic.frames.push(end);
        if self.cut.is_some_and(|cut| end >= cut.answers) {
            self.asked.get_or_insert(self.traffic.back);
        }
    }
}

impl Line {
    pub(crate) fn new(cut: Option<Cut>) -> Self {
        Self(Arc::new(Mutex::new(State {
            traffic: Traffic::default(),
            cut,
            asked: cut.filter(|cut| cut.answers == 0).map(|_| 0),
        })))
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.state().traffic.clone()
    }

    /// Whether the cut is behind us.
    pub(crate) fn was_cut(&self) -> bool {
        self.state().cut.is_none()
    }

    /// The network with this line in it.
    pub(crate) fn over(&self, network: Arc<dyn Dial>) -> Arc<dyn Dial> {
        Arc::new(Cutting {
            network,
            line: self.clone(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panicked")
    }

    /// How many of so many bytes may still pass. `None`: the connection ends here.
    fn room(&self, way: Way, wanted: usize) -> Option<usize> {
        let mut state = self.state();
        let cut = state.cut.filter(|cut| cut.way == way);
        match cut.and_then(|cut| Some((cut, state.passed(cut)?))) {
            Some((cut, passed)) if cut.after <= passed => {
                state.cut = None;
                None
            }
            Some((cut, passed)) => Some(wanted.min(cut.after - passed)),
            None => Some(wanted),
        }
    }
}

struct Cutting {
    network: Arc<dyn Dial>,
    line: Line,
}

#[async_trait]
impl Dial for Cutting {
    async fn dial(&self, to: &Endpoint) -> io::Result<Box<dyn Stream>> {
        let inner = self.network.dial(to).await?;
        Ok(Box::new(Counted {
            inner: Some(inner),
            line: self.line.clone(),
            reader: None,
        }))
    }
}

/// A connection; `None` once it was cut.
struct Counted {
    inner: Option<Box<dyn Stream>>,
    line: Line,
    /// Who waits for something to read: a cut on the way out is news for them too.
    reader: Option<Waker>,
}

impl Counted {
    fn end(&mut self) {
        self.inner = None;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let line = self.line.clone();
        let Some(room) = line.room(Way::In, into.remaining()) else {
            self.end();
            return Poll::Ready(Err(reset()));
        };
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(Err(reset()));
        };
        let mut part = into.take(room);
        let polled = Pin::new(inner).poll_read(context, &mut part);
        let read = part.filled().len();
        // The part is the beginning of what is to be filled, so its bytes are in place.
        into.initialize_unfilled_to(read);
        into.advance(read);
        line.state().traffic.back += read;
        if polled.is_pending() {
            self.reader = Some(context.waker().clone());
        }
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let line = self.line.clone();
        let Some(room) = line.room(Way::Out, bytes.len()) else {
            self.end();
            return Poll::Ready(Err(reset()));
        };
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(Err(reset()));
        };
        let polled = Pin::new(inner).poll_write(context, &bytes[..room]);
        if let Poll::Ready(Ok(written)) = &polled {
            line.state().went(*written);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Some(inner) => Pin::new(inner).poll_flush(context),
            None => Poll::Ready(Err(reset())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Some(inner) => Pin::new(inner).poll_shutdown(context),
            None => Poll::Ready(Ok(())),
        }
    }
}
