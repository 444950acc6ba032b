//! The search for the place where an excerpt fits.
//!
//! Depth first over states (item of the excerpt, line of the output, token, position, values of
//! the names that still matter). Progress is only ever forward, so a state that was tried once
//! need not be tried again; without repeated names that makes the work a product of the sizes.
//! Repeated names can make it exponential in theory, hence the limit.

use std::{collections::HashSet, rc::Rc};

use super::beside::Beside;
use super::excerpt::{Item, Token};
use super::hole::Type;
use super::taken::Taken;

/// Ways looked at before the search gives up.
const LIMIT: usize = 1_000_000;

/// Bytes of a value that are as much work as a way: they are copied and kept.
const A_WAY: usize = 256;

/// Names that are as much work as a way: what each of them has is kept with every state.
const NAMES: usize = 4;

/// What is searched for, and where.
pub(super) struct Search<'a> {
    pub(super) items: &'a [Item],
    /// Normalised lines of the output.
    pub(super) lines: &'a [String],
    /// The first and the last line must match too.
    pub(super) whole: bool,
    /// For every name the position of its last use: (item, token).
    last_use: Vec<(usize, usize)>,
}

/// The values of the names, by number.
pub(super) type Values = Rc<Vec<Option<Taken>>>;

/// Which line of the output each matched item took: the last one first.
#[derive(Debug)]
pub(super) struct Trail {
    pub(super) item: usize,
    pub(super) line: usize,
    pub(super) before: Option<Rc<Trail>>,
}

/// A search that succeeded.
pub(super) struct Found {
    pub(super) values: Values,
}

/// A search that did not.
#[derive(Default)]
pub(super) struct Nearest {
    /// How many items were matched at best.
    pub(super) items: usize,
    /// The ways to get that far (the first few): where it failed, what it took before.
    pub(super) ways: Vec<Way>,
    /// The search gave up.
    pub(super) gave_up: bool,
}

pub(super) struct Way {
    pub(super) line: usize,
    pub(super) trail: Option<Rc<Trail>>,
    pub(super) values: Values,
}

/// More ways than this are not worth comparing.
const WAYS: usize = 256;

#[derive(Clone)]
struct State {
    item: usize,
    line: usize,
    token: usize,
    position: usize,
    values: Values,
    trail: Option<Rc<Trail>>,
}

type Key = (usize, usize, usize, usize, Vec<Option<Taken>>);

impl<'a> Search<'a> {
    pub(super) fn new(items: &'a [Item], lines: &'a [String], whole: bool, names: usize) -> Self {
        let mut last_use = vec![(0, 0); names];
        for (i, item) in items.iter().enumerate() {
            if let Item::Line(tokens) = item {
                for (t, token) in tokens.iter().enumerate() {
                    if let Token::Hole { name, .. } = token {
                        last_use[*name] = (i, t);
                    }
                }
            }
        }
        Self {
            items,
            lines,
            whole,
            last_use,
        }
    }

    pub(super) fn run(&self, given: Vec<Option<Taken>>) -> Result<Found, Nearest> {
        let start = |line| State {
            item: 0,
            line,
            token: 0,
            position: 0,
            values: Rc::new(given.clone()),
            trail: None,
        };
        let last_start = if self.whole { 0 } else { self.lines.len() };
        // Taken from the end: the first line of the output is tried first.
        let mut todo: Vec<State> = (0..=last_start).rev().map(start).collect();
        let mut seen: HashSet<Key> = HashSet::new();
        let mut nearest = Nearest::default();
        let mut ways = 0;
        while let Some(state) = todo.pop() {
            if state.item == self.items.len() {
                if !self.whole || state.line == self.lines.len() {
                    return Ok(Found {
                        values: state.values,
                    });
                }
                nearest.note(&state);
                continue;
            }
            if !seen.insert(self.key(&state)) {
                continue;
            }
            if ways > LIMIT {
                nearest.gave_up = true;
                break;
            }
            ways += 1 + self.last_use.len() / NAMES;
            match &self.items[state.item] {
                Item::Gap => {
                    if state.line < self.lines.len() {
                        todo.push(State {
                            line: state.line + 1,
                            ..state.clone()
                        });
                    }
                    todo.push(State {
                        item: state.item + 1,
                        ..state
                    });
                }
                Item::Line(tokens) => {
                    if state.token == 0 {
                        nearest.note(&state);
                    }
                    if let Some(text) = self.lines.get(state.line) {
                        ways += step(tokens, text, state, &mut todo);
                    }
                }
            }
        }
        Err(nearest)
    }

