//! What `probe` fences say that no probe does.

use super::requests::with_values;
use crate::runbook::{Lang, Runbook};
use crate::text::{Diagnostic, Probe, Span};

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        let text = &fence.body.text;
        // What a value will be is not known yet.
        if fence.lang != Lang::Probe || text.trim().is_empty() || text.contains("{{") {
            continue;
        }
        if let Err(message) = Probe::parse(&with_values(fence)) {
            let start = text.len() - text.trim_start().len();
            let span = Span::new(start, start + text.trim().len());
            let span = fence.body.span_in_source(span);
            found.push(
                Diagnostic::error("bad-probe", &runbook.source, span, message)
                    .help("write `tcp`, `tcp PORT` or `ping`"),
            );
        }
    }
}
