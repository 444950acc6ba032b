use std::fs::{File, OpenOptions};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use thiserror::Error;
use tokio::time::Instant;

use super::{Entry, FORMAT, Journal};
use crate::event::Event;

/// Where journal lines go. Tests put a failing one in its place.
pub trait Storage {
    /// Appends bytes.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns once everything appended is on disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// A locked file.
#[derive(Debug)]
pub struct FileStorage {
    file: File,
}

impl FileStorage {
    /// Creates the journal, takes its lock, and makes its name durable.
    pub fn create(path: &Utf8Path) -> Result<Self, JournalError> {
        let failed = |doing: &str, source| JournalError::new(doing, path, source);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(path)
            .map_err(|e| failed("create", e))?;
        file.try_lock().map_err(|e| failed("lock", e.into()))?;
        if let Some(folder) = path.parent() {
            // A file's name is durable only once its folder is.
            File::open(folder)
                .and_then(|f| f.sync_all())
                .map_err(|e| failed("sync", e))?;
        }
        Ok(Self { file })
    }

    /// Opens the journal of a run that goes on, and takes its lock.
    ///
    /// # Errors
    /// Somebody else holds it, or it can't be opened.
    pub fn reopen(path: &Utf8Path) -> Result<Self, JournalError> {
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(|e| JournalError::new("open", path, e))?;
        file.try_lock()
            .map_err(|e| JournalError::new("lock", path, e.into()))?;
        Ok(Self { file })
    }

    /// Cuts the journal down to its first bytes.
    pub(crate) fn truncate(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)?;
        self.file.sync_all()
    }
}

impl Storage for FileStorage {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

struct Discard;

impl Storage for Discard {
    fn append(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The journal can't be trusted to keep what happens next.
#[derive(Debug, Error)]
#[error("failed to {doing} the journal {path}: {source}")]
pub struct JournalError {
    doing: String,
    path: Utf8PathBuf,
    source: io::Error,
}

impl JournalError {
    /// Whether another process holds the journal.
    pub fn is_locked(&self) -> bool {
        self.source.kind() == io::ErrorKind::WouldBlock
    }

    pub(crate) fn new(doing: &str, path: &Utf8Path, source: io::Error) -> Self {
        Self {
            doing: doing.to_owned(),
            path: path.to_owned(),
            source,
        }
    }
}

/// The single writer of a journal.
pub struct Writer {
    storage: Box<dyn Storage>,
    path: Utf8PathBuf,
    now: Box<dyn Fn() -> Timestamp>,
    started: Instant,
    /// Milliseconds on the run's own clock when this writer began.
    base_ms: u64,
    seq: u64,
    prev: String,
    broken: bool,
}

impl Writer {
    /// A writer of a new journal; `now` gives the time of day.
    pub fn new(
        storage: Box<dyn Storage>,
        path: impl Into<Utf8PathBuf>,
        now: Box<dyn Fn() -> Timestamp>,
    ) -> Self {
        Self {
            storage,
            path: path.into(),
            now,
            started: Instant::now(),
            base_ms: 0,
            seq: 0,
            prev: Entry::GENESIS.to_owned(),
            broken: false,
        }
    }

    /// Goes on where a journal ended, instead of beginning one. No clock but that on the wall
    /// outlives a process: what it says between the two counts, unless it was put back.
    pub fn after(mut self, journal: &Journal) -> Self {
        if let Some(last) = journal.entries.last() {
            self.seq = last.seq;
            let pause = (self.now)().duration_since(last.at).as_millis();
            let pause = u64::try_from(pause).unwrap_or_default();
            self.base_ms = last.mono_ms.saturating_add(pause);
        }
        self.prev.clone_from(&journal.head);
        self
    }

    /// A writer that keeps nothing, for looking only.
    pub fn discarding(now: Box<dyn Fn() -> Timestamp>) -> Self {
        Self::new(Box::new(Discard), "", now)
    }

    /// Appends an event; a barrier is on disk when this returns.
    ///
    /// # Errors
    /// After the first error every later call fails: a journal with a hole is no journal.
    pub fn append(&mut self, event: &Event) -> Result<(), JournalError> {
        if self.broken {
            let gone = io::Error::other("an earlier write failed");
            return Err(JournalError::new("write", &self.path, gone));
        }
        let result = self.try_append(event);
        self.broken = result.is_err();
        result
    }

    /// The hash of the last line: the head of the chain.
    pub fn head(&self) -> &str {
        &self.prev
    }

    fn try_append(&mut self, event: &Event) -> Result<(), JournalError> {
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let entry = Entry {
            format: (self.seq == 0).then(|| FORMAT.to_owned()),
            seq: self.seq + 1,
            prev: self.prev.clone(),
            at: (self.now)(),
            mono_ms: self.base_ms.saturating_add(elapsed),
            body: event.clone(),
        };
        let mut line = serde_json::to_vec(&entry)
            .map_err(|e| JournalError::new("encode an entry of", &self.path, e.into()))?;
        self.prev = Entry::hash(&line);
        self.seq = entry.seq;
        line.push(b'\n');
        self.storage
            .append(&line)
            .map_err(|e| JournalError::new("write", &self.path, e))?;
        if event.is_barrier() {
            self.storage
                .sync()
                .map_err(|e| JournalError::new("sync", &self.path, e))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::super::parse;
    use super::*;

    struct Kept(Rc<RefCell<Vec<u8>>>);

    impl Storage for Kept {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The last line of a journal that is written at these times of day, each by a process of its
    /// own.
    fn last(times: &[&str]) -> Entry {
        let bytes = Rc::new(RefCell::new(Vec::new()));
        for time in times {
            let at: Timestamp = time.parse().expect("a time");
            let past = parse("j".into(), &bytes.borrow()).expect("a journal");
            let storage = Box::new(Kept(bytes.clone()));
            let mut writer = Writer::new(storage, "j", Box::new(move || at)).after(&past);
            writer.append(&Event::Interrupted).expect("written");
        }
        let journal = parse("j".into(), &bytes.borrow()).expect("a journal");
        journal.entries.last().expect("a line").clone()
    }

    #[test]
    fn the_time_between_two_processes_counts() {
        let begun = "2026-01-05T09:00:00Z";
        let ms = |times: &[&str]| last(times).mono_ms;
        let paused = ms(&[begun, "2026-01-05T09:00:06.5Z"]);
        assert!((6_500..7_500).contains(&paused), "{paused}");
        let put_back = ms(&[begun, "2026-01-05T09:00:06.5Z", "2026-01-05T08:00:00Z"]);
        assert!((6_500..7_500).contains(&put_back), "never back: {put_back}");
    }
}
