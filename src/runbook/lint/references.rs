//! Names of other runbooks and steps: `needs` and `toward`.

use super::Known;
use crate::runbook::{Runbook, Spanned, Step};
use crate::text::{Diagnostic, wording};

pub(super) fn lint(
    runbook: &Runbook,
    all: &[&Runbook],
    known: &Known,
    found: &mut Vec<Diagnostic>,
) {
    for need in &runbook.meta.needs {
        let exists = known.runbooks.contains(&need.value)
            || all.iter().any(|other| other.is_called(&need.value));
        if !exists {
            found.push(unknown_runbook(runbook, need, all, known));
        }
    }
    for step in &runbook.steps {
        for toward in step
            .fences
            .iter()
            .filter_map(|fence| fence.attributes.toward.as_ref())
        {
            found.extend(toward_step(runbook, step, toward, all, known));
        }
    }
}

fn unknown_runbook(
    runbook: &Runbook,
    name: &Spanned<String>,
    all: &[&Runbook],
    known: &Known,
) -> Diagnostic {
    let names = || {
        all.iter()
            .map(|other| other.name.as_str())
            .chain(known.runbooks.iter().map(String::as_str))
    };
    let help = match wording::did_you_mean(&name.value, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a runbook is named after its file, without number and `.md`".to_owned(),
    };
    let message = format!("no runbook is called `{}`", name.value);
    Diagnostic::error("unknown-runbook", &runbook.source, name.span, message).help(help)
}

fn toward_step(
    runbook: &Runbook,
    step: &Step,
    toward: &Spanned<String>,
    all: &[&Runbook],
    known: &Known,
) -> Option<Diagnostic> {
    let (file, id) = match toward.value.split_once('#') {
        Some(("", id)) => (None, id),
        Some((file, id)) => (Some(file), id),
        None => (None, toward.value.as_str()),
    };
    let target = match file {
        None => runbook,
        Some(file) => match all.iter().find(|other| other.is_called(file)) {
            Some(other) => other,
            // It exists, but was not given to look into.
            None if known.runbooks.contains(file) => return None,
            None => {
                let name = Spanned {
                    value: file.to_owned(),
                    span: toward.span,
                };
                return Some(unknown_runbook(runbook, &name, all, known));
            }
        },
    };
    if file.is_none() && id == step.id {
        return Some(
            Diagnostic::error(
                "toward-itself",
                &runbook.source,
                toward.span,
                "a step cannot serve itself",
            )
            .help("name the later step whose check also covers this one"),
        );
    }
    if target.steps.iter().any(|step| step.id == id) {
        return None;
    }
    let ids = || target.steps.iter().map(|step| step.id.as_str());
    let found = Diagnostic::error(
        "unknown-step",
        &runbook.source,
        toward.span,
        format!("`{}` has no step `{id}`", target.name),
    );
    Some(match wording::did_you_mean(id, ids()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!(
            "its steps are {}",
            wording::list(&wording::quoted(ids()), "and")
        )),
    })
}
