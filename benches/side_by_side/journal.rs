//! What the journal costs beside the bare disk: the same lines, synced as often.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use runsheet::event::Event;
use runsheet::journal::{self, FileStorage, Writer};

use super::{STEPS, each, row, timed};

/// Writes again what a run of many steps wrote.
pub(super) fn cost(run: &Path) {
    println!("\nThe journal of {STEPS} steps, per step");
    let path = Utf8Path::from_path(run)
        .expect("UTF-8")
        .join("journal.jsonl");
    let journal = journal::read(&path).expect("a journal");
    let bytes = std::fs::read(&path).expect("a journal");
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let events: Vec<&Event> = journal.entries.iter().map(|entry| &entry.body).collect();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
    let fresh = |name: &str| {
        let path = folder.join(name);
        let _ = std::fs::remove_file(&path);
        path
    };
    let bare = || {
        let mut file = File::create(fresh("bare")).expect("a file");
        timed(|| {
            for (line, event) in lines.iter().zip(&events) {
                file.write_all(line).expect("a write");
                if event.is_barrier() {
                    file.sync_data().expect("a sync");
                }
            }
        })
    };
    let ours = || {
        let path = fresh("journal.jsonl");
        let storage = FileStorage::create(&path).expect("a journal");
        let mut writer = Writer::new(Box::new(storage), path, Box::new(Timestamp::now));
        timed(|| {
            for event in &events {
                writer.append(event).expect("a line");
            }
        })
    };
    // By turns: a disk is not as fast all the time.
    let (bares, own): (Vec<_>, Vec<_>) = (0..11).map(|_| (bare(), ours())).unzip();
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        each(times[times.len() / 2])
    };
    let (bare, own) = (middle(bares), middle(own));
    row("the same lines, written and synced", bare, None);
    row("runsheet's journal (aim: 1.2x)", own, Some(bare));
}
