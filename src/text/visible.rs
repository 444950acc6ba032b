//! Characters that could steer a terminal or hide text, as text.

use std::borrow::Cow;

/// C1 controls, line and paragraph separators, bidirectional and invisible format characters.
/// The C0 controls are shown by annotate-snippets itself; a bare carriage return is not.
fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with hostile characters written as `\u{9b}`.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.contains(is_hostile) {
        Cow::Owned(Visible::new(text).text)
    } else {
        Cow::Borrowed(text)
    }
}

/// A shown text that knows where each of its source's bytes went.
pub(crate) struct Visible {
    text: String,
    /// Pairs of (offset behind an escaped character, offset behind what is shown for it).
    moved: Vec<(usize, usize)>,
}

impl Visible {
    /// The visible form of `source`. A carriage return before a line feed is dropped.
    pub(crate) fn new(source: &str) -> Self {
        let mut shown = Self {
            text: String::with_capacity(source.len()),
            moved: Vec::new(),
        };
        let mut chars = source.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c == '\r' && chars.peek().is_none_or(|&(_, next)| next == '\n') {
                shown.moved.push((at + 1, shown.text.len()));
            } else if is_hostile(c) {
                shown.text.extend(c.escape_unicode());
                shown.moved.push((at + c.len_utf8(), shown.text.len()));
            } else {
                shown.text.push(c);
            }
        }
        shown
    }

    /// Where a byte of the source stands in the shown text.
    pub(crate) fn offset(&self, at: usize) -> usize {
        let i = self.moved.partition_point(|&(source, _)| source <= at);
        let (source, shown) = i.checked_sub(1).map_or((0, 0), |i| self.moved[i]);
        let unbounded = shown + (at - source);
        // The next escaped character begins before it ends.
        unbounded.min(self.text.len())
    }

    /// The shown text.
    pub(crate) fn into_text(self) -> String {
        self.text
    }
}
