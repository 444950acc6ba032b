//! A connection through the lab's network. Both ends are in memory; what passes between them is
//! carried by the world's forwarding, and is held without a word while there is no path.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, ReadHalf, WriteHalf,
    duplex, split,
};
use tokio::sync::watch;

use super::Lab;
use super::faults::{Blow, Bytes};
use super::place::{Door, Place, Terminal};

/// As much as a TCP window holds in flight.
const WINDOW: usize = 64 * 1024;

/// After this time without keepalives a terminal server takes a client for gone.
const TERMINAL_SERVER_PATIENCE: Duration = Duration::from_secs(60);

/// What a device said last is through once nothing more came for so long.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// What became of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It lives as long as its path does.
    Alive,
    /// Nothing passes any more, and nobody is told.
    Silent,
    /// The client was sent a reset.
    Reset,
    /// What the device has said still gets to the client, and then it is one of the two.
    Parting {
        /// It won't be told.
        silently: bool,
    },
}

impl Fate {
    /// Whether the device's end is cut off.
    pub(crate) fn is_over(self) -> bool {
        self != Self::Alive
    }

    /// What comes of it in the end.
    fn end(self) -> Self {
        match self {
            Self::Parting { silently: true } => Self::Silent,
            Self::Parting { silently: false } => Self::Reset,
            other => other,
        }
    }
}

impl Blow {
    /// What it does to a connection, at one of these bytes.
    pub(crate) fn ends(&self, of: Bytes) -> Fate {
        let silently = match self {
            Self::Reset => false,
            Self::Silence => true,
            // What the loss of power, or a restart, does to the connection is for the world to
            // say.
            Self::PowerCycle(_) | Self::Restart(_) => return Fate::Alive,
        };
        let parting = Fate::Parting { silently };
        match of {
            Bytes::Typed => parting.end(),
            Bytes::Shown => parting,
        }
    }
}

/// What the device's end knows of its connection.
pub(crate) type FateOf = watch::Sender<Fate>;

/// Opens a connection to `door` at `place`: the client's end, and the device's.
pub(crate) fn connect(lab: &Lab, place: Place, door: Door) -> (Client, DuplexStream, FateOf) {
    let (client, near) = duplex(WINDOW);
    let (far, device) = duplex(WINDOW);
    let fate = watch::Sender::new(Fate::Alive);
    let (near_read, near_write) = split(near);
    let (far_read, far_write) = split(far);
    let path = Path {
        lab: lab.clone(),
        place,
        door,
        fate: fate.clone(),
    };
    tokio::spawn(path.clone().carry(near_read, far_write, Way::Out));
    tokio::spawn(path.carry(far_read, near_write, Way::Back));
    (
        Client {
            stream: client,
            fate: fate.subscribe(),
        },
        device,
        fate,
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Out,
    Back,
}

#[derive(Clone)]
struct Path {
    lab: Lab,
    place: Place,
    door: Door,
    fate: FateOf,
}

impl Path {
    async fn carry(
        self,
        mut from: ReadHalf<DuplexStream>,
        mut to: WriteHalf<DuplexStream>,
        way: Way,
    ) {
        let mut buffer = [0; 4096];
        let mut fate = self.fate.subscribe();
        loop {
            let read = tokio::select! {
                biased;
                _ = fate.wait_for(|fate| *fate == Fate::Reset) => break,
                read = from.read(&mut buffer) => read,
                () = self.part(way) => continue,
            };
            // An error at either end is that end's going away.
            let Ok(count) = read else { break };
            if !self.pass(way).await || count == 0 || to.write_all(&buffer[..count]).await.is_err()
            {
                break;
            }
        }
        let _ = to.shutdown().await;
    }

    /// Ends the connection once the device's last words are through.
    async fn part(&self, way: Way) {
        if way == Way::Out {
            return pending().await;
        }
        let mut fate = self.fate.subscribe();
        let is_parting = |fate: &Fate| matches!(fate, Fate::Parting { .. });
        if fate.wait_for(is_parting).await.is_err() {
            return pending().await;
        }
        tokio::time::sleep(LAST_WORDS).await;
        self.fate.send_modify(|fate| *fate = fate.end());
    }

    /// Waits until a packet gets through; `false` if the connection is over for its receiver.
    async fn pass(&self, way: Way) -> bool {
        let mut changes = self.lab.changes();
        let mut fate = self.fate.subscribe();
        let mut late = false;
        loop {
            let now = *fate.borrow_and_update();
            match now {
                Fate::Alive | Fate::Parting { .. } => {}
                Fate::Silent => return self.fall_asleep(way).await,
                Fate::Reset => return false,
            }
            changes.borrow_and_update();
            let (path, latency) = {
                let core = self.lab.core();
                (
                    self.place.path(&core),
                    core.floor.faults.latency(&self.place.name),
                )
            };
            match path {
                // The device takes nothing more.
                _ if way == Way::Out && now.is_over() => {}
                Some(door) if door == self.door => {
                    if late || latency == 0 {
                        return true;
                    }
                    late = true;
                    tokio::time::sleep(Duration::from_millis(latency)).await;
                    continue;
                }
                // It has restarted, or another one has its address now: it knows nothing of
                // this connection. Its answer to our packet is a reset.
                Some(_) if way == Way::Out => {
                    self.fate.send_replace(Fate::Reset);
                    return false;
                }
                // What the device meant to send died with it.
                Some(_) | None => {}
            }
            tokio::select! {
                biased;
                changed = fate.changed() => if changed.is_err() { return false },
                changed = changes.changed() => if changed.is_err() { return false },
            }
        }
    }

    /// Nothing passes. A terminal server notices after a while, so that its line gets free.
    async fn fall_asleep(&self, way: Way) -> bool {
        if way == Way::Back || !matches!(self.door, Door::Terminal(Terminal::Console(_))) {
            return pending().await;
        }
        tokio::time::sleep(TERMINAL_SERVER_PATIENCE).await;
        false
    }
}

/// The client's end.
pub(crate) struct Client {
    stream: DuplexStream,
    fate: watch::Receiver<Fate>,
}

impl Client {
    /// An end of the stream is a reset if that is what the network did.
    fn reset(&self) -> io::Result<()> {
        let fate = self.fate.borrow().end();
        match fate == Fate::Reset {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

impl AsyncRead for Client {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        if matches!(poll, Poll::Ready(Ok(()))) && buffer.filled().len() == before {
            return Poll::Ready(self.reset());
        }
        poll
    }
}

impl AsyncWrite for Client {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.reset()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