    /// Two states with the same key fail or succeed together.
    fn key(&self, state: &State) -> Key {
        let here = (state.item, state.token);
        let matter = state.values.iter().zip(&self.last_use);
        let values = matter
            .map(|(value, last)| value.clone().filter(|_| *last >= here))
            .collect();
        (state.item, state.line, state.token, state.position, values)
    }
}

impl Nearest {
    fn note(&mut self, state: &State) {
        if state.item > self.items {
            self.items = state.item;
            self.ways.clear();
        }
        if state.item == self.items && self.ways.len() < WAYS {
            self.ways.push(Way {
                line: state.line,
                trail: state.trail.clone(),
                values: state.values.clone(),
            });
        }
    }
}

/// Pushes what may follow, the preferred one last. Returns how much work the values of a name were,
/// in ways.
fn step(tokens: &[Token], text: &str, state: State, todo: &mut Vec<State>) -> usize {
    let at = state.position;
    let rest = &text[at..];
    let next = |len: usize| State {
        token: state.token + 1,
        position: at + len,
        ..state.clone()
    };
    let later = |len: usize| State {
        position: at + len,
        ..state.clone()
    };
    match tokens.get(state.token) {
        None if rest.is_empty() => {
            let trail = Trail {
                item: state.item,
                line: state.line,
                before: state.trail.clone(),
            };
            todo.push(State {
                item: state.item + 1,
                line: state.line + 1,
                token: 0,
                position: 0,
                values: state.values.clone(),
                trail: Some(Rc::new(trail)),
            });
        }
        None => {}
        Some(Token::Text(expected)) if rest.starts_with(expected.as_str()) => {
            todo.push(next(expected.len()));
        }
        Some(Token::Text(_)) => {}
        // Behind what it takes now it stands again, so that each place is looked at once.
        Some(Token::Any) => {
            let skipped = match tokens.get(state.token + 1) {
                Some(Token::Text(expected)) => rest.find(expected.as_str()),
                Some(_) => Some(0),
                None => Some(rest.len()),
            };
            // What is read to find it is work too.
            let read = skipped.unwrap_or(rest.len()) / A_WAY;
            if let Some(skipped) = skipped {
                let more = rest[skipped..].chars().next();
                todo.extend(more.map(|c| later(skipped + c.len_utf8())));
                todo.push(next(skipped));
            }
            return read;
        }
        Some(Token::Between) => {
            if let Some(behind) = rest.strip_prefix(' ') {
                todo.extend(behind.find(' ').map(|blank| later(blank + 1)));
                todo.push(next(1));
            }
        }
        Some(Token::Hole { name, kind }) => {
            let beside = Beside::of(tokens, state.token);
            let lengths = kind.lengths_between(beside, text, at);
            let mut ways = lengths.len();
            for len in lengths.into_iter().rev() {
                let found = &rest[..len];
                match &state.values[*name] {
                    Some(known) => {
                        if kind.same(known, found) {
                            todo.push(next(len));
                        }
                    }
                    None => {
                        let mut values = (*state.values).clone();
                        values[*name] = Some(Taken::from(found));
                        ways += len / A_WAY;
                        todo.push(State {
                            values: Rc::new(values),
                            ..next(len)
                        });
                    }
                }
            }
            return ways;
        }
    }
    0
}

/// The value of a placeholder as text, if it can be matched at all.
pub(super) fn as_text(value: &serde_json::Value) -> Option<Taken> {
    match value {
        serde_json::Value::String(text) => Some(Taken::from(&*normalised(text))),
        serde_json::Value::Number(number) => Some(Taken::from(&*number.to_string())),
        serde_json::Value::Bool(truth) => Some(Taken::from(&*truth.to_string())),
        _ => None,
    }
}

fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The type of each name, where it is first used.
pub(super) fn kinds(items: &[Item], names: usize) -> Vec<Type> {
    let mut kinds = vec![None; names];
    for item in items {
        if let Item::Line(tokens) = item {
            for token in tokens {
                if let Token::Hole { name, kind } = token {
                    kinds[*name].get_or_insert(*kind);
                }
            }
        }
    }
    kinds
        .into_iter()
        .map(|kind| kind.unwrap_or(Type::Any))
        .collect()
}
