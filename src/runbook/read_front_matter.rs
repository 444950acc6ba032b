use super::FrontMatter;
use crate::text::{Diagnostic, Source, Span};

/// Reads the YAML at `span`.
pub(super) fn read_front_matter(
    _source: &Source,
    _span: Span,
    _diagnostics: &mut Vec<Diagnostic>,
) -> FrontMatter {
    FrontMatter::default()
}
