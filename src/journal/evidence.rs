use std::fs::{self, File};
use std::io::Write;

use sha2::{Digest, Sha256};

use super::entry::hex;
use super::{JournalError, RunFolder};
use crate::event::Attachment;

/// The folder, beside the journal, of the files that came with answers.
pub const EVIDENCE: &str = "evidence/";

/// Letters of a file's hash in its name: enough to tell the files of a run apart.
const TOLD_APART: usize = 12;

/// What a file will be called that was asked for as `name`. `extension` says what it is, where it
/// is a plain one.
pub fn attachment(name: &str, extension: Option<&str>, bytes: &[u8]) -> Attachment {
    let sha256 = hex(&Sha256::digest(bytes));
    let is_plain = |text: &&str| {
        (1..=8).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let extension = extension.filter(is_plain).map(str::to_ascii_lowercase);
    let dot = if extension.is_some() { "." } else { "" };
    Attachment {
        name: name.to_owned(),
        file: format!(
            "{EVIDENCE}{name}-{}{dot}{}",
            &sha256[..TOLD_APART],
            extension.unwrap_or_default()
        ),
        sha256,
        size: bytes.len() as u64,
    }
}

impl RunFolder {
    /// Keeps a file: it is on disk, whole, when this returns. The same bytes are kept once.
    ///
    /// # Errors
    /// The disk says no.
    pub fn keep(&self, attachment: &Attachment, bytes: &[u8]) -> Result<(), JournalError> {
        let path = self.path().join(&attachment.file);
        if path.exists() {
            return Ok(());
        }
        let failed = |error| JournalError::new("keep a file beside", &path, error);
        let folder = self.path().join(EVIDENCE);
        fs::create_dir_all(&folder).map_err(failed)?;
        let draft = self.path().join(format!("{}.new", attachment.file));
        File::create(&draft)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&draft, &path))
            .and_then(|()| File::open(&folder)?.sync_all())
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_file_is_called_by_what_it_was_asked_for_and_what_it_holds() {
        let kept = attachment("photo", Some("JPG"), b"abc");
        assert_eq!(kept.file, "evidence/photo-ba7816bf8f01.jpg");
        assert_eq!(kept.size, 3);
        let odd = attachment("photo", Some("../../x"), b"abc");
        assert_eq!(odd.file, "evidence/photo-ba7816bf8f01");
    }
}
