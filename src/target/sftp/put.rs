use std::io::SeekFrom;
use std::os::unix::fs::PermissionsExt;

use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::part::Part;
use super::place;
use super::sum::{self, PIECE, Sum};
use super::trouble::Trouble;
use super::watch::{Watch, Way};
use crate::text::Pair;
use crate::wire::ssh::{RemoteStat, Writing};

/// A file that is about to be sent.
pub(super) struct Outgoing<'a> {
    pub(super) pair: &'a Pair,
    pub(super) sum: Sum,
    mode: u32,
}

impl<'a> Outgoing<'a> {
    /// Reads the file before anything is sent: it must be there, and the one that was meant.
    pub(super) async fn read(pair: &'a Pair, watch: &Watch) -> Result<Self, Trouble> {
        let Pair { local, .. } = pair;
        let sum = sum::local(local, watch).await?;
        sum::expected(&sum, pair.sum.as_deref(), local)?;
        let metadata = fs::metadata(local).await;
        let metadata = metadata.map_err(|error| Trouble::local("read", local, &error))?;
        let mode = metadata.permissions().mode() & 0o777;
        Ok(Self { pair, sum, mode })
    }

    /// Sends it beside its place, reads it back, and moves it there. Returns how much of it was
    /// there before.
    pub(super) async fn send(&self, way: &mut Way<'_>) -> Result<u64, Trouble> {
        let old = place::look(way, &self.pair.remote, &self.sum).await?;
        let (mut part, writing) = Part::open(way, self.pair, &self.sum).await?;
        let resumed = part.there.size();
        match self.complete(way, &mut part, writing, old).await {
            Ok(()) => Ok(resumed),
            Err(trouble) => Err(part.give_up(way, trouble).await),
        }
    }

    async fn complete(
        &self,
        way: &mut Way<'_>,
        part: &mut Part,
        writing: Writing,
        old: Option<RemoteStat>,
    ) -> Result<(), Trouble> {
        let Pair { local, remote, .. } = self.pair;
        self.copy(way, part.there.size(), writing).await?;
        sum::follow(way, &part.path, remote, &mut part.there).await?;
        if part.there.clone().end() != self.sum {
            return Err(Trouble::No(format!(
                "{remote}: what arrived is not what was read from {local}"
            )));
        }
        place::dress(way, part, remote, old, self.mode).await?;
        place::take(way, part, remote, &self.sum).await
    }

    async fn copy(
        &self,
        way: &mut Way<'_>,
        from: u64,
        mut writing: Writing,
    ) -> Result<(), Trouble> {
        let Pair { local, remote, .. } = self.pair;
        let here = |error| Trouble::local("read", local, &error);
        let there = Trouble::remote(remote);
        let mut file = File::open(local).await.map_err(here)?;
        file.seek(SeekFrom::Start(from)).await.map_err(here)?;
        let mut piece = vec![0; PIECE];
        let mut done = from;
        way.moved(done, self.sum.size);
        loop {
            let length = file.read(&mut piece).await.map_err(here)?;
            if length == 0 {
                break;
            }
            // In the pieces that are answered, so that a slow way is seen to move.
            for bytes in piece[..length].chunks(Writing::CHUNK) {
                writing.write(bytes).await.map_err(&there)?;
                done += bytes.len() as u64;
                way.moved(done, self.sum.size);
            }
        }
        while writing.answered().await.map_err(&there)? {
            way.watch.moves();
        }
        writing.close().await.map_err(&there)
    }
}
