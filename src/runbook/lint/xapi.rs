//! XenAPI calls that make something new each time they are sent.

use super::written;
use crate::runbook::{Lang, Role, Runbook, Step};
use crate::text::{Diagnostic, Span};

/// Methods whose second call makes a second object.
const MAKERS: [&str; 5] = [
    ".create(",
    ".clone(",
    ".copy(",
    ".create_VLAN(",
    ".snapshot(",
];
/// What looks an object up by what people know it by.
const LOOKUPS: [&str; 5] = [
    "ref(",
    "one(",
    ".get_by_name_label(",
    ".get_all_records",
    ".get_all(",
];

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        if looks_up(step) {
            continue;
        }
        let runs = step
            .fences(Role::Run)
            .filter(|fence| fence.lang == Lang::Xapi);
        for fence in runs.filter(|fence| written(fence, "once").is_none()) {
            let text = &fence.body.text;
            let Some((at, maker)) = MAKERS
                .iter()
                .filter_map(|maker| Some((text.find(maker)?, maker)))
                .min()
            else {
                continue;
            };
            let span = Span::new(at + 1, at + maker.len() - 1);
            found.push(
                Diagnostic::error(
                    "repeatable-creation",
                    &runbook.source,
                    fence.body.span_in_source(span),
                    "sent twice, this call makes two objects",
                )
                .help(
                    "mark the fence `once`, or look the object up by name in a `read` or `check`",
                ),
            );
        }
    }
}

fn looks_up(step: &Step) -> bool {
    step.fences
        .iter()
        .filter(|fence| fence.lang == Lang::Xapi && matches!(fence.role, Role::Read | Role::Check))
        .any(|fence| {
            LOOKUPS
                .iter()
                .any(|lookup| fence.body.text.contains(lookup))
        })
}
