use super::{Source, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; nothing is refused for it.
    Warning,
    /// The runbook can't be used like this.
    Error,
}

/// A span with a few words under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The exact words that are meant.
    pub span: Span,
    /// What was found there; may be empty.
    pub text: String,
}

/// One finding about a text: what, where, and what to do.
///
/// `message` is a lower-case fragment without a full stop.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// A stable name in kebab-case, for tests and for searching the book.
    pub code: &'static str,
    /// Warning or error.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The text that spans point into.
    pub source: Source,
    /// The words to put the caret under.
    pub primary: Label,
    /// Other places that belong to the finding, in the same source.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(
        code: &'static str,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            source: source.clone(),
            primary: Label {
                span: source.fit(span),
                text: String::new(),
            },
            secondary: Vec::new(),
            help: None,
        }
    }

    /// A warning at `span`.
    pub fn warning(
        code: &'static str,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, source, span, message)
        }
    }

    /// Words under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// A second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        let span = self.source.fit(span);
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}
