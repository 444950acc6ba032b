use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::Environment;
use super::sums::sha256;
use crate::journal::RunFolder;

/// A run that no other had noted yet when the next one began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// Its id.
    pub run: String,
    /// The hash of its journal's last line then; `None` where it was damaged.
    pub head: Option<String>,
    /// When it had begun. Of a run in the lab nothing else vouches for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
}

impl Predecessor {
    /// The runs under a state folder that no other has noted: the last one, and those that began
    /// while others did. So a run that is deleted leaves a gap that the next one knows of.
    ///
    /// # Errors
    /// The runs, or one of these journals, can't be read: a gap would be nobody's.
    pub fn of_next(state: &Utf8Path) -> io::Result<Vec<Self>> {
        let mut all = RunFolder::list(state)?;
        let environments = all.iter().filter_map(|run| {
            let folder = RunFolder::new(state, run);
            Environment::of(&folder)
        });
        let noted: BTreeSet<String> = environments
            .flat_map(|environment| environment.after)
            .map(|before| before.run)
            .collect();
        all.retain(|run| !noted.contains(run));
        let mut heads = Vec::new();
        for run in all {
            let folder = RunFolder::new(state, &run);
            let begun = folder.begun_in_journal()?;
            // A copy is no run: whoever takes it away leaves no gap.
            if begun.as_ref().is_none_or(|begun| begun.run == run) {
                heads.push(Self {
                    head: head(&folder.journal())?,
                    began: begun.and_then(|begun| begun.at),
                    run,
                });
            }
        }
        Ok(heads)
    }

    /// Whether a run is still what it was then.
    pub(super) fn is_still(&self, folder: &RunFolder, hashes: &[String]) -> bool {
        let has_head = self.head.as_ref().is_none_or(|head| hashes.contains(head));
        has_head && (self.began.is_none() || self.began == folder.stated_start())
    }
}

/// Runs noted by another one. Programs before the format 1.3 noted one, and not in a list.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Predecessor>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Noted {
        More(Vec<Predecessor>),
        One(Predecessor),
    }
    Ok(match Noted::deserialize(deserializer)? {
        Noted::More(all) => all,
        Noted::One(only) => vec![only],
    })
}

/// The hash of a journal's last whole line, without reading what stands before it; `None`: it has
/// none.
fn head(journal: &Utf8Path) -> io::Result<Option<String>> {
    let mut file = match File::open(journal) {
        // It is told of by itself.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let length = file.metadata()?.len();
    let mut window = 64 * 1024;
    loop {
        let from = length.saturating_sub(window);
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        file.read_to_end(&mut tail)?;
        let end = tail.iter().rposition(|byte| *byte == b'\n');
        let line = &tail[..end.unwrap_or(0)];
        let begin = line.iter().rposition(|byte| *byte == b'\n');
        match (end, begin) {
            (Some(_), Some(begin)) => return Ok(Some(sha256(&line[begin + 1..]))),
            (Some(_), None) if from == 0 => return Ok(Some(sha256(line))),
            (None, _) if from == 0 => return Ok(None),
            // The line is longer than the window.
            _ => window *= 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_last_whole_line_is_found_whatever_its_length() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = Utf8Path::from_path(dir.path())
            .expect("UTF-8")
            .join("journal.jsonl");
        let long = "x".repeat(200_000);
        for (text, line) in [
            ("a\nb\n".to_owned(), Some("b")),
            ("a\n".to_owned(), Some("a")),
            ("a\nb\ntorn".to_owned(), Some("b")),
            ("torn".to_owned(), None),
            (String::new(), None),
            (format!("a\n{long}\n"), Some(long.as_str())),
            (format!("{long}\n{long}"), Some(long.as_str())),
        ] {
            fs::write(&path, &text).expect("written");
            assert_eq!(
                head(&path).expect("it can be read"),
                line.map(|line| sha256(line.as_bytes()))
            );
        }
    }
}
