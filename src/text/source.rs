use std::fmt;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::Span;

/// A text with a name, that spans point into. Cheap to clone.
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
}

struct Inner {
    path: Utf8PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

/// The name alone: the text would drown whatever is being debugged.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?})", self.inner.path)
    }
}

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A source named `path` with this text.
    pub fn new(path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            inner: Arc::new(Inner {
                path: path.into(),
                text,
                line_starts,
            }),
        }
    }

    /// Its name, as the user gave it.
    pub fn path(&self) -> &Utf8Path {
        &self.inner.path
    }

    /// The same with `*` for what stands at these places, so that it can be shown.
    #[must_use]
    pub fn masked(&self, places: &[Span]) -> Self {
        let mut text = self.text().to_owned();
        for place in places.iter().map(|place| self.fit(*place)) {
            let stars = |c: char| match c {
                '\n' | '\r' => c.to_string(),
                // Every byte keeps its place.
                _ => "*".repeat(c.len_utf8()),
            };
            let masked: String = self.slice(place).chars().map(stars).collect();
            text.replace_range(place.start..place.end, &masked);
        }
        Self::new(self.path(), text)
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text under a span; empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// The span, moved where necessary so that it lies inside the text and on character
    /// boundaries.
    pub fn fit(&self, span: Span) -> Span {
        let text = &self.inner.text;
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let end = text.ceil_char_boundary(span.end.min(text.len()));
        Span::new(start, end)
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.inner.text.len());
        let line = self
            .inner
            .line_starts
            .partition_point(|&start| start <= offset);
        let start = self.inner.line_starts[line - 1];
        let column = self
            .inner
            .text
            .get(start..offset)
            .map_or(0, |s| s.chars().count())
            + 1;
        Position { line, column }
    }

    /// The span of a line (counted from 1) without its line end.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.inner.line_starts.get(line.checked_sub(1)?)?;
        let end = self
            .inner
            .line_starts
            .get(line)
            .map_or(self.inner.text.len(), |next| next - 1);
        Some(Span::new(start, end))
    }
}
