use crate::text::Span;

/// What an expression takes of a name: `row.port`, or all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// `port` of `row.port` and `row["port"]`. `None`: the expression is the name alone.
    pub key: Option<String>,
    /// The words that say so.
    pub span: Span,
}

impl Entry {
    /// The same, `by` bytes further on.
    pub(crate) fn shifted(self, by: usize) -> Self {
        Self {
            span: self.span.shifted(by),
            ..self
        }
    }
}
