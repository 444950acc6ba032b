use std::collections::BTreeMap;

use super::written;
use crate::runbook::{Fence, Runbook, Step};
use crate::text::Diagnostic;

/// A shell that steps share is another one where the first of them is done already. A drill never
/// is.
pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, (&Step, &Fence)> = BTreeMap::new();
    for step in &runbook.steps {
        for fence in &step.fences {
            let Some(name) = &fence.attributes.session else {
                continue;
            };
            let (owner, opened) = *first.entry(name).or_insert((step, fence));
            if owner.id == step.id || (owner.is_drill() && step.is_drill()) {
                continue;
            }
            let span = |fence: &Fence| written(fence, "session").unwrap_or(fence.info_span);
            found.push(
                Diagnostic::error(
                    "shell-across-steps",
                    &runbook.source,
                    span(fence),
                    format!("the shell `{name}` is that of the step `{}`", owner.id),
                )
                .also(span(opened), "")
                .help(
                    "where that step is done already, what it would prepare in its shell is \
                     missing here: put both into one step",
                ),
            );
        }
    }
}
