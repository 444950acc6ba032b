use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::view::{View, letters, visible};

/// Finds every form of every secret.
pub(super) struct Search {
    automaton: AhoCorasick,
    /// What is looked for, sorted: what begins alike stands together.
    patterns: Vec<Vec<u8>>,
    /// By pattern: what a reader sees of it.
    seen: Vec<Seen>,
    longest: usize,
    /// By byte: whether a pattern begins with it.
    begins: [bool; 256],
}

/// A pattern is found where its letters are, and as the pattern that is just these: so that the
/// same is found as the text stands and as a person reads it.
struct Seen {
    letters: Range<usize>,
    pattern: usize,
}

/// What a search found.
pub(super) struct Findings {
    /// The places that hold secrets, in order, none touching another; and the first pattern
    /// that was found there.
    pub(super) spans: Vec<(Range<usize>, usize)>,
    /// From here on a secret or a control sequence may have begun that the text does not hold
    /// to its end.
    pub(super) open: usize,
}

impl Findings {
    /// Takes back `open` until no span and no control sequence stands on both sides of it.
    fn settle(&mut self, view: Option<&View>) {
        loop {
            let before = self.open;
            if let Some(view) = view {
                self.open = view.settled(self.open);
            }
            let across =
                |(span, _): &&(Range<usize>, usize)| span.start < self.open && self.open < span.end;
            if let Some((span, _)) = self.spans.iter().find(across) {
                self.open = span.start;
            }
            if self.open == before {
                return;
            }
        }
    }
}

impl Search {
    pub(super) fn new(patterns: Vec<Vec<u8>>) -> Self {
        debug_assert!(patterns.is_sorted());
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns);
        Self {
            // It only fails for more patterns than memory holds.
            automaton: automaton.expect("a few hundred patterns make an automaton"),
            begins: begins(&patterns),
            longest: patterns.iter().map(Vec::len).max().unwrap_or(0),
            seen: seen(&patterns),
            patterns,
        }
    }

    /// Every byte that belongs to a secret, as the text stands and as a person reads it.
    pub(super) fn find(&self, text: &[u8]) -> Findings {
        let mut found: Vec<(Range<usize>, usize)> = Vec::new();
        let mut open = text.len();
        let view = View::of(text);
        if view.as_ref().is_none_or(View::has_sequences) {
            open = self.open_at(text);
            found.extend(self.matches(text));
        }
        if let Some(view) = &view {
            let place = |span: Range<usize>| view.place(span.start)..view.place(span.end - 1) + 1;
            found.extend(
                self.matches(view.bytes())
                    .map(|(span, pattern)| (place(span), pattern)),
            );
            let open_here = self.open_at(view.bytes());
            if open_here < view.bytes().len() {
                open = open.min(view.place(open_here));
            }
        }
        let mut findings = Findings {
            spans: joined(found),
            open,
        };
        findings.settle(view.as_ref());
        findings
    }

    fn matches<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, usize)> + 't {
        self.automaton.find_overlapping_iter(text).map(|found| {
            let Seen { letters, pattern } = &self.seen[found.pattern()];
            let at = found.start();
            (at + letters.start..at + letters.end, *pattern)
        })
    }

    /// Where the first tail starts that is a proper prefix of a pattern.
    fn open_at(&self, text: &[u8]) -> usize {
        let from = text.len().saturating_sub(self.longest.saturating_sub(1));
        (from..text.len())
            .find(|at| self.begins[usize::from(text[*at])] && self.starts_pattern(&text[*at..]))
            .unwrap_or(text.len())
    }

    fn starts_pattern(&self, prefix: &[u8]) -> bool {
        let at = self
            .patterns
            .partition_point(|pattern| pattern.as_slice() <= prefix);
        self.patterns
            .get(at)
            .is_some_and(|pattern| pattern.starts_with(prefix))
    }
}

fn seen(patterns: &[Vec<u8>]) -> Vec<Seen> {
    let seen = |(at, pattern): (usize, &Vec<u8>)| Seen {
        letters: letters(pattern),
        pattern: patterns.binary_search(&visible(pattern)).unwrap_or(at),
    };
    patterns.iter().enumerate().map(seen).collect()
}

fn begins(patterns: &[Vec<u8>]) -> [bool; 256] {
    let mut begins = [false; 256];
    for first in patterns.iter().filter_map(|pattern| pattern.first()) {
        begins[usize::from(*first)] = true;
    }
    begins
}

/// Spans that share a byte are one. Of those that start together the longest gives its name.
fn joined(mut found: Vec<(Range<usize>, usize)>) -> Vec<(Range<usize>, usize)> {
    found.sort_by_key(|(span, pattern)| (span.start, std::cmp::Reverse(span.end), *pattern));
    let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
    for (span, pattern) in found {
        match spans.last_mut() {
            Some((last, _)) if span.start < last.end => last.end = last.end.max(span.end),
            _ => spans.push((span, pattern)),
        }
    }
    spans
}
