use std::ops::Range;

use crate::text::Span;

/// A fence's text, and where each of its lines stands in the source.
///
/// In a list or a quote the lines of a fence are not adjacent in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The text, each line ended by `\n`.
    pub text: String,
    /// Pairs of (offset in `text`, offset in the source), ascending.
    pub segments: Vec<(usize, usize)>,
    source_end: usize,
}

impl Body {
    /// A span of `text` as a span of the source.
    pub fn span_in_source(&self, span: Span) -> Span {
        let at = |offset: usize| {
            let i = self
                .segments
                .partition_point(|&(text, _)| text <= offset)
                .max(1);
            self.segments
                .get(i - 1)
                .map_or(0, |&(text, source)| source + (offset - text))
        };
        let start = at(span.start).min(self.source_end);
        // The end belongs to the segment of the last byte, not to the line after it.
        let end = if span.is_empty() {
            start
        } else {
            at(span.end - 1) + 1
        };
        Span::new(start, end.min(self.source_end))
    }

    /// An empty one that will hold at most `len` bytes.
    pub(super) fn with_room(len: usize) -> Self {
        Self {
            text: String::with_capacity(len),
            ..Self::default()
        }
    }

    /// Where the text ends in the source.
    pub(super) fn source_end(&self) -> usize {
        self.source_end
    }

    /// Adds what stands at `range` in the source.
    pub(super) fn push(&mut self, chunk: &str, range: Range<usize>) {
        let adjacent = self.source_end == range.start
            && self
                .segments
                .last()
                .is_some_and(|&(text, source)| source + (self.text.len() - text) == range.start);
        if !adjacent {
            self.segments.push((self.text.len(), range.start));
        }
        self.text.push_str(chunk);
        self.source_end = range.end;
    }

    /// Ends the last line, which the end of the file may have left open.
    pub(super) fn finish(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}
