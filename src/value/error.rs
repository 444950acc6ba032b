use std::fmt;

use crate::text::{Span, escape};

/// What an expression needs, and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// A name.
    Name(String),
    /// An entry of something that is there.
    Entry,
}

/// What is wrong with a template or an expression, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Where, in the text that was parsed.
    pub span: Span,
    /// What, as a lower-case fragment.
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
    /// What is not there, if that is what is wrong.
    pub undefined: Option<Undefined>,
}

impl TemplateError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            // What it quotes was written by anybody, and may be read on a terminal.
            message: escape(&message.into()).into_owned(),
            help: None,
            undefined: None,
        }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(escape(&help.into()).into_owned()),
            ..self
        }
    }

    pub(super) fn undefined(self, what: Undefined) -> Self {
        Self {
            undefined: Some(what),
            ..self
        }
    }

    /// The same error, `by` bytes further on.
    pub(super) fn shifted(self, by: usize) -> Self {
        Self {
            span: self.span.shifted(by),
            ..self
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}
