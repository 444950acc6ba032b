use camino::Utf8Path;

use super::part::{Part, beside};
use super::sum::Sum;
use super::trouble::Trouble;
use super::watch::Way;
use crate::wire::ssh::{RemoteStat, SftpError};

/// What stands where a file is to go: nothing, or a file. A link is somebody's intention, which
/// a file in its place would undo unseen.
pub(super) async fn look(
    way: &Way<'_>,
    remote: &Utf8Path,
    whole: &Sum,
) -> Result<Option<RemoteStat>, Trouble> {
    let wrong = Trouble::remote(remote);
    match way.sftp.lstat(remote.as_str()).await.map_err(&wrong)? {
        None if way.sftp.renames_over() => Ok(None),
        // Where an earlier try broke off between two names, it is the one that stepped aside.
        None => {
            let aside = beside(remote, whole, "old");
            way.sftp.lstat(aside.as_str()).await.map_err(&wrong)
        }
        Some(old) if old.is_file() => Ok(Some(old)),
        Some(_) => Err(Trouble::Refused(match link(way, remote).await? {
            Some(to) => {
                format!("{remote} is a link to {to}: put the file there, or remove the link first")
            }
            None => format!("{remote}: that is no file"),
        })),
    }
}

/// Where a link leads; `None`: it is none.
pub(super) async fn link(way: &Way<'_>, remote: &Utf8Path) -> Result<Option<String>, Trouble> {
    match way.sftp.read_link(remote.as_str()).await {
        Ok(to) => Ok(Some(to)),
        Err(SftpError::Ssh(error)) => Err(Trouble::remote(remote)(SftpError::Ssh(error))),
        Err(_) => Ok(None),
    }
}

/// Gives a part the owner and the permissions of the file whose place it takes; a new one has
/// those of its source. Before, nobody but us could read it.
pub(super) async fn dress(
    way: &Way<'_>,
    part: &Part,
    remote: &Utf8Path,
    old: Option<RemoteStat>,
    mode: u32,
) -> Result<(), Trouble> {
    let wrong = Trouble::remote(remote);
    let path = part.path.as_str();
    if let Some(wanted) = old.and_then(|old| old.owner) {
        let owner = async || {
            let found = way.sftp.lstat(path).await.map_err(&wrong)?;
            Ok::<_, Trouble>(found.and_then(|found| found.owner))
        };
        if owner().await? != Some(wanted) {
            let why = match way.sftp.set_owner(path, wanted).await {
                Ok(()) if owner().await? == Some(wanted) => None,
                Ok(()) => Some("the server left it as it was".to_owned()),
                Err(SftpError::Ssh(error)) => return Err(wrong(SftpError::Ssh(error))),
                Err(error) => Some(error.to_string()),
            };
            if let Some(why) = why {
                let (user, group) = wanted;
                return Err(Trouble::Refused(format!(
                    "{remote} belongs to user {user} and group {group}, and a file from us would \
                     not: {why}; log in as its owner, or remove it first"
                )));
            }
        }
    }
    // After the owner: a change of owner takes some permissions away.
    let mode = old.map_or(mode, |old| old.mode);
    way.sftp.set_mode(path, mode).await.map_err(&wrong)
}

/// Moves a part to its place.
pub(super) async fn take(
    way: &Way<'_>,
    part: &Part,
    remote: &Utf8Path,
    whole: &Sum,
) -> Result<(), Trouble> {
    let wrong = Trouble::remote(remote);
    let (sftp, from, to) = (way.sftp, part.path.as_str(), remote.as_str());
    if sftp.renames_over() {
        return sftp.rename_over(from, to).await.map_err(&wrong);
    }
    // Version 3 renames over nothing: the old file steps aside, and for a moment there is none
    // of that name. Whatever happens then, it is still there.
    let aside = beside(remote, whole, "old");
    let aside = aside.as_str();
    let stepped = match sftp.lstat(to).await.map_err(&wrong)? {
        Some(_) => {
            match sftp.remove(aside).await {
                Ok(()) | Err(SftpError::Missing) => {}
                Err(error) => return Err(wrong(error)),
            }
            sftp.rename(to, aside).await.map_err(&wrong)?;
            true
        }
        // Perhaps a try before this one got no further.
        None => sftp.lstat(aside).await.map_err(&wrong)?.is_some(),
    };
    match sftp.rename(from, to).await {
        Ok(()) if stepped => match sftp.remove(aside).await {
            Ok(()) | Err(SftpError::Missing) => Ok(()),
            Err(SftpError::Refused(words)) => Err(Trouble::Refused(format!(
                "{remote} is in its place, and the old file is left as {aside}: {words}"
            ))),
            Err(error) => Err(wrong(error)),
        },
        Ok(()) => Ok(()),
        Err(SftpError::Ssh(error)) => Err(wrong(SftpError::Ssh(error))),
        Err(error) if stepped => Err(match sftp.rename(aside, to).await {
            Ok(()) => wrong(error),
            Err(back) => Trouble::Refused(format!(
                "{remote}: {error}; the old file is {aside} now, and could not be moved back: \
                 {back}"
            )),
        }),
        Err(error) => Err(wrong(error)),
    }
}
