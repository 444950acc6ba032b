use std::ops::Range;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, Input, MatchKind};

use super::view::{View, begins_sequence, is_control, letters, visible};

/// Finds every form of every secret.
pub(super) struct Search {
    automaton: DFA,
    /// The state of the automaton in which nothing has begun.
    idle: StateID,
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
#[derive(Debug, Default, PartialEq, Eq)]
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
        let automaton = DFA::builder()
            .match_kind(MatchKind::Standard)
            // So that only matches are special.
            .prefilter(false)
            .build(&patterns);
        // It only fails for more patterns than memory holds.
        let automaton = automaton.expect("a few hundred patterns make an automaton");
        Self {
            idle: automaton
                .start_state(Anchored::No)
                .expect("it is built for searches that begin anywhere"),
            automaton,
            begins: begins(&patterns),
            longest: patterns.iter().map(Vec::len).max().unwrap_or(0),
            seen: seen(&patterns),
            patterns,
        }
    }

    /// Every byte that belongs to a secret, as the text stands and as a person reads it.
    pub(super) fn find(&self, text: &[u8]) -> Findings {
        match self.open_if_clear(text) {
            Some(open) => Findings {
                open,
                ..Findings::default()
            },
            None => self.find_in_view(text),
        }
    }

    /// Where a text is open that holds no secret and no control sequence. Nearly all text is
    /// such, and this is several times faster than to make a [`View`] of it.
    fn open_if_clear(&self, text: &[u8]) -> Option<usize> {
        let mut state = self.idle;
        for (at, byte) in text.iter().enumerate() {
            if begins_sequence(*byte, text.get(at + 1)) {
                return None;
            }
            let next = self.automaton.next_state(Anchored::No, state, *byte);
            // Both are at hand, so that the processor need not guess where a word ends.
            state = if is_control(*byte) { state } else { next };
            if self.automaton.is_special(state) {
                return None;
            }
        }
        if state == self.idle {
            return Some(text.len());
        }
        let seen = text.iter().copied().enumerate().rev();
        let seen = seen.filter(|(_, byte)| !is_control(*byte));
        let mut tail: Vec<(usize, u8)> = seen.take(self.longest).collect();
        tail.reverse();
        let (places, tail): (Vec<usize>, Vec<u8>) = tail.into_iter().unzip();
        let open = places.get(self.open_at(&tail));
        Some(open.copied().unwrap_or(text.len()))
    }

    fn find_in_view(&self, text: &[u8]) -> Findings {
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
        let found = self.automaton.try_find_overlapping_iter(Input::new(text));
        let found = found.expect("it is built for searches that begin anywhere and overlap");
        found.map(|found| {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of up to seven of these bytes.
    fn texts(of: &[u8]) -> Vec<Vec<u8>> {
        let mut texts = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..7 {
            let longer: Vec<Vec<u8>> = texts[from..]
                .iter()
                .flat_map(|text| of.iter().map(|byte| [&text[..], &[*byte]].concat()))
                .collect();
            from = texts.len();
            texts.extend(longer);
        }
        texts
    }

    #[test]
    fn what_is_clear_at_first_sight_is_clear_to_a_reader() {
        let patterns = [&b"aab"[..], b"ab\xc2\xab", b"ba ab", b"baab"];
        let search = Search::new(patterns.map(<[u8]>::to_vec).to_vec());
        let mut clear = 0;
        for text in texts(b"ab \xc2\xab\x9b\x1b") {
            if let Some(open) = search.open_if_clear(&text) {
                let spans = Vec::new();
                let found = Findings { spans, open };
                assert_eq!(search.find_in_view(&text), found, "{}", text.escape_ascii());
                clear += 1;
            }
        }
        assert!(clear > 10_000, "{clear}");
    }
}
