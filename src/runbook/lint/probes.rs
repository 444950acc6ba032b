//! What `probe` fences say that no probe does.

use super::requests::with_values;
use super::written;
use crate::runbook::{Lang, Runbook};
use crate::text::{Diagnostic, Probe, Span};

/// Attributes of a check that a probe does not do anything with.
const WITHOUT_MEANING: [&str; 7] = [
    "within",
    "for",
    "after",
    "absent-ok",
    "refused",
    "timeout",
    "exit",
];

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        let text = &fence.body.text;
        if fence.lang != Lang::Probe {
            continue;
        }
        for name in WITHOUT_MEANING {
            if let Some(span) = written(fence, name) {
                let message = format!("`{name}` has no meaning on a probe");
                found.push(
                    Diagnostic::error("bad-probe", &runbook.source, span, message)
                        .help("it watches from the step's first effect to its last check"),
                );
            }
        }
        // What a value will be is not known yet.
        if text.trim().is_empty() || text.contains("{{") {
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
