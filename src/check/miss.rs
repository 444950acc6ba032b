use std::cmp::Reverse;
use std::collections::HashSet;

use similar::TextDiff;

use super::excerpt::{Item, Token};
use super::search::{Nearest, Way};
use crate::text::escape;

/// Why an excerpt does not match: it and the output side by side, as far as they agree and a
/// little further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// Lines of the excerpt beside lines of the output.
    pub rows: Vec<Row>,
    /// Names of the first differing line that had a value already.
    pub bound: Vec<(String, String)>,
    /// The search gave up: nobody knows whether the excerpt is in the output.
    pub gave_up: bool,
}

/// A line of the excerpt and the line of the output it was compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The excerpt's line as written; `None` where the output has more.
    pub expected: Option<String>,
    /// The output's line; `None` where it ended.
    pub actual: Option<String>,
    /// The first line that differs.
    pub differs: bool,
}

/// Lines shown behind the first differing one.
const AFTER: usize = 3;

/// Places that are compared letter by letter: those that share the most words.
const COMPARED: usize = 16;

pub(super) struct Attempt<'a> {
    pub(super) items: &'a [Item],
    pub(super) raw: &'a [String],
    pub(super) names: &'a [String],
    pub(super) lines: &'a [&'a str],
    pub(super) nearest: Nearest,
}

pub(super) fn explain(attempt: &Attempt<'_>) -> Miss {
    let Attempt {
        items,
        raw,
        names,
        lines,
        nearest,
    } = attempt;
    let failed = nearest.items;
    let expected = raw.get(failed);
    let way = likeliest(attempt);
    let line = way.map_or(0, |way| way.line);

    let mut rows = Vec::new();
    let mut taken = Vec::new();
    let mut trail = way.and_then(|way| way.trail.as_deref());
    while let Some(step) = trail {
        taken.push((step.item, step.line));
        trail = step.before.as_deref();
    }
    for item in 0..failed {
        let at = taken
            .iter()
            .find(|(i, _)| *i == item)
            .map(|(_, line)| *line);
        rows.push(row(raw.get(item), at.and_then(|at| lines.get(at)), false));
    }
    rows.push(row(expected, lines.get(line), true));
    for next in 1..=AFTER {
        let next = row(raw.get(failed + next), lines.get(line + next), false);
        if next.expected.is_some() || next.actual.is_some() {
            rows.push(next);
        }
    }

    let mut bound = Vec::new();
    if let (Some(Item::Line(tokens)), Some(way)) = (items.get(failed), way) {
        for token in tokens {
            if let Token::Hole { name, .. } = token
                && let Some(value) = &way.values[*name]
            {
                bound.push((names[*name].clone(), value.trim().to_owned()));
            }
        }
    }
    Miss {
        gave_up: attempt.nearest.gave_up,
        message: message(attempt, line),
        rows,
        bound,
    }
}

/// The place that looks most like the line that is not there; of equally good ones the first.
fn likeliest<'a>(attempt: &'a Attempt<'_>) -> Option<&'a Way> {
    let expected = attempt.raw.get(attempt.nearest.items);
    let expected = expected.map_or("", |line| line.trim());
    let actual = |way: &Way| attempt.lines.get(way.line).map_or("", |line| line.trim());
    let likeness = |way: &&Way| {
        let ratio = TextDiff::from_chars(expected, actual(way)).ratio();
        // Floats are not ordered; a thousandth is fine enough.
        (ratio * 1000.0) as u32
    };
    let mut ways: Vec<&Way> = attempt.nearest.ways.iter().collect();
    ways.sort_by_key(|way| Reverse(shared_words(expected, actual(way))));
    ways.truncate(COMPARED);
    ways.into_iter().rev().max_by_key(likeness)
}

/// How many words of a line are in another one.
fn shared_words(expected: &str, actual: &str) -> usize {
    let words: HashSet<&str> = actual.split_whitespace().collect();
    let expected = expected.split_whitespace();
    expected.filter(|word| words.contains(word)).count()
}

fn message(attempt: &Attempt<'_>, line: usize) -> String {
    let number = attempt.nearest.items + 1;
    if attempt.nearest.gave_up {
        return "the output is too long to be judged: there are too many ways to place this excerpt; have \
                fewer names in it, or the command print less"
            .to_owned();
    }
    if attempt.lines.is_empty() {
        return "there is no output".to_owned();
    }
    if number > attempt.raw.len() {
        return "the output has more lines than expected".to_owned();
    }
    let searched = number == 1 || matches!(attempt.items.get(number - 2), Some(Item::Gap));
    if line >= attempt.lines.len() && !searched {
        return format!("the output ends before line {number} of the excerpt");
    }
    match searched {
        true => format!("line {number} of the excerpt is not in the output"),
        false => format!("line {number} of the excerpt differs"),
    }
}

fn row(expected: Option<&String>, actual: Option<&&str>, differs: bool) -> Row {
    Row {
        expected: expected.cloned(),
        actual: actual.map(|line| (*line).to_owned()),
        differs,
    }
}

impl Miss {
    /// Both side by side in `width` columns, the first differing line marked with `>` and
    /// repeated in full below. Plain text; what a terminal would obey is written out.
    pub fn render(&self, width: usize) -> String {
        let cell = |text: &Option<String>| {
            text.as_deref()
                .map_or_else(String::new, |text| escape(text).replace('\t', " "))
        };
        let cells: Vec<_> = self
            .rows
            .iter()
            .map(|row| (row.differs, cell(&row.expected), cell(&row.actual)))
            .collect();
        let widest = cells
            .iter()
            .map(|(_, expected, _)| expected.chars().count())
            .max();
        let half = (width.saturating_sub(5) / 2).max(16);
        let left = widest.unwrap_or(0).clamp(8, half);
        let right = width.saturating_sub(left + 5).max(16);

        let mut out = format!("{}\n", self.message);
        out += &format!("  {:left$} | actual\n", "expected");
        for (differs, expected, actual) in &cells {
            let mark = if *differs { '>' } else { ' ' };
            let line = format!(
                "{mark} {:left$} | {}",
                cut(expected, left),
                cut(actual, right)
            );
            out += line.trim_end();
            out.push('\n');
        }
        let is_cut = |text: &str, room: usize| text.chars().count() > room;
        for (_, expected, actual) in cells
            .iter()
            .filter(|(differs, e, a)| *differs && (is_cut(e, left) || is_cut(a, right)))
        {
            out += &format!(
                "expected: {}\n  actual: {}\n",
                expected.trim(),
                actual.trim()
            );
        }
        for (name, value) in &self.bound {
            out += &format!("`{name}` is `{}` here\n", escape(value));
        }
        out.truncate(out.trim_end().len());
        out
    }
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars()
        .take(room.saturating_sub(1))
        .chain(['…'])
        .collect()
}
