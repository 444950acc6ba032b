use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, Renderer};
use annotate_snippets::{Annotation, AnnotationKind, Level, Snippet};

use super::visible::Visible;
use super::{Diagnostic, Severity, Span, escape};

/// Whether to colour what goes to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorChoice {
    /// Plain text.
    Never,
    /// ANSI colours.
    Always,
}

/// The findings as text, the way rustc words them: one blank line between two, and a line
/// end after the last.
///
/// Control characters of the sources are shown as text, so that no runbook can steer the
/// terminal it is shown on.
pub fn render(diagnostics: &[Diagnostic], color: ColorChoice) -> String {
    let renderer = match color {
        ColorChoice::Never => Renderer::plain(),
        ColorChoice::Always => Renderer::styled(),
    }
    .term_width(DEFAULT_TERM_WIDTH);
    let reports: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| report(&renderer, diagnostic))
        .collect();
    let mut out = reports.join("\n\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn report(renderer: &Renderer, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(escape(&diagnostic.message))
        .id(diagnostic.code);
    let mut group = title.element(snippet(diagnostic));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape(help)));
    }
    renderer.render(&[group])
}

/// Only the lines from the first to the last label are handed over, so that many findings
/// in a long file stay cheap.
fn snippet(diagnostic: &Diagnostic) -> Snippet<'_, Annotation<'_>> {
    let source = &diagnostic.source;
    let labels = || std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
    let first = labels().map(|label| label.span.start).min().unwrap_or(0);
    let last = labels().map(|label| label.span.end).max().unwrap_or(0);
    let first_line = source.position(first).line;
    let last_line = source.position(last).line;
    let window = Span::new(
        source.line_span(first_line).map_or(0, |line| line.start),
        source
            .line_span(last_line)
            .map_or(source.text().len(), |line| line.end),
    );

    let shown = Visible::new(source.slice(window));
    let annotations: Vec<_> = labels()
        .enumerate()
        .map(|(i, label)| {
            let kind = if i == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let start = shown.offset(label.span.start - window.start);
            let end = shown.offset(label.span.end - window.start);
            let text = (!label.text.is_empty()).then(|| escape(&label.text).into_owned());
            kind.span(start..end).label(text)
        })
        .collect();
    Snippet::source(shown.into_text())
        .line_start(first_line)
        .path(escape(source.path().as_str()).into_owned())
        .annotations(annotations)
}
