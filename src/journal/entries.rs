use std::fs::File;
use std::io::{BufRead, BufReader};

use camino::{Utf8Path, Utf8PathBuf};

use super::reader::Chain;
use super::{Damage, Entry};

/// How much is read at once, bytes: a line may hold a large answer.
const PIECE: usize = 1 << 18;

/// A journal read entry by entry, for those who need not keep them all.
///
/// The chain is verified on the way, so damage shows only where it is: whatever was made of the
/// entries before it must then be thrown away. A last line that is not whole ends it, as in
/// [`read`](super::read).
#[derive(Debug)]
pub struct Entries {
    path: Utf8PathBuf,
    reader: BufReader<File>,
    chain: Chain,
    torn: usize,
}

impl Entries {
    /// Opens a journal.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(path: &Utf8Path) -> Result<Self, Damage> {
        let file = File::open(path).map_err(|source| Damage::unread(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::with_capacity(PIECE, file),
            chain: Chain::default(),
            torn: 0,
        })
    }

    /// The hash of the last whole line so far.
    pub fn head(&self) -> &str {
        self.chain.head()
    }

    /// How many bytes stood after the last whole line; known at the end.
    pub fn torn(&self) -> usize {
        self.torn
    }

    fn unreadable(&self, source: std::io::Error) -> Damage {
        Damage::Unreadable {
            path: self.path.clone(),
            source,
        }
    }
}

impl Iterator for Entries {
    type Item = Result<Entry, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        match self.reader.read_until(b'\n', &mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => return Some(Err(self.unreadable(error))),
        }
        let whole = line.pop_if(|last| *last == b'\n').is_some();
        let is_last = match self.reader.fill_buf() {
            Ok(rest) => rest.is_empty(),
            Err(error) => return Some(Err(self.unreadable(error))),
        };
        let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_ok();
        if is_last && (!whole || !is_json()) {
            self.torn = line.len() + usize::from(whole);
            return None;
        }
        Some(self.chain.link(&self.path, &line))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    /// Three entries, chained.
    fn journal() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut prev = Entry::GENESIS.to_owned();
        for seq in 1..=3 {
            let line = format!(
                r#"{{"seq":{seq},"prev":"{prev}","at":"2026-01-05T09:00:00Z","mono_ms":0,"body":{{"event":"interrupted"}}}}"#
            );
            prev = Entry::hash(line.as_bytes());
            bytes.extend(line.as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }

    /// What a reading comes to: entries, head, bytes that are torn; or the damage.
    type Read = Result<(Vec<Entry>, String, usize), String>;

    fn one_by_one(path: &Utf8Path) -> Read {
        let mut entries = Entries::open(path).map_err(|damage| damage.to_string())?;
        let all: Result<Vec<Entry>, Damage> = entries.by_ref().collect();
        let all = all.map_err(|damage| damage.to_string())?;
        Ok((all, entries.head().to_owned(), entries.torn()))
    }

    fn at_once(path: &Utf8Path) -> Read {
        let journal = read(path).map_err(|damage| damage.to_string())?;
        let torn = journal.torn.map_or(0, |torn| torn.len());
        Ok((journal.entries, journal.head, torn))
    }

    #[test]
    fn it_reads_what_reading_at_once_does_also_of_what_is_cut_or_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(dir.path().join("journal.jsonl")).unwrap();
        let whole = journal();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(one_by_one(&path), at_once(&path), "cut at {cut}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            assert_eq!(one_by_one(&path), at_once(&path), "changed at {at}");
        }
    }
}
