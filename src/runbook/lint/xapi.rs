//! XenAPI calls: looks that change something, and calls that make something new each time they
//! are sent.

use super::requests::{is_look, not_a_look, with_values};
use super::written;
use crate::runbook::{Fence, Lang, Role, Runbook, Step};
use crate::text::{Diagnostic, XapiCall};

/// Messages whose second call makes a second object.
const MAKERS: [&str; 7] = [
    "create",
    "clone",
    "copy",
    "create_VLAN",
    "create_VLAN_from_PIF",
    "snapshot",
    "introduce",
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
        let looks_up = looks_up(step);
        for fence in step.fences.iter().filter(|fence| fence.lang == Lang::Xapi) {
            // What is no call is told of where its names are looked for.
            let calls = XapiCall::parse(&with_values(fence)).unwrap_or_default();
            found.extend(calls.iter().filter_map(|call| judge(runbook, fence, call)));
            let may_repeat =
                looks_up || written(fence, "once").is_some() || fence.role != Role::Run;
            let maker = calls
                .iter()
                .find(|call| MAKERS.contains(&call.message.as_str()));
            found.extend(
                maker
                    .filter(|_| !may_repeat)
                    .map(|call| repeatable(runbook, fence, call)),
            );
        }
    }
}

fn judge(runbook: &Runbook, fence: &Fence, call: &XapiCall) -> Option<Diagnostic> {
    let method = call.method();
    if call.class == "session" && call.message.contains("log") {
        let span = fence.body.span_in_source(call.method);
        let message = format!("`{method}` is not for runbooks: the driver logs in and out");
        return Some(Diagnostic::error(
            "bad-call",
            &runbook.source,
            span,
            message,
        ));
    }
    let is_wrong = is_look(fence) && !call.only_reads();
    is_wrong.then(|| not_a_look(runbook, fence, &format!("`{method}`")))
}

fn repeatable(runbook: &Runbook, fence: &Fence, call: &XapiCall) -> Diagnostic {
    Diagnostic::error(
        "repeatable-creation",
        &runbook.source,
        fence.body.span_in_source(call.method),
        "sent twice, this call makes two objects",
    )
    .help("mark the fence `once`, or look the object up by name in a `read` or `check`")
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
