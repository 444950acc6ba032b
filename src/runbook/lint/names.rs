//! Names in templates and expressions: each must have a value by the time it is used.
//!
//! A step that is already done is not run, so only what a `read`, `skip-if` or `check` binds
//! can be relied on by the steps after it.

use std::collections::{BTreeMap, BTreeSet};

use super::bindings::Bindings;
use super::columns;
use super::uses::{Use, Uses};
use super::{Known, role_span};
use crate::runbook::{Fence, Role, Runbook, Step};
use crate::text::{Diagnostic, Span, wording};

pub(super) fn lint(runbook: &Runbook, known: &Known, found: &mut Vec<Diagnostic>) {
    let mut names = Names::new(runbook, known);
    let all: Vec<(&Step, Vec<Bindings<'_>>)> = runbook
        .steps
        .iter()
        .map(|step| (step, Bindings::of(step)))
        .collect();
    for (i, (step, bindings)) in all.iter().enumerate() {
        for current in bindings {
            let uses = Uses::of(runbook, current.fence);
            for used in &uses.names {
                if !names.is_known(step, bindings, current, used) {
                    found.push(names.missing(step, current.fence, &all[i..], used));
                }
            }
            for (name, span) in uses.secrets {
                if !known.secrets.contains(&name) {
                    found.push(unknown_secret(runbook, known, &name, span));
                }
            }
            columns::lint(runbook, step, &uses.entries, found);
            found.extend(uses.problems);
        }
        names.leave(step, bindings);
    }
}

/// Which names have a value at a point of the runbook.
struct Names<'a> {
    runbook: &'a Runbook,
    lab: bool,
    /// Variables, and names bound by looks of earlier steps.
    lasting: BTreeSet<&'a str>,
    /// Names bound only by an effect of an earlier step.
    fleeting: BTreeMap<&'a str, &'a Step>,
}

impl<'a> Names<'a> {
    fn new(runbook: &'a Runbook, known: &'a Known) -> Self {
        let mut lasting: BTreeSet<&str> = known.variables.iter().map(String::as_str).collect();
        lasting.extend(
            runbook
                .meta
                .vars
                .iter()
                .map(|(name, _)| name.value.as_str()),
        );
        lasting.insert("target");
        Self {
            runbook,
            lab: known.lab,
            lasting,
            fleeting: BTreeMap::new(),
        }
    }

    fn is_known(
        &self,
        step: &Step,
        bindings: &[Bindings<'_>],
        current: &Bindings<'_>,
        used: &Use,
    ) -> bool {
        let name = used.name.as_str();
        let rows = || {
            step.fences
                .iter()
                .filter_map(|fence| fence.attributes.each.as_ref())
        };
        self.lasting.contains(name)
            || used.after && current.binds(name)
            || bindings
                .iter()
                .any(|b| b.binds(name) && is_before(b.fence, current.fence))
            || rows().any(|row| row.value == name)
    }

    fn leave(&mut self, step: &'a Step, bindings: &[Bindings<'a>]) {
        for Bindings { fence, names } in bindings {
            for &name in names {
                if matches!(fence.role, Role::Read | Role::SkipIf | Role::Check) {
                    self.lasting.insert(name);
                } else {
                    self.fleeting.insert(name, step);
                }
            }
        }
    }

    /// Why a name has no value. `later`: this step and those after it.
    fn missing(
        &self,
        step: &Step,
        fence: &Fence,
        later: &[(&Step, Vec<Bindings<'_>>)],
        used: &Use,
    ) -> Diagnostic {
        let (source, name, span) = (&self.runbook.source, used.name.as_str(), used.span);
        let own = later.first().map_or(&[][..], |(_, bindings)| bindings);
        let bound_by = |role| {
            own.iter()
                .find(|b| b.fence.role == role && b.binds(name))
                .map(|b| b.fence)
        };
        if let (Role::Check, Some(run)) = (fence.role, bound_by(Role::Run)) {
            return Diagnostic::warning(
                "check-needs-run",
                source,
                span,
                format!("`{name}` is known only after this step's `run`"),
            )
            .label("so the step is never found already done")
            .also(role_span(self.runbook, run), "bound here")
            .help("look the thing up by name, in a `read` or in this check");
        }
        if let (Role::Run, Some(check)) = (fence.role, bound_by(Role::Check)) {
            return Diagnostic::error(
                "bound-too-late",
                source,
                span,
                format!("`{name}` is bound by a check, which need not hold before the effect"),
            )
            .also(role_span(self.runbook, check), "bound here")
            .help("bind it in a `read`");
        }
        if let Some(other) = self.fleeting.get(name) {
            return Diagnostic::error(
                "bound-by-effect",
                source,
                span,
                format!(
                    "`{name}` has no value when the step `{}` is already done",
                    other.id
                ),
            )
            .also(other.span, "only the effect of this step binds it")
            .help("bind it in a `read` or a `check` there: these run also when the step is done");
        }
        let undefined = Diagnostic::error(
            "undefined-name",
            source,
            span,
            format!("nothing gives `{name}` a value"),
        );
        if let Some((binder, _)) = later
            .iter()
            .find(|(_, bindings)| bindings.iter().any(|b| b.binds(name)))
        {
            let place = if binder.id == step.id {
                "it is bound later in this step"
            } else {
                "it is bound here"
            };
            return undefined
                .label("not at this point")
                .also(binder.span, place)
                .help("bind it before it is used");
        }
        match wording::did_you_mean(name, self.lasting.iter().copied()) {
            Some(near) => undefined.help(format!("did you mean `{near}`?")),
            None => {
                let inventory = match self.lab {
                    false => "the inventory",
                    true => "an inventory (`-i FILE`: none is named)",
                };
                undefined.help(format!(
                    "declare it under `vars:` in the front matter or in {inventory}, or bind it \
                     with `capture={name}`"
                ))
            }
        }
    }
}

/// Whether what `other` binds has a value when the turn of `fence`, of the same step, comes.
fn is_before(other: &Fence, fence: &Fence) -> bool {
    let earlier = other.span.start < fence.span.start;
    match (fence.role, other.role) {
        // It takes back what has happened, so all of the step's names are known by then; undo
        // fences go in reverse.
        (Role::Undo, Role::Undo) => !earlier && other.span != fence.span,
        (Role::Undo, _) => true,
        (Role::Check, Role::Run) => fence.attributes.after_undo,
        // The check before the effect may fail at any line, so its names are not sure.
        (Role::Run, Role::Check) => false,
        (role, other_role) if role == other_role => earlier,
        (role, other_role) => other_role < role,
    }
}

fn unknown_secret(runbook: &Runbook, known: &Known, name: &str, span: Span) -> Diagnostic {
    let near = wording::did_you_mean(name, known.secrets.iter().map(String::as_str));
    Diagnostic::error(
        "unknown-secret",
        &runbook.source,
        span,
        format!("the inventory has no secret `{name}`"),
    )
    .help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "say where it comes from under `secrets:` in the inventory".to_owned(),
    })
}
