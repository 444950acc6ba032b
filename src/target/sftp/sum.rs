use camino::Utf8Path;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::trouble::Trouble;
use crate::wire::ssh::Sftp;

/// So much of a local file is read at once, bytes.
pub(super) const PIECE: usize = 256 << 10;

/// A file's content, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// Takes sums, piece by piece.
#[derive(Default)]
pub(super) struct Summing {
    size: u64,
    sha256: Sha256,
}

impl Summing {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    pub(super) fn end(self) -> Sum {
        Sum {
            size: self.size,
            sha256: hex(&self.sha256.finalize()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of a file on this machine.
pub(super) async fn local(path: &Utf8Path) -> Result<Sum, Trouble> {
    let wrong = |error| Trouble::local("read", path, &error);
    let mut file = File::open(path).await.map_err(wrong)?;
    let mut sum = Summing::default();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece).await.map_err(wrong)? {
            0 => return Ok(sum.end()),
            length => sum.add(&piece[..length]),
        }
    }
}

/// Of a file at the other end, read from there. `place` is the path in messages.
pub(super) async fn remote(sftp: &Sftp, path: &Utf8Path, place: &Utf8Path) -> Result<Sum, Trouble> {
    let wrong = Trouble::remote(place);
    let mut reading = sftp.read(path.as_str(), 0).await.map_err(&wrong)?;
    let mut sum = Summing::default();
    while let Some(bytes) = reading.next().await.map_err(&wrong)? {
        sum.add(&bytes);
    }
    reading.close().await.map_err(&wrong)?;
    Ok(sum.end())
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
