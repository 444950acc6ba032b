//! What is wrong with `expect` and `assert` fences beyond their names.

use crate::runbook::Runbook;
use crate::text::Diagnostic;

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        for expectation in &fence.expectations {
            if expectation.body.text.trim().is_empty() {
                found.push(
                    Diagnostic::error(
                        "empty-expectation",
                        &runbook.source,
                        expectation.span,
                        "this expects nothing, so it would always hold",
                    )
                    .help("write what a reader should see"),
                );
            }
        }
    }
}
