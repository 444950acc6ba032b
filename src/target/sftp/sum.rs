use camino::Utf8Path;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::trouble::Trouble;
use super::watch::{Watch, Way};

/// So much of a local file is read at once, bytes.
pub(super) const PIECE: usize = 256 << 10;

/// A file's content, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// Takes sums, piece by piece.
#[derive(Clone, Default)]
pub(super) struct Summing {
    size: u64,
    sha256: Sha256,
}

impl Summing {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// How much was added.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn end(self) -> Sum {
        Sum {
            size: self.size,
            sha256: hex(&self.sha256.finalize()),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of a file on this machine.
pub(super) async fn local(path: &Utf8Path, watch: &Watch) -> Result<Sum, Trouble> {
    beginning(path, u64::MAX, watch).await
}

/// Of the first bytes of a file on this machine; of all, if it has no more.
pub(super) async fn beginning(path: &Utf8Path, most: u64, watch: &Watch) -> Result<Sum, Trouble> {
    let wrong = |error| Trouble::local("read", path, &error);
    let file = File::open(path).await.map_err(wrong)?;
    let mut file = file.take(most);
    let mut sum = Summing::default();
    let mut piece = vec![0; PIECE];
    loop {
        watch.moves();
        match file.read(&mut piece).await.map_err(wrong)? {
            0 => return Ok(sum.end()),
            length => sum.add(&piece[..length]),
        }
    }
}

/// Of an open file on this machine.
pub(super) async fn reread(
    file: &mut File,
    path: &Utf8Path,
    watch: &Watch,
) -> Result<Sum, Trouble> {
    let wrong = |error| Trouble::local("read", path, &error);
    file.rewind().await.map_err(wrong)?;
    let mut sum = Summing::default();
    let mut piece = vec![0; PIECE];
    loop {
        watch.moves();
        match file.read(&mut piece).await.map_err(wrong)? {
            0 => return Ok(sum.end()),
            length => sum.add(&piece[..length]),
        }
    }
}

/// Of a file at the other end, read from there.
pub(super) async fn remote(way: &Way<'_>, path: &Utf8Path) -> Result<Sum, Trouble> {
    let mut sum = Summing::default();
    follow(way, path, path, &mut sum).await?;
    Ok(sum.end())
}

/// Goes on with a sum from where it is to the end of the file at the other end. `place` is the
/// path in messages.
pub(super) async fn follow(
    way: &Way<'_>,
    path: &Utf8Path,
    place: &Utf8Path,
    sum: &mut Summing,
) -> Result<(), Trouble> {
    let wrong = Trouble::remote(place);
    let opened = way.sftp.read(path.as_str(), sum.size()).await;
    let mut reading = opened.map_err(&wrong)?;
    while let Some(bytes) = reading.next().await.map_err(&wrong)? {
        way.watch.moves();
        sum.add(&bytes);
    }
    reading.close().await.map_err(&wrong)
}

/// Whether a content is the one that the line names.
pub(super) fn expected(found: &Sum, wanted: Option<&str>, path: &Utf8Path) -> Result<(), Trouble> {
    match wanted {
        Some(wanted) if wanted != found.sha256 => Err(Trouble::No(format!(
            "{path} is not the file that the line names: its SHA-256 is {}",
            found.sha256
        ))),
        _ => Ok(()),
    }
}
