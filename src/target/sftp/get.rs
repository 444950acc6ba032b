use std::io::{ErrorKind, SeekFrom};
use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::draft::Draft;
use super::sum::{self, Sum, Summing, hex};
use super::trouble::Trouble;
use super::watch::Way;
use crate::text::Pair;
use crate::wire::ssh::RemoteStat;

/// A file that is fetched.
pub(super) struct Incoming<'a> {
    pub(super) pair: &'a Pair,
    /// By what the machine at the other end is known.
    pub(super) from: &'a str,
    /// A look, which leaves a file of another content as it is.
    pub(super) only_looks: bool,
}

impl Incoming<'_> {
    /// Fetches it beside its place, then moves it there. Returns its sum and how much was here
    /// before.
    pub(super) async fn fetch(&self, way: &mut Way<'_>) -> Result<(Sum, u64), Trouble> {
        let Pair { local, remote, sum } = self.pair;
        let stat = way.sftp.stat(remote.as_str()).await;
        let Some(stat) = stat.map_err(Trouble::remote(remote))? else {
            return Err(Trouble::Refused(format!("{remote}: there is no such file")));
        };
        if !stat.is_file() {
            return Err(Trouble::Refused(format!("{remote}: that is no file")));
        }
        let old = self.old().await?;
        if old
            .as_ref()
            .is_some_and(|old| self.only_looks && old.len() != stat.size)
        {
            return Err(self.another());
        }
        let here = |error| Trouble::local("write", local, &error);
        // Only a digest tells that what is here is the beginning of what is there: reading that
        // again costs as much as fetching it.
        let continues = sum.is_some();
        let (mut draft, file) = Draft::open(self.draft(&stat), continues).map_err(here)?;
        let mut file = File::from_std(file);
        loop {
            let begun = match draft.begun <= stat.size {
                true => draft.begun,
                false => 0,
            };
            let came = self.copy(way, &mut file, begun, &stat).await;
            let came = came.inspect_err(|trouble| {
                if !matches!(trouble, Trouble::Failed { .. }) {
                    draft.spoilt();
                }
            })?;
            let found = sum::reread(&mut file, &draft.path, way.watch).await?;
            match self.judge(&found, begun, came) {
                Ok(()) => {
                    self.place(way, draft, old, &stat, &found).await?;
                    return Ok((found, begun));
                }
                Err(_) if begun > 0 => draft.begun = 0,
                Err(trouble) => {
                    draft.spoilt();
                    return Err(trouble);
                }
            }
        }
    }

    /// What stands in its place.
    async fn old(&self) -> Result<Option<std::fs::Metadata>, Trouble> {
        let Pair { local, .. } = self.pair;
        match fs::symlink_metadata(local).await {
            Ok(old) if old.is_file() => Ok(Some(old)),
            Ok(_) => Err(Trouble::No(format!("{local}: that is no file"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Trouble::local("write", local, &error)),
        }
    }

    /// Where it grows: one name for each machine and each file on it.
    fn draft(&self, stat: &RemoteStat) -> Utf8PathBuf {
        let Pair { local, remote, .. } = self.pair;
        let (size, modified) = (stat.size, stat.modified.unwrap_or_default());
        let what = format!("{}\n{size}\n{modified}\n{remote}", self.from);
        let key = hex(&Sha256::digest(what));
        let name = local.file_name().unwrap_or_default();
        local.with_file_name(format!(".{name}.{}.part", &key[..12]))
    }

    /// Fetches the bytes from `begun` on, and returns their sum.
    async fn copy(
        &self,
        way: &mut Way<'_>,
        file: &mut File,
        begun: u64,
        stat: &RemoteStat,
    ) -> Result<Sum, Trouble> {
        let Pair { local, remote, .. } = self.pair;
        let wrong = Trouble::remote(remote);
        let here = |error| Trouble::local("write", local, &error);
        file.set_len(begun).await.map_err(here)?;
        file.seek(SeekFrom::Start(begun)).await.map_err(here)?;
        let reading = way.sftp.read(remote.as_str(), begun).await;
        let mut reading = reading.map_err(&wrong)?;
        let mut came = Summing::default();
        way.moved(begun, stat.size);
        while let Some(bytes) = reading.next().await.map_err(&wrong)? {
            came.add(&bytes);
            // It may grow faster than it comes.
            if begun + came.size() > stat.size {
                return Err(Trouble::No(format!(
                    "{remote}: it grew beyond its {} bytes while it was read",
                    stat.size
                )));
            }
            file.write_all(&bytes).await.map_err(here)?;
            way.moved(begun + came.size(), stat.size);
        }
        reading.close().await.map_err(&wrong)?;
        file.sync_all().await.map_err(here)?;
        let after = way.sftp.stat(remote.as_str()).await.map_err(&wrong)?;
        if after != Some(*stat) || begun + came.size() != stat.size {
            return Err(Trouble::No(format!(
                "{remote}: it changed while it was read"
            )));
        }
        Ok(came.end())
    }

    /// Whether what is here now is what was there.
    fn judge(&self, found: &Sum, begun: u64, came: Sum) -> Result<(), Trouble> {
        let Pair { local, remote, sum } = self.pair;
        sum::expected(found, sum.as_deref(), remote)?;
        match begun == 0 && *found != came {
            true => Err(Trouble::No(format!(
                "{local}: what was written is not what came from {remote}"
            ))),
            false => Ok(()),
        }
    }

    async fn place(
        &self,
        way: &Way<'_>,
        mut draft: Draft,
        old: Option<std::fs::Metadata>,
        stat: &RemoteStat,
        found: &Sum,
    ) -> Result<(), Trouble> {
        let Pair { local, .. } = self.pair;
        let here = |error| Trouble::local("write", local, &error);
        if old.is_some() && self.only_looks {
            draft.spoilt();
            return match sum::local(local, way.watch).await? == *found {
                true => Ok(()),
                false => Err(self.another()),
            };
        }
        // Never more than there; what we have read we may read.
        let wanted = old.map_or(0o600, |old| old.permissions().mode() & 0o777);
        let mode = wanted & stat.mode | 0o400;
        let permissions = std::fs::Permissions::from_mode(mode);
        let set = fs::set_permissions(&draft.path, permissions).await;
        set.and_then(|()| draft.take(local)).map_err(here)
    }

    fn another(&self) -> Trouble {
        let Pair { local, remote, .. } = self.pair;
        Trouble::No(format!(
            "{local} is here already and is not what {remote} is: a `read` replaces nothing, so \
             move it away, or fetch to another name"
        ))
    }
}

/// Why a file must not be fetched to a place, if it must not. `written` are the absolute paths
/// that stand in the runbook itself: whoever reads it has seen them.
pub(super) fn outside(local: &Utf8Path, written: &[Utf8PathBuf]) -> Option<String> {
    let up = local.components().any(|part| part.as_str() == "..");
    if up {
        return Some(format!("{local} leads up: a `get` stays under its folder"));
    }
    (local.is_absolute() && !written.iter().any(|path| path == local)).then(|| {
        format!(
            "{local} is an absolute path that a value led to: write it out, or fetch to a \
             relative one"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ssh::RemoteKind;

    #[test]
    fn each_machine_and_each_state_of_a_file_has_a_part_of_its_own() {
        let pair = Pair {
            local: "kept/motd".into(),
            remote: "/etc/motd".into(),
            sum: None,
        };
        let part = |from, size, modified| {
            let file = Incoming {
                pair: &pair,
                from,
                only_looks: true,
            };
            file.draft(&RemoteStat {
                size,
                mode: 0o644,
                owner: None,
                modified: Some(modified),
                kind: RemoteKind::File,
            })
        };
        let parts = [
            part("SHA256:one", 6, 1),
            part("SHA256:two", 6, 1),
            part("SHA256:one", 7, 1),
            part("SHA256:one", 6, 2),
        ];
        for (i, part) in parts.iter().enumerate() {
            assert!(part.as_str().starts_with("kept/.motd."), "{part}");
            assert!(!parts[..i].contains(part), "{part}");
        }
    }

    #[test]
    fn a_value_leads_nowhere_else() {
        let written = [Utf8PathBuf::from("/srv/written")];
        for (local, is_inside) in [
            ("a", true),
            ("kept/a..b", true),
            ("/srv/written", true),
            ("/etc/cron.d/x", false),
            ("../a", false),
            ("kept/../../a", false),
            ("/srv/written/../x", false),
        ] {
            let outside = outside(local.into(), &written);
            assert_eq!(outside.is_none(), is_inside, "{local}: {outside:?}");
        }
    }
}
