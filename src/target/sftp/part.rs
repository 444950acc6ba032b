use camino::{Utf8Path, Utf8PathBuf};

use super::sum::{self, Sum, Summing};
use super::trouble::Trouble;
use super::watch::Way;
use crate::text::Pair;
use crate::wire::ssh::{RemoteStat, SftpError, Writing};

/// Where a file grows at the other end: beside its place, so that it can be moved there at once.
/// The name is made of the content, so that a part is only ever continued by the same file.
///
/// Everybody can work out that name, and the folder may be one that everybody writes to. So a
/// part is made where there is nothing, not even a link, and one that is there is only continued
/// if it is a private file of our own whose bytes are the beginning of ours.
pub(super) struct Part {
    pub(super) path: Utf8PathBuf,
    /// The sum of what is there.
    pub(super) there: Summing,
}

impl Part {
    /// Makes the part of a file, or takes up the one that is there.
    pub(super) async fn open(
        way: &Way<'_>,
        pair: &Pair,
        whole: &Sum,
    ) -> Result<(Self, Writing), Trouble> {
        let Pair { remote, .. } = pair;
        let wrong = Trouble::remote(remote);
        let mut part = Self {
            path: beside(remote, whole, "part"),
            there: Summing::default(),
        };
        let path = part.path.as_str();
        if let Some(found) = way.sftp.lstat(path).await.map_err(&wrong)? {
            way.watch.changes();
            if let Some(there) = part.is_ours(way, pair, whole, &found).await? {
                let writing = way.sftp.write(path, there.size()).await;
                let writing = writing.map_err(&wrong)?;
                part.there = there;
                return Ok((part, writing));
            }
            way.sftp.remove(path).await.map_err(|error| match error {
                SftpError::Refused(words) => Trouble::Refused(format!(
                    "{remote}: {path} is in the way, is no part of ours, and can't be removed: \
                     {words}"
                )),
                error => wrong(error),
            })?;
        }
        // From the first byte on something is there that was not, though nobody looks at it.
        way.watch.changes();
        let made = way.sftp.create(path).await.map_err(|error| match error {
            SftpError::Missing => Trouble::Refused(format!(
                "{remote}: there is no folder {}",
                remote.parent().unwrap_or(remote)
            )),
            error => wrong(error),
        })?;
        Ok((part, made))
    }

    /// The sum of a part that can be continued.
    async fn is_ours(
        &self,
        way: &Way<'_>,
        pair: &Pair,
        whole: &Sum,
        found: &RemoteStat,
    ) -> Result<Option<Summing>, Trouble> {
        let is_private = found.is_file() && found.mode & 0o077 == 0;
        if !is_private || !(1..=whole.size).contains(&found.size) {
            return Ok(None);
        }
        let us = us(way, &pair.remote, whole).await?;
        if us.is_none() || found.owner.map(|(user, _)| user) != us {
            return Ok(None);
        }
        let mut there = Summing::default();
        sum::follow(way, &self.path, &pair.remote, &mut there).await?;
        let begins = sum::beginning(&pair.local, there.size(), way.watch).await?;
        Ok((there.clone().end() == begins).then_some(there))
    }

    /// Removes the part of a file that will not come to be. What breaks off is kept: the next try
    /// goes on from there.
    pub(super) async fn give_up(&self, way: &Way<'_>, trouble: Trouble) -> Trouble {
        let told = match &trouble {
            Trouble::No(told) | Trouble::Refused(told) => told,
            Trouble::Failed { .. } => return trouble,
        };
        let left = match way.sftp.remove(self.path.as_str()).await {
            Ok(()) | Err(SftpError::Missing) => return trouble,
            Err(why) => format!("{told}; {} is left there: {why}", self.path),
        };
        match trouble {
            Trouble::No(_) => Trouble::No(left),
            _ => Trouble::Refused(left),
        }
    }
}

/// A hidden name beside a file's, made of what is put there.
pub(super) fn beside(remote: &Utf8Path, whole: &Sum, what: &str) -> Utf8PathBuf {
    let name = remote.file_name().unwrap_or_default();
    remote.with_file_name(format!(".{name}.{}.{what}", &whole.sha256[..12]))
}

/// The number of the user who we are in that folder: of whom a file is that we make there. The
/// protocol has no other way to ask.
async fn us(way: &Way<'_>, remote: &Utf8Path, whole: &Sum) -> Result<Option<u32>, Trouble> {
    let wrong = Trouble::remote(remote);
    let probe = beside(remote, whole, "owner");
    let probe = probe.as_str();
    match way.sftp.remove(probe).await {
        Ok(()) | Err(SftpError::Missing) => {}
        Err(error) => return Err(wrong(error)),
    }
    let made = way.sftp.create(probe).await.map_err(&wrong)?;
    made.close().await.map_err(&wrong)?;
    let found = way.sftp.lstat(probe).await.map_err(&wrong)?;
    way.sftp.remove(probe).await.map_err(&wrong)?;
    Ok(found.and_then(|found| found.owner).map(|(user, _)| user))
}
