use camino::Utf8PathBuf;
use tokio::fs::{self, OpenOptions};
use tokio::io::AsyncWriteExt;

use super::sum::{self, Sum};
use super::trouble::Trouble;
use crate::target::Progress;
use crate::text::Pair;
use crate::wire::ssh::{RemoteStat, Sftp};

/// Fetches a file: beside its place, then onto it. Returns its sum and how much was here before.
pub(super) async fn get(
    sftp: &Sftp,
    pair: &Pair,
    progress: &mut dyn Progress,
) -> Result<(Sum, u64), Trouble> {
    let Pair { local, remote, .. } = pair;
    let wrong = Trouble::remote(remote);
    let here = |error| Trouble::local("write", local, &error);
    let Some(stat) = sftp.stat(remote.as_str()).await.map_err(&wrong)? else {
        return Err(Trouble::Refused(format!("{remote}: there is no such file")));
    };
    if !stat.is_file {
        return Err(Trouble::Refused(format!("{remote}: that is no file")));
    }
    let part = part(pair, &stat);
    let begun = fs::metadata(&part).await.map_or(0, |part| part.len());
    // What is longer than the file is no part of it.
    let begun = if begun > stat.size { 0 } else { begun };
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(begun == 0)
        .open(&part)
        .await;
    let mut file = opened.map_err(here)?;
    file.set_len(begun).await.map_err(here)?;
    tokio::io::AsyncSeekExt::seek(&mut file, std::io::SeekFrom::Start(begun))
        .await
        .map_err(here)?;
    let mut reading = sftp.read(remote.as_str(), begun).await.map_err(&wrong)?;
    let mut done = begun;
    progress.moved(done, stat.size);
    while let Some(bytes) = reading.next().await.map_err(&wrong)? {
        file.write_all(&bytes).await.map_err(here)?;
        done += bytes.len() as u64;
        progress.moved(done, stat.size);
    }
    reading.close().await.map_err(&wrong)?;
    file.sync_all().await.map_err(here)?;
    let after = sftp.stat(remote.as_str()).await.map_err(&wrong)?;
    let found = sum::local(&part).await?;
    if after != Some(stat) || found.size != stat.size {
        fs::remove_file(&part).await.map_err(here)?;
        return Err(Trouble::No(format!(
            "{remote}: it changed while it was read; what came is removed again"
        )));
    }
    if let Err(other) = sum::expected(&found, pair.sum.as_deref(), remote) {
        fs::remove_file(&part).await.map_err(here)?;
        return Err(other);
    }
    fs::rename(&part, local).await.map_err(here)?;
    Ok((found, begun))
}

/// Where it grows. The name is made of what the machine tells of the file, so that a part is
/// only continued while that is the same.
fn part(pair: &Pair, stat: &RemoteStat) -> Utf8PathBuf {
    let name = pair.local.file_name().unwrap_or_default();
    let modified = stat.modified.unwrap_or_default();
    let place = format!(".{name}.{}-{modified}.part", stat.size);
    pair.local.with_file_name(place)
}
