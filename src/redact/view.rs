use std::ops::Range;

/// The letters of a text, as a person at a terminal reads them: without control sequences and
/// control characters, and without blanks, because a line may be folded and indented anywhere.
/// Each of them can cut a secret in two.
pub(super) struct View {
    bytes: Vec<u8>,
    /// Where each unbroken piece begins: here, and in the text.
    pieces: Vec<(usize, usize)>,
    has_sequences: bool,
    /// Where a control sequence begins that the text may end in the middle of.
    unfinished: Option<usize>,
    /// How long the text is.
    length: usize,
}

/// An operating system command that is longer than this is text.
const LONGEST_STRING: usize = 4096;

impl View {
    /// The view of a text; `None` if it is the text itself.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let mut view = Self {
            bytes: Vec::new(),
            pieces: Vec::new(),
            has_sequences: false,
            unfinished: None,
            length: text.len(),
        };
        let (mut from, mut at) = (0, 0);
        while let Some(skipped) = text[at..].iter().position(|byte| may_be_invisible(*byte)) {
            at += skipped;
            let length = invisible(&text[at..]);
            if length > 0 && matches!(text[at], 0x1b | 0xc2) {
                view.has_sequences = true;
                let is_open = at + length == text.len();
                view.unfinished = is_open.then_some(at);
            }
            if length > 0 {
                view.take(text, from, at);
                from = at + length;
            }
            at += length.max(1);
        }
        if from == 0 {
            return None;
        }
        view.take(text, from, text.len());
        Some(view)
    }

    /// What is left to read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a part of a secret may be missing here, because a control sequence before it
    /// took it in.
    pub(super) fn has_sequences(&self) -> bool {
        self.has_sequences
    }

    /// Up to where the text means the same whatever follows it: not within a sequence.
    pub(super) fn settled(&self, at: usize) -> usize {
        // Where a sequence begins, and behind the last one, nothing is in the middle.
        let end = self.unfinished.unwrap_or(self.length);
        if at >= end {
            return end;
        }
        let before = self.pieces.partition_point(|(_, there)| *there <= at);
        let Some(last) = before.checked_sub(1) else {
            return 0;
        };
        let (here, there) = self.pieces[last];
        let next = self
            .pieces
            .get(before)
            .map_or(self.bytes.len(), |(here, _)| *here);
        at.min(there + (next - here))
    }

    /// Where a byte of the view stands in the text.
    pub(super) fn place(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(here, _)| *here <= at);
        let (here, there) = self.pieces[piece.saturating_sub(1)];
        there + (at - here)
    }

    fn take(&mut self, text: &[u8], from: usize, to: usize) {
        if from < to {
            self.pieces.push((self.bytes.len(), from));
            self.bytes.extend_from_slice(&text[from..to]);
        }
    }
}

/// A pattern as a [`View`] shows it.
pub(super) fn visible(pattern: &[u8]) -> Vec<u8> {
    View::of(pattern).map_or_else(|| pattern.to_vec(), |view| view.bytes)
}

/// From the first letter of a pattern to the last; all of it if there is none.
pub(super) fn letters(pattern: &[u8]) -> Range<usize> {
    match View::of(pattern) {
        Some(view) if !view.bytes.is_empty() => view.place(0)..view.place(view.bytes.len() - 1) + 1,
        _ => 0..pattern.len(),
    }
}

fn may_be_invisible(byte: u8) -> bool {
    is_control(byte) || byte == 0xc2
}

/// Whether a reader does not see this byte, a blank or a control character of ASCII.
pub(super) fn is_control(byte: u8) -> bool {
    byte <= 0x20 || byte == 0x7f
}

/// Whether a byte begins a control sequence, or may if what follows is still to come.
pub(super) fn begins_sequence(byte: u8, next: Option<&u8>) -> bool {
    byte == 0x1b || (byte == 0xc2 && next.is_none_or(|next| (0x80..0xa0).contains(next)))
}

/// How many bytes at the start of a text a reader does not see. A sequence that the text ends
/// in the middle of counts: its rest may still come.
fn invisible(text: &[u8]) -> usize {
    match text {
        [0x1b, rest @ ..] => 1 + sequence(rest),
        // The same control functions in one character, U+0080 to U+009F.
        [0xc2, 0x9b, rest @ ..] => 2 + parameters(rest),
        [0xc2, 0x90 | 0x98 | 0x9d..=0x9f, rest @ ..] => 2 + string(rest),
        [0xc2, 0x80..=0x9f, ..] => 2,
        [0..=0x20 | 0x7f, ..] | [0xc2] => 1,
        _ => 0,
    }
}

/// What follows an escape (ECMA-48, 5.3 to 5.6).
fn sequence(rest: &[u8]) -> usize {
    match rest {
        [b'[', rest @ ..] => 1 + parameters(rest),
        [b']' | b'P' | b'X' | b'^' | b'_', rest @ ..] => 1 + string(rest),
        [0x20..0x30, ..] => {
            let intermediate = count(rest, |byte| (0x20..0x30).contains(&byte));
            intermediate + usize::from(rest.get(intermediate).is_some_and(|b| *b >= 0x30))
        }
        [0x30..0x7f, ..] => 1,
        _ => 0,
    }
}

/// Parameters, intermediate bytes and the final byte.
fn parameters(rest: &[u8]) -> usize {
    let before = count(rest, |byte| (0x20..0x40).contains(&byte));
    before + usize::from(rest.get(before).is_some_and(|b| (0x40..0x7f).contains(b)))
}

/// A string up to its terminator; none at all if there is no terminator in reach.
fn string(rest: &[u8]) -> usize {
    let reach = &rest[..rest.len().min(LONGEST_STRING)];
    let end = reach.iter().position(|byte| matches!(byte, 7 | 0x1b));
    match end.map(|at| (at, reach[at])) {
        Some((at, 7)) => at + 1,
        Some((at, _)) if rest.get(at + 1) == Some(&b'\\') => at + 2,
        Some((at, _)) => at,
        None if rest.len() < LONGEST_STRING => rest.len(),
        None => 0,
    }
}

fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| wanted(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        String::from_utf8(visible(text.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn what_moves_a_cursor_is_not_seen() {
        for text in [
            "ab\x1b[31;1mcd",
            "ab\x1b]0;title\x07cd",
            "ab\x1b]8;;http://x\x1b\\cd",
            "ab\x1bP+q\x1b\\cd",
            "ab\x1b(Bcd",
            "ab\x1b7cd",
            "ab\r\ncd",
            "ab\n    cd",
            "a\0b\x08cd\x7f",
            "ab\u{9b}1mcd",
            "ab\u{85}cd",
        ] {
            assert_eq!(seen(text), "abcd", "{text:?}");
        }
    }

    #[test]
    fn what_is_text_stays() {
        for text in ["ab", "öÂ©", "[31m", ""] {
            assert!(View::of(text.as_bytes()).is_none(), "{text:?}");
        }
        let long = format!("\x1b]{}", "x".repeat(LONGEST_STRING + 1));
        assert_eq!(seen(&long).len(), LONGEST_STRING + 1);
    }

    #[test]
    fn every_byte_knows_its_place() {
        let text = b" ab\x1b[0mc\n\n d\x07";
        let view = View::of(text).expect("there is something to take out");
        assert_eq!(view.bytes(), b"abcd");
        let places: Vec<u8> = (0..4).map(|at| text[view.place(at)]).collect();
        assert_eq!(places, b"abcd");
    }
}
