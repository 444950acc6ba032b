//! A journal: bytes to entries to what is known of a run.

use camino::Utf8Path;
use runsheet::journal::{Damage, Entry, History, Journal, parse};

/// The longest valid prefix is found: what is read is all whole lines, what is damaged is damaged
/// in the line that is named and in none before it, a torn end takes nothing else with it, and
/// entries written again are the same entries.
pub(crate) fn holds(bytes: &[u8]) {
    prefix(bytes);
    prefix(&chained(bytes));
}

fn read(bytes: &[u8]) -> Result<Journal, Damage> {
    parse(Utf8Path::new("journal.jsonl"), bytes)
}

fn prefix(bytes: &[u8]) {
    let journal = match read(bytes) {
        Ok(journal) => journal,
        Err(Damage::Broken { line, found, .. }) => {
            assert!(!found.is_empty());
            let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            assert!((1..=lines.len()).contains(&line), "line {line}");
            let before = read(&lines[..line - 1].concat()).expect("the lines before it are whole");
            assert_eq!(before.entries.len(), line - 1);
            return;
        }
        Err(Damage::Format { .. }) => return,
        Err(
            Damage::Unreadable { .. }
            | Damage::Missing { .. }
            | Damage::Empty { .. }
            | Damage::OtherRun { .. },
        ) => panic!("nothing is read from a folder"),
    };
    let torn = journal.torn.as_deref().unwrap_or_default();
    assert!(bytes.ends_with(torn));
    let whole = &bytes[..bytes.len() - torn.len()];
    let lines = whole.iter().filter(|b| **b == b'\n').count();
    assert_eq!(journal.entries.len(), lines);
    for end in [&b"{\"seq\":"[..], b"\0\0\0", b"\0\0\0\n"] {
        let cut = read(&[whole, end].concat()).expect("only its end is torn");
        assert_eq!(cut.entries, journal.entries);
        assert_eq!(
            (cut.head, cut.torn.as_deref()),
            (journal.head.clone(), Some(end))
        );
    }
    for entry in &journal.entries {
        let line = serde_json::to_string(entry).expect("an entry is JSON");
        assert_eq!(
            serde_json::from_str::<Entry>(&line).ok().as_ref(),
            Some(entry),
            "{line}"
        );
    }
    fold(&journal.entries);
}

/// Entry by entry is as all at once; an event that may not follow is refused with a reason.
fn fold(entries: &[Entry]) {
    let mut history = History::default();
    for (at, entry) in entries.iter().enumerate() {
        if let Err(illegal) = history.note(&entry.body) {
            assert!(!illegal.to_string().is_empty());
            assert!(History::of(&entries[..=at]).is_err());
            return;
        }
    }
    assert!(History::of(entries).is_ok_and(|whole| whole == history));
}

/// The lines that are JSON, numbered and chained anew, so that a change is not found by its hash.
fn chained(bytes: &[u8]) -> Vec<u8> {
    let mut head = Entry::GENESIS.to_owned();
    let mut out = Vec::new();
    let lines = bytes.split(|b| *b == b'\n');
    let entries = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    for (number, mut entry) in entries.filter(serde_json::Value::is_object).enumerate() {
        entry["seq"] = (number + 1).into();
        entry["prev"] = head.into();
        let line = entry.to_string();
        head = Entry::hash(line.as_bytes());
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::holds;
    use crate::search::search;

    const WORDS: &[&str] = &[
        "{",
        "}",
        "\n",
        "\"",
        ":",
        ",",
        "\"seq\":1",
        "\"format\":\"1.0\"",
        "\"format\":\"2.0\"",
        "\"event\":\"intent\"",
        "\"event\":\"outcome\"",
        "\"event\":\"verdict\"",
        "\"undo\":true",
        "\"attempt\":2",
        "\"fence\":1",
        "null",
        "-1",
        "18446744073709551615",
        "1e999",
        "\\ud800",
        "\"mono_ms\":0",
        "\"event\":\"backing-out\"",
        "\"outcome\":\"unknown\"",
        "[",
        "]",
    ];

    /// The journals of two runs, one of which takes back what it did.
    fn journals() -> Vec<Vec<u8>> {
        let fails = "# A\n\n## Make\n\n```sh run\ntouch made\n```\n\n```sh check\ntest -e made\n```\n\n\
                     ```sh undo\nrm -f made\n```\n\n## Fail\n\n```sh run undo=none reason=\"it only fails\"\nfalse\n```\n\n```sh check\nfalse\n```\n";
        let works = fails.replace(
            "\nfalse\n```\n\n```sh check\nfalse",
            "\n> other\n```\n\n```sh check\ntest -e other",
        );
        [fails, &works].map(journal).into()
    }

    fn journal(runbook: &str) -> Vec<u8> {
        let room = tempfile::tempdir().expect("a folder");
        fs::write(room.path().join("a.md"), runbook).expect("written");
        let mut run = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        run.args(["--state", "state", "run", "a.md"])
            .current_dir(room.path());
        let output = run.output().expect("it runs");
        let journal = find(&room.path().join("state"));
        journal.unwrap_or_else(|| panic!("no journal: {}", String::from_utf8_lossy(&output.stderr)))
    }

    fn find(folder: &Path) -> Option<Vec<u8>> {
        fs::read_dir(folder)
            .ok()?
            .flatten()
            .find_map(|entry| match entry.file_name() {
                name if name == "journal.jsonl" => fs::read(entry.path()).ok(),
                _ => find(&entry.path()),
            })
    }

    #[test]
    fn journals_of_runs() {
        search("tests/property/kept/journal.txt", journals(), WORDS, holds);
    }
}
