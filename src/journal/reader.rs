use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

use super::{Entry, FORMAT};

/// A journal as read.
#[derive(Debug)]
pub struct Journal {
    /// Its entries.
    pub entries: Vec<Entry>,
    /// What stood after the last whole line: a write that power or a kill cut short.
    pub torn: Option<Vec<u8>>,
    /// The hash of the last whole line.
    pub head: String,
}

/// A journal that is not what was written.
#[derive(Debug, Error)]
pub enum Damage {
    /// It can't be read at all.
    #[error("failed to read the journal {path}: {source}")]
    Unreadable {
        /// Which.
        path: Utf8PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is gone.
    #[error("the journal {path} is missing: nobody knows what the run did")]
    Missing {
        /// Which.
        path: Utf8PathBuf,
    },
    /// It had lines, and has none.
    #[error("the journal {path} is empty: nobody knows what the run did")]
    Empty {
        /// Which.
        path: Utf8PathBuf,
    },
    /// It is another run's: the folder is a copy, or was renamed.
    #[error("the journal {path} is that of the run `{run}`: its folder is a copy, or was renamed")]
    OtherRun {
        /// Which.
        path: Utf8PathBuf,
        /// Whose it is.
        run: String,
    },
    /// Another program wrote it.
    #[error(
        "the journal {path} has the format {found}; this program knows {FORMAT}",
        found = found.as_deref().unwrap_or("of an earlier program")
    )]
    Format {
        /// Which.
        path: Utf8PathBuf,
        /// What it says of itself.
        found: Option<String>,
    },
    /// A line that is not the last is broken.
    #[error("the journal {path} is damaged at line {line}: {found}")]
    Broken {
        /// Which.
        path: Utf8PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        found: String,
    },
}

impl Damage {
    pub(super) fn unread(path: &Utf8Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Unreadable { path, source },
        }
    }
}

/// Reads a journal and verifies its chain. Whether one without lines is damaged, its
/// [folder](super::RunFolder::read) knows.
///
/// # Errors
/// As [`parse`].
pub fn read(path: &Utf8Path) -> Result<Journal, Damage> {
    let bytes = std::fs::read(path).map_err(|source| Damage::unread(path, source))?;
    parse(path, &bytes)
}

/// Verifies the chain of a journal whose bytes are at hand; `path` is for messages.
///
/// A last line that is not whole is set aside as torn. Anything else that is wrong is damage,
/// and never repaired.
///
/// # Errors
/// It is not what was written.
pub fn parse(path: &Utf8Path, bytes: &[u8]) -> Result<Journal, Damage> {
    let whole = whole_lines(bytes);
    let torn = (whole < bytes.len()).then(|| bytes[whole..].to_vec());

    let mut entries = Vec::new();
    let mut chain = Chain::default();
    for line in bytes[..whole].split_inclusive(|&b| b == b'\n') {
        entries.push(chain.link(path, &line[..line.len() - 1])?);
    }
    Ok(Journal {
        entries,
        torn,
        head: chain.head,
    })
}

/// The chain as far as it was followed.
#[derive(Debug)]
pub(super) struct Chain {
    lines: usize,
    head: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            lines: 0,
            head: Entry::GENESIS.to_owned(),
        }
    }
}

impl Chain {
    /// The hash of the last line.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// The entry in the next line, given without its end.
    pub(super) fn link(&mut self, path: &Utf8Path, line: &[u8]) -> Result<Entry, Damage> {
        let number = self.lines + 1;
        let broken = |found: String| Damage::Broken {
            path: path.to_owned(),
            line: number,
            found,
        };
        if number == 1 {
            known_format(path, line)?;
        }
        let entry: Entry = serde_json::from_slice(line)
            .map_err(|e| broken(format!("not a journal entry: {e}")))?;
        if entry.seq != number as u64 {
            return Err(broken(format!("its number is {}", entry.seq)));
        }
        if entry.prev != self.head {
            return Err(broken("it does not follow the line before it".to_owned()));
        }
        self.lines = number;
        self.head = Entry::hash(line);
        Ok(entry)
    }
}

/// How many bytes belong to whole lines. A write that was cut short leaves a line without its
/// end; or, where the file grew before its bytes were on disk, a last line that is no JSON.
fn whole_lines(bytes: &[u8]) -> usize {
    let end_of_line = |bytes: &[u8]| {
        let newline = bytes.iter().rposition(|&b| b == b'\n');
        newline.map_or(0, |at| at + 1)
    };
    let whole = end_of_line(bytes);
    let before = end_of_line(&bytes[..whole.saturating_sub(1)]);
    let last = &bytes[before..whole];
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(last).is_ok();
    if is_json { whole } else { before }
}

/// Lines of another major version can't be read as entries at all, so it is looked for first. A
/// first line that is nothing of the kind is for the chain to find.
fn known_format(path: &Utf8Path, first: &[u8]) -> Result<(), Damage> {
    #[derive(serde::Deserialize)]
    struct First {
        seq: u64,
        format: Option<String>,
    }
    let Ok(First { seq: 1, format }) = serde_json::from_slice(first) else {
        return Ok(());
    };
    let major = |format: &str| format.split('.').next().map(str::to_owned);
    if format.as_deref().and_then(major) == major(FORMAT) {
        return Ok(());
    }
    Err(Damage::Format {
        path: path.to_owned(),
        found: format,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(Utf8Path::new("j"), text.as_bytes()) {
            Ok(journal) => format!("{} entries, torn {:?}", journal.entries.len(), journal.torn),
            Err(damage) => damage.to_string(),
        }
    }

    #[test]
    fn another_format_is_refused_by_its_name() {
        assert_eq!(
            read("{\"format\":\"2.0\",\"seq\":1,\"all\":\"else is new\"}\n"),
            "the journal j has the format 2.0; this program knows 1.2"
        );
        assert_eq!(
            read("{\"seq\":1}\n"),
            "the journal j has the format of an earlier program; this program knows 1.2"
        );
    }

    #[test]
    fn only_the_end_can_be_torn() {
        assert_eq!(read(""), "0 entries, torn None");
        assert_eq!(read("{\"se"), "0 entries, torn Some([123, 34, 115, 101])");
        assert_eq!(read("\0\0\n"), "0 entries, torn Some([0, 0, 10])");
        assert!(read("\0\0\n{}\n").starts_with("the journal j is damaged at line 1"));
    }
}
