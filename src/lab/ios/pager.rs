use regex::Regex;
use serde::{Deserialize, Serialize};

use super::session::{Doing, Session};
use super::{SessionId, terminal};
use crate::lab::world::World;

const MORE: &str = " --More-- ";

/// Output that waits for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pager {
    rest: Vec<String>,
}

impl Pager {
    /// Shows as much as fits on the screen; what is left over waits.
    pub(super) fn start(session: &mut Session, text: &str) -> Option<Self> {
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        if session.length == 0 || lines.len() < session.length {
            session.show(text);
            return None;
        }
        let mut pager = Self { rest: lines };
        pager.page(session, session.length - 1);
        Some(pager)
    }

    fn page(&mut self, session: &mut Session, lines: usize) {
        let lines = lines.min(self.rest.len());
        for line in self.rest.drain(..lines) {
            session.show(&line);
        }
        if !self.rest.is_empty() {
            session.show(MORE);
        }
    }
}

/// A key at `--More--`: space for a page, return for a line, anything else ends it.
pub(super) fn key(world: &mut World, id: SessionId, byte: u8) {
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let Doing::Paging(mut pager) = std::mem::take(&mut session.doing) else {
        return;
    };
    let erase = format!("{0}{1}{0}", "\u{8}".repeat(9), " ".repeat(8));
    session.show(&erase);
    match byte {
        b' ' => pager.page(session, session.length.saturating_sub(1)),
        b'\r' | b'\n' => pager.page(session, 1),
        _ => pager.rest.clear(),
    }
    if pager.rest.is_empty() {
        terminal::prompt(world, id);
    } else {
        session.doing = Doing::Paging(pager);
    }
}

/// What stands behind `|`.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    Include(Regex),
    Exclude(Regex),
    Begin(Regex),
    Section(Regex),
    Count(Regex),
    /// Into a file; whether behind what stands there, and whether it is shown too.
    File {
        name: String,
        append: bool,
        tee: bool,
    },
}

impl Filter {
    /// Reads a filter; its pattern is the rest of the line.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (word, pattern) = text.trim_start().split_once(char::is_whitespace)?;
        let is = |name: &str| !word.is_empty() && name.starts_with(word);
        let file = |append, tee| {
            let name = pattern.trim().to_owned();
            Some(Self::File { name, append, tee })
        };
        match word {
            _ if is("redirect") => return file(false, false),
            _ if is("append") => return file(true, false),
            _ if is("tee") => return file(false, true),
            _ => {}
        }
        let pattern = Regex::new(pattern.trim()).ok()?;
        match word {
            _ if is("include") => Some(Self::Include(pattern)),
            _ if is("exclude") => Some(Self::Exclude(pattern)),
            _ if is("begin") => Some(Self::Begin(pattern)),
            _ if is("section") => Some(Self::Section(pattern)),
            _ if is("count") => Some(Self::Count(pattern)),
            _ => None,
        }
    }

    /// The file it goes to, and whether behind what stands there.
    pub(super) fn file(&self) -> Option<(&str, bool)> {
        match self {
            Self::File { name, append, .. } => Some((name, *append)),
            _ => None,
        }
    }

    /// The lines that pass.
    pub(super) fn apply(&self, text: &str) -> String {
        let lines = text.lines();
        let kept: Vec<&str> = match self {
            Self::Include(pattern) => lines.filter(|line| pattern.is_match(line)).collect(),
            Self::Exclude(pattern) => lines.filter(|line| !pattern.is_match(line)).collect(),
            Self::Begin(pattern) => lines.skip_while(|line| !pattern.is_match(line)).collect(),
            Self::Section(pattern) => section(lines, pattern),
            Self::File { tee: false, .. } => Vec::new(),
            Self::File { .. } => lines.collect(),
            Self::Count(pattern) => {
                let count = lines.filter(|line| pattern.is_match(line)).count();
                return format!("Number of lines which match regexp = {count}\n");
            }
        };
        kept.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// Whole sections whose first line, or any line of which, matches.
fn section<'t>(lines: impl Iterator<Item = &'t str>, pattern: &Regex) -> Vec<&'t str> {
    let mut sections: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        match sections.last_mut() {
            Some(section) if line.starts_with(' ') => section.push(line),
            _ => sections.push(vec![line]),
        }
    }
    let mut kept = Vec::new();
    for section in sections {
        if pattern.is_match(section[0]) {
            kept.extend(section);
        } else if section.iter().any(|line| pattern.is_match(line)) {
            kept.push(section[0]);
            kept.extend(section.iter().skip(1).filter(|line| pattern.is_match(line)));
        }
    }
    kept
}
