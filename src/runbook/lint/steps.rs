//! What a step must have: a check and an undo for its effect.

use super::{role_span, written};
use crate::runbook::{Fence, Lang, Role, Row, Runbook, Step, Table};
use crate::text::Diagnostic;

/// A step's fences, and the calls in them, are told apart by numbers that leave room for so many.
const FENCES: usize = 999;

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        match step.fences(Role::Run).next() {
            Some(run) => effect(runbook, step, run, found),
            None if step.is_incomplete => {}
            None => no_effect(runbook, step, found),
        }
        empty_fences(runbook, step, found);
        found.extend(too_many(runbook, step));
        each(runbook, step, found);
    }
}

fn too_many(runbook: &Runbook, step: &Step) -> Option<Diagnostic> {
    let fence = step.fences.get(FENCES)?;
    let message = format!("the step `{}` has more than {FENCES} fences", step.id);
    let wrong = Diagnostic::error("too-many-fences", &runbook.source, fence.info_span, message);
    Some(wrong.help("begin another step here, with a heading"))
}

fn effect(runbook: &Runbook, step: &Step, run: &Fence, found: &mut Vec<Diagnostic>) {
    let source = &runbook.source;
    let checks = || {
        step.fences(Role::Check)
            .filter(|check| !check.attributes.after_undo && check.lang != Lang::Probe)
    };
    let once = step.fences(Role::Run).find(|fence| fence.attributes.once);
    // What seems to be missing may be what was not understood.
    let is_unchecked = checks().next().is_none() && !step.is_incomplete;
    if is_unchecked && let Some(fence) = once {
        found.push(
            Diagnostic::error(
                "once-without-check",
                source,
                written(fence, "once").unwrap_or(fence.info_span),
                "without a check nobody can tell whether this effect has happened",
            )
            .help("add a check, so that an interrupted run can look instead of repeating it"),
        );
    } else if is_unchecked && !step.is_drill() {
        found.push(
            Diagnostic::error(
                "run-without-check",
                source,
                role_span(runbook, run),
                format!("nothing checks what the step `{}` does", step.id),
            )
            .help(format!(
                "add a `{} check` fence that says what must hold afterwards; a step that is done \
                 for its own sake is marked `always`",
                run.lang.word()
            )),
        );
    }
    let undo = step.fences(Role::Undo).next();
    let none = step
        .fences(Role::Run)
        .find(|fence| fence.attributes.undo_none.is_some());
    match (undo, none) {
        (None, None) if !step.is_incomplete => found.push(
            Diagnostic::error(
                "no-undo",
                source,
                role_span(runbook, run),
                format!("the step `{}` does not say how it is taken back", step.id),
            )
            .help(format!(
                "add a `{} undo` fence, or say why there is none: `undo=none reason=\"…\"`",
                run.lang.word()
            )),
        ),
        (Some(undo), Some(none)) => found.push(
            Diagnostic::error(
                "contradicting-undo",
                source,
                written(none, "undo").unwrap_or(none.info_span),
                "this says that there is no undo, but the step has one",
            )
            .also(role_span(runbook, undo), "here")
            .help("remove one of the two"),
        ),
        _ => {}
    }
}

fn no_effect(runbook: &Runbook, step: &Step, found: &mut Vec<Diagnostic>) {
    if let Some(undo) = step.fences(Role::Undo).next() {
        found.push(
            Diagnostic::error(
                "undo-without-run",
                &runbook.source,
                role_span(runbook, undo),
                format!(
                    "the step `{}` has an undo, but no effect to take back",
                    step.id
                ),
            )
            .help("an undo belongs to a `run` under the same heading"),
        );
    }
}

fn empty_fences(runbook: &Runbook, step: &Step, found: &mut Vec<Diagnostic>) {
    for fence in &step.fences {
        // A file may be meant to be empty.
        if fence.lang != Lang::File && fence.body.text.trim().is_empty() {
            found.push(Diagnostic::error(
                "empty-fence",
                &runbook.source,
                role_span(runbook, fence),
                "there is nothing in this fence",
            ));
        }
    }
}

/// A row is known by its first cell, in the journal as in what is done and taken back.
fn rows(runbook: &Runbook, table: &Table, found: &mut Vec<Diagnostic>) {
    let name = |row: &Row| row.cells.first().cloned().unwrap_or_default();
    for (index, row) in table.rows.iter().enumerate() {
        let own = name(row);
        if own.is_empty() {
            found.push(
                Diagnostic::error(
                    "row-without-name",
                    &runbook.source,
                    row.span,
                    "the first cell of this row is empty, and `each=` knows rows by it",
                )
                .help("put a name there that no other row has"),
            );
            continue;
        }
        let mut before = table.rows[..index].iter();
        if let Some(first) = before.find(|other| name(other) == own) {
            found.push(
                Diagnostic::error(
                    "duplicate-row",
                    &runbook.source,
                    row.span,
                    format!(
                        "two rows begin with `{own}`, and `each=` knows rows by their first cell"
                    ),
                )
                .label("this one would never be done")
                .also(first.span, "the first is here")
                .help("put a column in front whose cells all differ"),
            );
        }
    }
}

fn each(runbook: &Runbook, step: &Step, found: &mut Vec<Diagnostic>) {
    if let Some(table) = &step.table {
        let mut fences = step.fences.iter();
        if fences.any(|fence| written(fence, "each").is_some()) {
            rows(runbook, table, found);
        }
        return;
    }
    for fence in &step.fences {
        if let Some(span) = written(fence, "each") {
            found.push(
                Diagnostic::error(
                    "each-without-table",
                    &runbook.source,
                    span,
                    format!("the section `{}` has no table to take rows from", step.id),
                )
                .help("put a Markdown table under this heading"),
            );
        }
    }
}
