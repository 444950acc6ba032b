use super::Plan;
use crate::text::wording::did_you_mean;

/// Which part of a plan to run. Everything but the default departs from the runbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this step.
    pub step: Option<String>,
    /// Not what is before this step.
    pub from: Option<String>,
    /// Not what is behind this step.
    pub until: Option<String>,
    /// Only these targets' lanes.
    pub limit: Vec<String>,
}

/// Leaves out what is not selected, and notes it as a deviation.
///
/// # Errors
/// A step that the plan doesn't have, or a target that no group of it has: a limit that limits
/// nothing would run everything.
pub fn select(mut plan: Plan, selection: &Selection) -> Result<Plan, String> {
    if let Some(step) = &selection.step {
        known(&plan, step)?;
        retain(&mut plan, |_, is| is == step);
        plan.deviations.push(format!("only the step `{step}`"));
    }
    if let Some(from) = &selection.from {
        known(&plan, from)?;
        let mut reached = false;
        retain(&mut plan, |_, step| {
            reached |= step == from;
            reached
        });
        plan.deviations.push(format!("from the step `{from}` on"));
    }
    if let Some(until) = &selection.until {
        known(&plan, until)?;
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
            has_lane(&plan, target)?;
        }
        for runbook in &mut plan.runbooks {
            for step in &mut runbook.steps {
                step.lanes.retain(|lane| match &lane.target {
                    Some(target) => selection.limit.contains(target),
                    None => true,
                });
            }
        }
        plan.deviations
            .push(format!("limited to {}", selection.limit.join(", ")));
    }
    Ok(plan)
}

fn retain(plan: &mut Plan, mut keep: impl FnMut(&str, &str) -> bool) {
    for runbook in &mut plan.runbooks {
        let name = runbook.name.clone();
        runbook.steps.retain(|step| keep(&name, &step.id));
    }
    plan.runbooks.retain(|runbook| !runbook.steps.is_empty());
}

fn has_lane(plan: &Plan, wanted: &str) -> Result<(), String> {
    let targets = || {
        let steps = plan.runbooks.iter().flat_map(|runbook| &runbook.steps);
        steps.flat_map(|step| step.lanes.iter().filter_map(|lane| lane.target.as_deref()))
    };
    if targets().any(|target| target == wanted) {
        return Ok(());
    }
    Err(match did_you_mean(wanted, targets()) {
        Some(near) => format!("no step's group has `{wanted}`; did you mean `{near}`?"),
        None => format!("no step's group has `{wanted}`, so there is nothing to limit to it"),
    })
}

fn known(plan: &Plan, wanted: &str) -> Result<(), String> {
    let ids = || {
        plan.runbooks
            .iter()
            .flat_map(|r| r.steps.iter().map(|s| s.id.as_str()))
    };
    if ids().any(|id| id == wanted) {
        return Ok(());
    }
    Err(match did_you_mean(wanted, ids()) {
        Some(near) => format!("there is no step `{wanted}`; did you mean `{near}`?"),
        None => format!("there is no step `{wanted}`"),
    })
}
