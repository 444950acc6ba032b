use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::sum::{self, PIECE, Sum};
use super::trouble::Trouble;
use crate::target::Progress;
use crate::text::Pair;
use crate::wire::ssh::{RemoteStat, Sftp, SftpError};

/// A file that is about to be sent.
pub(super) struct Outgoing<'a> {
    pub(super) pair: &'a Pair,
    pub(super) sum: Sum,
}

impl<'a> Outgoing<'a> {
    /// Reads the file before anything is sent: it must be there, and the one that was meant.
    pub(super) async fn read(pair: &'a Pair) -> Result<Self, Trouble> {
        let sum = sum::local(&pair.local).await?;
        sum::expected(&sum, pair.sum.as_deref(), &pair.local)?;
        Ok(Self { pair, sum })
    }

    /// Where it grows: beside its place, so that it can be moved there at once. The name is made
    /// of the content, so that a part is only ever continued by the same file.
    fn part(&self) -> Utf8PathBuf {
        let name = self.pair.remote.file_name().unwrap_or_default();
        let place = format!(".{name}.{}.part", &self.sum.sha256[..12]);
        self.pair.remote.with_file_name(place)
    }

    /// Sends it beside its place, and reads it back. Returns its permissions there, if a file of
    /// the name has some already, and how much was there before.
    pub(super) async fn send(
        &self,
        sftp: &Sftp,
        progress: &mut dyn Progress,
    ) -> Result<Sent, Trouble> {
        let Pair { local, remote, .. } = self.pair;
        let wrong = Trouble::remote(remote);
        let old = sftp.stat(remote.as_str()).await.map_err(&wrong)?;
        if old.is_some_and(|old| !old.is_file) {
            return Err(Trouble::Refused(format!("{remote}: that is no file")));
        }
        let part = self.part();
        let mut resumed = match sftp.stat(part.as_str()).await.map_err(&wrong)? {
            Some(begun) if begun.size <= self.sum.size => begun.size,
            // What is longer than the file is no part of it.
            Some(_) => {
                sftp.remove(part.as_str()).await.map_err(&wrong)?;
                0
            }
            None => 0,
        };
        loop {
            self.copy(sftp, &part, resumed, progress).await?;
            if sum::remote(sftp, &part, remote).await? == self.sum {
                break;
            }
            sftp.remove(part.as_str()).await.map_err(&wrong)?;
            if resumed == 0 {
                return Err(Trouble::No(format!(
                    "{remote}: what arrived is not what was read from {local}; it was removed again"
                )));
            }
            // What was there before was no beginning of this file after all.
            resumed = 0;
        }
        if let Some(RemoteStat { mode, .. }) = old {
            let kept = sftp.set_mode(part.as_str(), mode).await;
            kept.map_err(&wrong)?;
        }
        Ok(Sent { part, resumed })
    }

    async fn copy(
        &self,
        sftp: &Sftp,
        part: &Utf8Path,
        from: u64,
        progress: &mut dyn Progress,
    ) -> Result<(), Trouble> {
        let Pair { local, remote, .. } = self.pair;
        let here = |error| Trouble::local("read", local, &error);
        let there = |error| match error {
            SftpError::Missing => Trouble::Refused(format!(
                "{remote}: there is no folder {}",
                remote.parent().unwrap_or(remote)
            )),
            error => Trouble::remote(remote)(error),
        };
        let mut file = File::open(local).await.map_err(here)?;
        let mode = file.metadata().await.map_err(here)?.permissions().mode();
        file.seek(std::io::SeekFrom::Start(from))
            .await
            .map_err(here)?;
        let opened = sftp.write(part.as_str(), from, mode & 0o777).await;
        let mut writing = opened.map_err(there)?;
        let mut piece = vec![0; PIECE];
        let mut done = from;
        loop {
            progress.moved(done, self.sum.size);
            let length = file.read(&mut piece).await.map_err(here)?;
            if length == 0 {
                return writing.close().await.map_err(there);
            }
            writing.write(&piece[..length]).await.map_err(there)?;
            done += length as u64;
        }
    }
}

/// A file that arrived beside its place.
pub(super) struct Sent {
    pub(super) part: Utf8PathBuf,
    /// So many of its bytes were there already.
    pub(super) resumed: u64,
}
