//! Commands as tables, matched the way the device does: every word by its unique beginning.
//!
//! A pattern is words and parameters: `LINE` (the rest), `WORD`, `FILE`, `<1-4094>`, `A.B.C.D`,
//! `IFACE` (one or two words).

use std::collections::{BTreeMap, BTreeSet};

use super::call::{Call, Flow};
use super::pager::Filter;
use crate::lab::world::switch::InterfaceName;

/// A command.
pub(super) struct Command {
    pub(super) pattern: &'static str,
    pub(super) help: &'static str,
    pub(super) run: fn(&mut Call<'_>) -> Flow,
}

impl Command {
    /// A command that is documented with `help` where its last word is listed.
    pub(super) const fn new(
        pattern: &'static str,
        help: &'static str,
        run: fn(&mut Call<'_>) -> Flow,
    ) -> Self {
        Self { pattern, help, run }
    }
}

/// The commands for one subject.
pub(super) type Table = &'static [Command];

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The byte of the line where it stops making sense.
    Invalid(usize),
    Incomplete,
    Ambiguous,
}

impl Refusal {
    /// The device's words for it.
    pub(super) fn words(&self, line: &str, prompt: usize) -> String {
        match self {
            Self::Invalid(at) => {
                let before = line.get(..*at).map_or(*at, |s| s.chars().count());
                let blanks = " ".repeat(prompt + before);
                format!("{blanks}^\n% Invalid input detected at '^' marker.\n\n")
            }
            Self::Incomplete => "% Incomplete command.\n\n".to_owned(),
            Self::Ambiguous => format!("% Ambiguous command:  \"{}\"\n", line.trim()),
        }
    }

    pub(super) fn shifted(self, by: usize) -> Self {
        match self {
            Self::Invalid(at) => Self::Invalid(at + by),
            other => other,
        }
    }

    /// Of the refusals of two sets of commands the one that made more sense of the line.
    pub(super) fn or_further(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Invalid(own), Self::Invalid(at)) if at > own => other,
            (Self::Invalid(_), Self::Incomplete | Self::Ambiguous) => other,
            _ => self,
        }
    }
}

/// The rest of a line that begins with `do`.
pub(super) fn after_do(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("do")?;
    rest.starts_with(char::is_whitespace).then_some(rest)
}

/// Finds the one command that a line means, and runs it.
pub(super) fn run(call: &mut Call<'_>, tables: &[Table], line: &str) -> Result<Flow, Refusal> {
    let (command, filter) = match line.split_once('|') {
        Some((command, filter)) if is_show(command) => {
            let at = command.len() + 1;
            (
                command,
                Some(Filter::parse(filter).ok_or(Refusal::Invalid(at))?),
            )
        }
        _ => (line, None),
    };
    let (run, args) = find(tables, command)?;
    call.args = args;
    call.filter = filter;
    Ok(run(call))
}

fn is_show(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    first.len() >= 2 && "show".starts_with(first) || first == "more"
}

type Found = (fn(&mut Call<'_>) -> Flow, Vec<String>);

struct Candidate<'t> {
    command: &'t Command,
    pattern: Vec<&'static str>,
    args: Vec<String>,
}

fn find(tables: &[Table], line: &str) -> Result<Found, Refusal> {
    let words = words(line);
    let mut candidates = candidates(tables);
    let mut next = 0;
    let mut position = 0;
    while let Some((at, word)) = words.get(next) {
        let rest = line[*at..].trim_end();
        let following = words.get(next + 1).map(|(_, word)| *word);
        let taken = step(&mut candidates, position, word, following, rest, *at)?;
        next = if taken == usize::MAX {
            words.len()
        } else {
            next + taken
        };
        position += 1;
    }
    let complete = candidates.into_iter().find(|c| c.pattern.len() == position);
    complete
        .map(|c| (c.command.run, c.args))
        .ok_or(Refusal::Incomplete)
}

fn candidates<'t>(tables: &[&'t [Command]]) -> Vec<Candidate<'t>> {
    let all = tables.iter().flat_map(|table| table.iter());
    all.map(|command| Candidate {
        command,
        pattern: command.pattern.split_whitespace().collect(),
        args: Vec::new(),
    })
    .collect()
}

