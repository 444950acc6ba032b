use std::collections::BTreeSet;

use super::{Lane, Plan, PlannedStep};
use crate::event::Selection;
use crate::runbook::Role;
use crate::text::wording::{did_you_mean, list, quoted, which_of};

/// Leaves out what is not selected, and notes it as a deviation.
///
/// # Errors
/// A step that the plan doesn't have, or a target that no step of it is for.
pub fn select(mut plan: Plan, selection: &Selection) -> Result<Plan, String> {
    let alone = plan.runbooks.len() == selection.only.len();
    for (runbook, steps) in &selection.only {
        for step in steps {
            known(&plan, Some(runbook), step)?;
        }
        retain(&mut plan, |of, step| of != runbook || steps.contains(step));
        let names = list(&quoted(steps.iter().map(String::as_str)), "and");
        let noun = if steps.len() == 1 { "step" } else { "steps" };
        plan.deviations.push(if alone && selection.only.len() == 1 {
            format!("only the {noun} {names}")
        } else {
            format!("only the {noun} {names} of `{runbook}`")
        });
    }
    for step in [&selection.from, &selection.until].into_iter().flatten() {
        known(&plan, None, step)?;
    }
    if let Some(from) = &selection.from {
        let mut reached = false;
        retain(&mut plan, |_, step| {
            reached |= step == from;
            reached
        });
        plan.deviations.push(format!("from the step `{from}` on"));
    }
    if let Some(until) = &selection.until {
        if let (Err(_), Some(from)) = (known(&plan, None, until), &selection.from) {
            return Err(format!("the step `{until}` comes before `{from}`"));
        }
        let mut passed = false;
        retain(&mut plan, |_, step| {
            let keep = !passed;
            passed |= step == until;
            keep
        });
        plan.deviations.push(format!("until the step `{until}`"));
    }
    if !selection.limit.is_empty() {
        for target in &selection.limit {
            is_used(&plan, target)?;
        }
        for runbook in &mut plan.runbooks {
            for step in &mut runbook.steps {
                let lanes = std::mem::take(&mut step.lanes);
                let is_within = |lane: &Lane| {
                    let mut targets = targets(step, lane);
                    targets.any(|target| selection.limit.contains(&target))
                };
                step.lanes = lanes.into_iter().filter(is_within).collect();
            }
            runbook.steps.retain(|step| !step.lanes.is_empty());
        }
        plan.runbooks.retain(|runbook| !runbook.steps.is_empty());
        plan.deviations
            .push(format!("limited to {}", selection.limit.join(", ")));
    }
    plan.selection = selection.clone();
    Ok(plan)
}

fn retain(plan: &mut Plan, mut keep: impl FnMut(&str, &str) -> bool) {
    for runbook in &mut plan.runbooks {
        let name = runbook.name.clone();
        runbook.steps.retain(|step| keep(&name, &step.id));
    }
    plan.runbooks.retain(|runbook| !runbook.steps.is_empty());
}

/// Whom a lane of a step is for: whom it changes or, where it changes nothing, asks.
fn targets<'a>(step: &'a PlannedStep, lane: &'a Lane) -> impl Iterator<Item = String> + 'a {
    let changes = step.fences(Role::Run).next().is_some();
    let fences = step.fences.iter();
    fences
        .filter(move |fence| !changes || fence.role == Role::Run)
        .flat_map(|fence| fence.targets(lane))
}

fn is_used(plan: &Plan, wanted: &str) -> Result<(), String> {
    let steps = plan.runbooks.iter().flat_map(|runbook| &runbook.steps);
    let used: BTreeSet<String> = steps
        .flat_map(|step| step.lanes.iter().flat_map(|lane| targets(step, lane)))
        .collect();
    if used.contains(wanted) {
        return Ok(());
    }
    Err(
        match did_you_mean(wanted, used.iter().map(String::as_str)) {
            Some(near) => format!("no step is for `{wanted}`; did you mean `{near}`?"),
            None => format!("no step is for `{wanted}`, so there is nothing to limit to it"),
        },
    )
}

/// Whether the plan, or one runbook of it, has a step.
fn known(plan: &Plan, of: Option<&str>, wanted: &str) -> Result<(), String> {
    let ids = || {
        let runbooks = plan.runbooks.iter();
        runbooks
            .filter(|runbook| of.is_none_or(|of| runbook.name == of))
            .flat_map(|runbook| runbook.steps.iter().map(|step| step.id.as_str()))
    };
    if ids().any(|id| id == wanted) {
        return Ok(());
    }
    Err(match which_of(wanted, "step", ids()) {
        Some(which) => format!("there is no step `{wanted}`; {which}"),
        None => format!("there is no step `{wanted}`"),
    })
}
