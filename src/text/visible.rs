use super::escape::{is_hostile, written_out};

/// A source text with its hostile characters [written out](super::escape), which knows where
/// each byte went.
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
                shown.text += &written_out(c);
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