/// Takes one word off the line: keeps the candidates it fits, and says how many words it took.
fn step(
    candidates: &mut Vec<Candidate<'_>>,
    position: usize,
    word: &str,
    following: Option<&str>,
    rest: &str,
    at: usize,
) -> Result<usize, Refusal> {
    let lower = word.to_ascii_lowercase();
    let keywords: BTreeSet<&str> = candidates
        .iter()
        .filter_map(|c| c.pattern.get(position).copied())
        .filter(|token| !is_parameter(token) && token.starts_with(&lower))
        .collect();
    let keyword = match keywords.len() {
        0 => None,
        1 => keywords.first().copied(),
        _ => Some(*keywords.get(lower.as_str()).ok_or(Refusal::Ambiguous)?),
    };
    if let Some(keyword) = keyword {
        candidates.retain(|c| c.pattern.get(position) == Some(&keyword));
        return Ok(1);
    }
    let mut taken = 1;
    candidates.retain_mut(|c| {
        let Some(token) = c.pattern.get(position) else {
            return false;
        };
        let Some((arg, words)) = parameter(token, word, following, rest) else {
            return false;
        };
        c.args.push(arg);
        taken = words;
        true
    });
    if candidates.is_empty() {
        Err(Refusal::Invalid(at))
    } else {
        Ok(taken)
    }
}

fn is_parameter(token: &str) -> bool {
    token.starts_with('<') || token.chars().all(|c| c.is_ascii_uppercase() || c == '.')
}

/// The value of a parameter, and how many words it took; `usize::MAX` is all of them.
fn parameter(
    token: &str,
    word: &str,
    following: Option<&str>,
    rest: &str,
) -> Option<(String, usize)> {
    let one = |fits: bool| fits.then(|| (word.to_owned(), 1));
    match token {
        "LINE" => Some((rest.to_owned(), usize::MAX)),
        "WORD" | "FILE" => one(true),
        "A.B.C.D" => one(word.parse::<std::net::Ipv4Addr>().is_ok()),
        "IFACE" => {
            if InterfaceName::parse(word).is_some() {
                return one(true);
            }
            let two = format!("{word}{}", following?);
            InterfaceName::parse(&two).map(|_| (two, 2))
        }
        _ => {
            let (low, high) = token
                .strip_prefix('<')?
                .strip_suffix('>')?
                .split_once('-')?;
            let (low, high): (u32, u32) = (low.parse().ok()?, high.parse().ok()?);
            one(word.parse().is_ok_and(|n| (low..=high).contains(&n)))
        }
    }
}

fn words(line: &str) -> Vec<(usize, &str)> {
    let start = line.as_ptr() as usize;
    line.split_whitespace()
        .map(|word| (word.as_ptr() as usize - start, word))
        .collect()
}

/// What can come next on a line.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// The whole words before, without a leading `no`.
    pub(super) path: Vec<&'static str>,
    /// What is typed of the next word.
    pub(super) beginning: String,
    /// Words, with the help of a command that ends there.
    pub(super) words: BTreeMap<&'static str, Option<&'static str>>,
    /// Parameters.
    pub(super) parameters: BTreeMap<&'static str, Option<&'static str>>,
    /// The line can end here.
    pub(super) is_complete: bool,
}

impl Expected {
    pub(super) fn is_something(&self) -> bool {
        !self.words.is_empty() || !self.parameters.is_empty() || self.is_complete
    }
}

/// Finds what can come next on a line whose last word may be half-typed.
///
/// # Errors
/// The line is no beginning of a command.
pub(super) fn expected(tables: &[Table], typed: &str) -> Result<Expected, Refusal> {
    let is_half = !typed.is_empty() && !typed.ends_with(char::is_whitespace);
    let all = words(typed);
    let (beginning, whole) = match all.split_last() {
        Some(((_, word), whole)) if is_half => (word.to_ascii_lowercase(), whole),
        _ => (String::new(), &all[..]),
    };
    let mut candidates = candidates(tables);
    let mut position = 0;
    let mut next = 0;
    while let Some((at, word)) = whole.get(next) {
        let following = whole.get(next + 1).map(|(_, word)| *word);
        let rest = &typed[*at..];
        match step(&mut candidates, position, word, following, rest, *at)? {
            usize::MAX => next = whole.len(),
            taken => next += taken,
        }
        position += 1;
    }
    let mut expected = Expected::default();
    if let Some(candidate) = candidates.first() {
        let path = candidate.pattern.iter().take(position).copied();
        expected.path = path.skip_while(|word| *word == "no").collect();
    }
    for candidate in &candidates {
        let Some(token) = candidate.pattern.get(position).copied() else {
            expected.is_complete |= beginning.is_empty();
            continue;
        };
        let is_last = candidate.pattern.len() == position + 1;
        let help = Some(candidate.command.help).filter(|help| is_last && !help.is_empty());
        let rows = if is_parameter(token) {
            &mut expected.parameters
        } else if token.starts_with(&beginning) {
            &mut expected.words
        } else {
            continue;
        };
        let row = rows.entry(token).or_default();
        *row = row.or(help);
    }
    expected.beginning = beginning;
    Ok(expected)
}
