use super::sum::{self, Sum};
use super::trouble::Trouble;
use super::watch::Way;
use crate::text::Pair;

/// Whether a file here and one there are the same.
pub(super) async fn same(way: &Way<'_>, pair: &Pair) -> Result<Sum, Trouble> {
    let Pair { local, remote, .. } = pair;
    let ours = sum::local(local, way.watch).await?;
    sum::expected(&ours, pair.sum.as_deref(), local)?;
    let stat = way.sftp.stat(remote.as_str()).await;
    let Some(stat) = stat.map_err(Trouble::remote(remote))? else {
        return Err(Trouble::No(format!("{remote} is not there")));
    };
    if !stat.is_file() {
        return Err(Trouble::No(format!("{remote} is no file")));
    }
    if stat.size != ours.size {
        return Err(Trouble::No(format!(
            "{remote} has {} bytes, {local} has {}",
            stat.size, ours.size
        )));
    }
    let theirs = sum::remote(way, remote).await?;
    match theirs == ours {
        true => Ok(ours),
        false => Err(Trouble::No(format!(
            "{remote} has the size of {local} and another content: SHA-256 {} instead of {}",
            theirs.sha256, ours.sha256
        ))),
    }
}
