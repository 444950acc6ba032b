//! Attributes that need, or exclude, one another.

use super::{role_span, written};
use crate::runbook::{Fence, Lang, OnUnknown, Role, Runbook, Step};
use crate::text::{Diagnostic, wording};

/// `(this, needs one of these, why)`.
const NEEDS: [(&str, &[&str], &str); 3] = [
    (
        "every",
        &["within", "for"],
        "a check that is tried once has no pause between tries",
    ),
    ("reason", &["undo"], "a reason is given for `undo=none`"),
    (
        "undo",
        &["reason"],
        "a person who meets this in the record wants to know why",
    ),
];

/// `(this, excludes this, why)`.
const EXCLUDES: [(&str, &str, &str); 3] = [
    (
        "exec",
        "revert",
        "the revert timer covers configuration lines only",
    ),
    (
        "refused",
        "capture",
        "a target that refuses us shows nothing",
    ),
    ("once", "always", "a drill is repeated each time"),
];

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        for fence in &step.fences {
            pairs(runbook, fence, found);
            languages(runbook, fence, found);
            after_undo(runbook, step, fence, found);
            unknown_undo(runbook, fence, found);
        }
    }
}

fn pairs(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let source = &runbook.source;
    for (name, needs, why) in NEEDS {
        let Some(span) = written(fence, name) else {
            continue;
        };
        // A probe tries all the time.
        if fence.lang == Lang::Probe && name == "every" {
            continue;
        }
        if needs.iter().all(|other| written(fence, other).is_none()) {
            found.push(
                Diagnostic::error(
                    "incomplete-attribute",
                    source,
                    span,
                    format!("`{name}` needs `{}` beside it", needs[0]),
                )
                .help(why),
            );
        }
    }
    for (name, other, why) in EXCLUDES {
        if let (Some(span), Some(other_span)) = (written(fence, name), written(fence, other)) {
            found.push(
                Diagnostic::error(
                    "contradicting-attributes",
                    source,
                    other_span,
                    format!("`{other}` cannot stand beside `{name}`"),
                )
                .also(span, "")
                .help(why),
            );
        }
    }
    if fence.attributes.refused
        && let Some(expectation) = fence.expectations.first()
    {
        found.push(
            Diagnostic::error(
                "contradicting-attributes",
                source,
                written(fence, "refused").unwrap_or(fence.info_span),
                "a target that refuses us shows no output",
            )
            .also(expectation.span, "nothing will be here to look at")
            .help("remove the expectation"),
        );
    }
}

fn languages(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let roles: &[Role] = match fence.lang {
        Lang::Probe => &[Role::Check],
        Lang::File => &[Role::Run, Role::Undo],
        _ => &Role::ALL,
    };
    if !roles.contains(&fence.role) {
        let roles = wording::quoted(roles.iter().map(|role| role.word()));
        found.push(
            Diagnostic::error(
                "wrong-role",
                &runbook.source,
                role_span(runbook, fence),
                format!(
                    "a `{}` fence cannot be a `{}`",
                    fence.lang.word(),
                    fence.role.word()
                ),
            )
            .help(format!("it can be {}", wording::list(&roles, "or"))),
        );
    }
    if fence.lang == Lang::File
        && matches!(fence.role, Role::Run | Role::Undo)
        && written(fence, "path").is_none()
    {
        found.push(
            Diagnostic::error(
                "missing-attribute",
                &runbook.source,
                role_span(runbook, fence),
                "a `file` fence needs `path=`",
            )
            .help("say where the text goes: `path=/etc/example.conf`"),
        );
    }
}

/// An undo is asked about only before it would be sent a second time, and can't be taken back.
fn unknown_undo(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let Some(span) = written(fence, "on-unknown").filter(|_| fence.role == Role::Undo) else {
        return;
    };
    let mut refuse = |message: &str, help: &str| {
        let refused = Diagnostic::error("contradicting-attributes", &runbook.source, span, message);
        found.push(refused.help(help));
    };
    if fence.attributes.on_unknown == Some(OnUnknown::Undo) {
        refuse("an undo is not taken back", "`ask`, `fail` or `rerun`");
    } else if !fence.attributes.once {
        refuse(
            "`on-unknown` of an undo needs `once` beside it",
            "what may be repeated is sent again when the undo goes on",
        );
    }
}

fn after_undo(runbook: &Runbook, step: &Step, fence: &Fence, found: &mut Vec<Diagnostic>) {
    if fence.attributes.after_undo && step.fences(Role::Undo).next().is_none() {
        found.push(
            Diagnostic::error(
                "after-without-undo",
                &runbook.source,
                written(fence, "after").unwrap_or(fence.info_span),
                format!("the step `{}` has no undo that this could check", step.id),
            )
            .help("add an `undo` fence under the same heading"),
        );
    }
}
