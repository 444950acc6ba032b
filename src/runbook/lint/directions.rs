//! Characters by which a text is shown in another order than it is sent.

use crate::runbook::Runbook;
use crate::text::{Diagnostic, Span, escape, turns_text};

/// Wherever they stand: a reader of the source sees one page. One finding a file is enough, since
/// there is no use for any of them.
pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    if runbook.steps.is_empty() {
        return;
    }
    let source = &runbook.source;
    let mut turning = source.text().char_indices().filter(|(_, c)| turns_text(*c));
    let Some((at, c)) = turning.next() else {
        return;
    };
    let span = Span::new(at, at + c.len_utf8());
    let name = c.to_string();
    let message = format!(
        "`{}` changes the direction in which a text is shown, and not in which it is sent",
        escape(&name)
    );
    let wrong = Diagnostic::error("turned-text", source, span, message);
    let wrong = match turning.count() {
        0 => wrong,
        more => wrong.label(format!("and {more} more of its kind behind it")),
    };
    found.push(wrong.help("take it out; in prose it can be written as `&rlm;` or `&lrm;`"));
}
