//! Inputs: real ones with a few changes, and some made of nothing but words and bytes.

use std::fmt;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes that are shown readably when they break something.
#[derive(Clone)]
pub(crate) struct Input(pub(crate) Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// A real input is cut to so many bytes, from any line on.
const PART: usize = 4096;
/// How long a repeated piece gets.
const REPEATED: usize = 16 << 10;

/// One change.
#[derive(Clone, Debug)]
enum Edit {
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Overwrite(Index, u8),
    /// A line is said again elsewhere.
    CopyLine(Index, Index),
    SwapLines(Index, Index),
    CutOff(Index),
}

impl Edit {
    fn apply(self, text: &mut Vec<u8>) {
        let place = |at: Index, text: &[u8]| at.index(text.len() + 1);
        match self {
            Self::Remove(at, len) => {
                let at = place(at, text);
                text.drain(at..(at + len).min(text.len()));
            }
            Self::Insert(at, what) => {
                let at = place(at, text);
                text.splice(at..at, what);
            }
            Self::Overwrite(at, byte) => {
                let at = place(at, text);
                text.splice(at..(at + 1).min(text.len()), [byte]);
            }
            Self::CutOff(at) => text.truncate(place(at, text)),
            Self::CopyLine(from, to) => with_lines(text, |lines| {
                let line = lines[from.index(lines.len())];
                lines.insert(to.index(lines.len()), line);
            }),
            Self::SwapLines(a, b) => with_lines(text, |lines| {
                let len = lines.len();
                lines.swap(a.index(len), b.index(len));
            }),
        }
    }
}

fn with_lines(text: &mut Vec<u8>, edit: impl FnOnce(&mut Vec<&[u8]>)) {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    if !lines.is_empty() {
        edit(&mut lines);
        *text = lines.concat();
    }
}

/// A word of the language, or a byte or character that is rare in it.
fn piece(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> + Clone {
    let rare = [
        "\0",
        "\t",
        "\r",
        "\r\n",
        "\n\n",
        "\u{1b}[2K",
        "\u{feff}",
        "ä",
        "\u{202e}",
        "😀",
    ];
    let word = |words: &'static [&'static str]| {
        prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec())
    };
    let rare = prop::sample::select(rare.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    prop_oneof![6 => word(words), 2 => rare, 1 => vec(any::<u8>(), 1..4)]
}

fn edit(words: &'static [&'static str]) -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 1..24_usize).prop_map(|(at, len)| Edit::Remove(at, len)),
        4 => (at(), piece(words)).prop_map(|(at, what)| Edit::Insert(at, what)),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Overwrite(at, byte)),
        1 => (at(), at()).prop_map(|(from, to)| Edit::CopyLine(from, to)),
        1 => (at(), at()).prop_map(|(a, b)| Edit::SwapLines(a, b)),
        1 => at().prop_map(Edit::CutOff),
    ]
}

/// Inputs near `seeds`, made of `words`, of any bytes, and of one piece said over and over.
pub(crate) fn inputs(
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
) -> impl Strategy<Value = Input> {
    let seeds = Arc::new(seeds);
    let near = (any::<Index>(), any::<Index>(), vec(edit(words), 0..8));
    let near = near.prop_map(move |(seed, from, edits)| {
        let mut text = part(&seeds[seed.index(seeds.len())], from);
        edits.into_iter().for_each(|edit| edit.apply(&mut text));
        text
    });
    let made = vec(piece(words), 0..40).prop_map(|pieces| pieces.concat());
    let bytes = vec(any::<u8>(), 0..200);
    let repeated = (vec(piece(words), 1..4), 1..REPEATED).prop_map(|(pieces, len)| {
        let pieces = pieces.concat();
        pieces.repeat(len.div_ceil(pieces.len().max(1)))
    });
    prop_oneof![6 => near, 4 => made, 1 => bytes, 1 => repeated].prop_map(Input)
}

/// A whole text if it is short; else some of it, and half of the time from its beginning.
fn part(text: &[u8], from: Index) -> Vec<u8> {
    if text.len() <= PART {
        return text.to_vec();
    }
    let start = from.index(text.len() * 2).saturating_sub(text.len());
    let start = text[..start]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    text[start..(start + PART).min(text.len())].to_vec()
}
