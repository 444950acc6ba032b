use std::fs::File;
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};

use crate::text::{Diagnostic, Source, Span};

/// The largest file that is read as a runbook, in bytes: 16 MiB.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Why a file could not be read as a runbook.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system refused.
    #[error("failed to read `{path}`: {error}")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// It is larger than [`MAX_BYTES`].
    #[error("failed to read `{path}`: it is larger than 16 MiB, which no runbook is")]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
    },
    /// It holds bytes that are no UTF-8.
    #[error("failed to read `{}`: {}", .0.source.path(), .0.message)]
    NotUtf8(Box<Diagnostic>),
}

/// Reads a file that is to be [parsed](super::parse).
///
/// # Errors
///
/// The file can't be read, is larger than [`MAX_BYTES`] or is not UTF-8.
pub fn load(path: &Utf8Path) -> Result<Source, LoadError> {
    let unreadable = |error| LoadError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    // One byte more than allowed, so that a file that grows meanwhile is noticed too.
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(LoadError::TooLarge {
            path: path.to_owned(),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(path, text)),
        Err(error) => Err(LoadError::NotUtf8(Box::new(not_utf8(path, &error)))),
    }
}

/// Shows the line with what can be shown of it.
fn not_utf8(path: &Utf8Path, error: &std::string::FromUtf8Error) -> Diagnostic {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let byte = error.as_bytes().get(valid).copied().unwrap_or_default();
    let source = Source::new(path, text);
    let replaced = Span::new(valid, valid + char::REPLACEMENT_CHARACTER.len_utf8());
    Diagnostic::error("not-utf8", &source, replaced, "the file is not UTF-8")
        .label(format!("the byte 0x{byte:02x} stands here"))
        .help("convert it, for example with `iconv -f latin1 -t utf-8`")
}
