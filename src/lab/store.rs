//! The lab's files: `.runsheet/lab/`.
//!
//! - `lock`: held by the process that owns the lab; says which one.
//! - `world-N.json`: the floor as it was when the N-th snapshot was made.
//! - `inputs-N.jsonl`: what has happened since, one input a line. Written before anybody sees an
//!   answer, and never synced: it has to outlive the process, not the machine.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::LabError;
use super::floor::{Floor, Input};
use super::world::Millis;

/// The version of both files' format.
const FORMAT: u32 = 3;

/// A snapshot.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    format: u32,
    pub(crate) seed: u64,
    pub(crate) floor: Floor,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) at: Millis,
    pub(crate) input: Input,
}

/// What was found when the store was opened.
pub(crate) struct Found {
    /// The newest snapshot; none in a new lab.
    pub(crate) saved: Option<Saved>,
    /// What happened after it.
    pub(crate) entries: Vec<Entry>,
    /// Where a torn last line was put aside.
    pub(crate) torn: Option<Utf8PathBuf>,
}

/// The open files of a lab. Dropping it gives the lab free.
pub(crate) struct Store {
    dir: Utf8PathBuf,
    generation: u64,
    log: Option<File>,
    _lock: File,
}

impl Store {
    /// Takes the lab in `dir`, which is made if it isn't there.
    pub(crate) fn open(dir: &Utf8Path) -> Result<(Self, Found), LabError> {
        fs::create_dir_all(dir).map_err(LabError::file("making", dir))?;
        let lock = lock(dir)?;
        let Some(generation) = newest(dir)? else {
            let store = Self {
                dir: dir.to_owned(),
                generation: 0,
                log: None,
                _lock: lock,
            };
            return Ok((
                store,
                Found {
                    saved: None,
                    entries: Vec::new(),
                    torn: None,
                },
            ));
        };
        let saved = read_snapshot(&dir.join(format!("world-{generation}.json")))?;
        let path = dir.join(format!("inputs-{generation}.jsonl"));
        let (entries, torn) = read_log(&path)?;
        let log = append_to(&path)?;
        let store = Self {
            dir: dir.to_owned(),
            generation,
            log: Some(log),
            _lock: lock,
        };
        Ok((
            store,
            Found {
                saved: Some(saved),
                entries,
                torn,
            },
        ))
    }

    /// Takes the lab in `dir` and forgets what is in it.
    pub(crate) fn renew(dir: &Utf8Path) -> Result<Self, LabError> {
        fs::create_dir_all(dir).map_err(LabError::file("making", dir))?;
        let lock = lock(dir)?;
        let generation = newest(dir)?.unwrap_or(0);
        Ok(Self {
            dir: dir.to_owned(),
            generation,
            log: None,
            _lock: lock,
        })
    }

    /// Writes an input down.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(), LabError> {
        let path = self.dir.join(format!("inputs-{}.jsonl", self.generation));
        let write = |log: &mut Option<File>| {
            let mut line = serde_json::to_vec(entry)?;
            line.push(b'\n');
            match log {
                Some(log) => log.write_all(&line),
                None => Err(io::Error::other("no snapshot was made yet")),
            }
        };
        write(&mut self.log).map_err(LabError::file("writing", path))
    }

    /// Makes a new snapshot, after which the log is empty.
    pub(crate) fn save(&mut self, seed: u64, floor: Floor) -> Result<(), LabError> {
        let next = self.generation + 1;
        let path = self.dir.join(format!("world-{next}.json"));
        let draft = self.dir.join("world.json.new");
        let text = serde_json::to_vec(&Saved {
            format: FORMAT,
            seed,
            floor,
        })
        .map_err(|error| LabError::file("writing", &path)(error.into()))?;
        // The log first: the snapshot's name is what makes the pair count.
        let log_path = self.dir.join(format!("inputs-{next}.jsonl"));
        let log = File::create(&log_path).map_err(LabError::file("making", log_path))?;
        fs::write(&draft, text).map_err(LabError::file("writing", &draft))?;
        fs::rename(&draft, &path).map_err(LabError::file("writing", &path))?;
        self.log = Some(log);
        for old in ["world-", "inputs-"].map(|name| (name, self.generation)) {
            let ending = if old.0 == "world-" { "json" } else { "jsonl" };
            // Left behind, it is only older than what counts.
            let _ = fs::remove_file(self.dir.join(format!("{}{}.{ending}", old.0, old.1)));
        }
        self.generation = next;
        Ok(())
    }
}

fn lock(dir: &Utf8Path) -> Result<File, LabError> {
    let path = dir.join("lock");
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(LabError::file("opening", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let holder = match holder.trim() {
                "" => "(unknown)".to_owned(),
                holder => holder.to_owned(),
            };
            return Err(LabError::InUse {
                dir: dir.to_owned(),
                holder,
            });
        }
        Err(TryLockError::Error(source)) => return Err(LabError::file("locking", path)(source)),
    }
    let name = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    name(&mut file).map_err(LabError::file("writing", path))?;
    Ok(file)
}

/// The number of the newest snapshot.
fn newest(dir: &Utf8Path) -> Result<Option<u64>, LabError> {
    let mut newest = None;
    for entry in dir
        .read_dir_utf8()
        .map_err(LabError::file("reading", dir))?
    {
        let entry = entry.map_err(LabError::file("reading", dir))?;
        let number = entry
            .file_name()
            .strip_prefix("world-")
            .and_then(|name| name.strip_suffix(".json"))
            .and_then(|number| number.parse::<u64>().ok());
        newest = newest.max(number);
    }
    Ok(newest)
}

fn read_snapshot(path: &Utf8Path) -> Result<Saved, LabError> {
    let text = fs::read(path).map_err(LabError::file("reading", path))?;
    let broken = |found: String| LabError::Broken {
        path: path.to_owned(),
        found,
    };
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(&text)
        .map_err(|error| broken(format!("is no snapshot of a lab: {error}")))?;
    if version.format != FORMAT {
        let found = format!("has format {}; this program knows {FORMAT}", version.format);
        return Err(broken(found));
    }
    serde_json::from_slice(&text)
        .map_err(|error| broken(format!("is no snapshot of a lab: {error}")))
}

/// The log's entries. What follows its last newline is a line that was being written when the
/// process died; it goes into a file of its own.
fn read_log(path: &Utf8Path) -> Result<(Vec<Entry>, Option<Utf8PathBuf>), LabError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), None)),
        Err(error) => return Err(LabError::file("reading", path)(error)),
    };
    let whole = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let (lines, rest) = text.split_at(whole);
    let mut entries = Vec::new();
    for (number, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let entry = serde_json::from_slice(line).map_err(|error| LabError::Broken {
            path: path.to_owned(),
            found: format!("has no input in line {}: {error}", number + 1),
        })?;
        entries.push(entry);
    }
    if rest.is_empty() {
        return Ok((entries, None));
    }
    let aside = path.with_extension("torn");
    fs::write(&aside, rest).map_err(LabError::file("writing", &aside))?;
    let log = File::options().write(true).open(path);
    log.and_then(|log| log.set_len(whole as u64))
        .map_err(LabError::file("writing", path))?;
    Ok((entries, Some(aside)))
}

fn append_to(path: &Utf8Path) -> Result<File, LabError> {
    File::options()
        .append(true)
        .create(true)
        .open(path)
        .map_err(LabError::file("opening", path))
}
