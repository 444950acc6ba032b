use super::{Diagnostic, Severity};

/// Whether to colour what goes to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorChoice {
    /// Plain text.
    Never,
    /// ANSI colours.
    Always,
}

/// The findings as text, the way rustc words them, one blank line between two.
pub fn render(diagnostics: &[Diagnostic], _color: ColorChoice) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let at = d.source.position(d.primary.span.start);
        let kind = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        out += &format!(
            "{kind}[{}]: {}\n --> {}:{}:{}\n",
            d.code,
            d.message,
            d.source.path(),
            at.line,
            at.column
        );
    }
    out
}
