use serde::{Deserialize, Serialize};

use crate::event::Place;
use crate::runbook::{Fence, OnFailure, Role, Runbook, Step};

/// A check of a step: a part of the test plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// Index of the fence in its step, as looks name it.
    pub fence: usize,
    /// Its language.
    pub lang: String,
    /// The target or group that is asked, as the runbook names it.
    pub on: Option<String>,
    /// For how many seconds it is asked until it holds.
    pub within_s: Option<u64>,
    /// Whether it says that the step was taken back.
    pub after_undo: bool,
}

/// How a step is taken back: a part of the backout plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backout {
    /// In words.
    pub how: String,
    /// What a failure leads to: `undo`, `stop` or `ask`.
    pub on_failure: String,
    /// What takes it back, in the order sent.
    pub undo: Vec<PlannedUndo>,
}

/// A fence that takes a step back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedUndo {
    /// Index of the fence in its step, as effects name it.
    pub fence: usize,
    /// Its language.
    pub lang: String,
    /// The target or group that it is sent to, as the runbook names it.
    pub on: Option<String>,
    /// Seconds after which the device takes it back by itself, unless it is confirmed.
    pub revert_s: Option<u64>,
}

/// What the runbooks say about testing a step and taking it back. `on_failure`: what was said
/// where the run was begun.
pub(super) fn written(
    place: &Place,
    runbooks: &[Runbook],
    on_failure: Option<&str>,
) -> (Vec<PlannedCheck>, Backout) {
    let runbook = runbooks.iter().find(|r| r.name == place.runbook);
    let step = runbook.and_then(|r| r.steps.iter().find(|step| step.id == place.step));
    let of_runbook = runbook.and_then(|r| r.meta.on_failure).unwrap_or_default();
    let mut backout = Backout {
        how: "the runbook does not say".to_owned(),
        on_failure: on_failure
            .unwrap_or_else(|| OnFailure::word(of_runbook))
            .to_owned(),
        undo: Vec::new(),
    };
    let (Some(runbook), Some(step)) = (runbook, step) else {
        return (Vec::new(), backout);
    };
    let on = |fence: &Fence| {
        let on = fence.attributes.on.as_ref().or(runbook.meta.on.as_ref());
        on.map(|on| on.value.clone())
    };
    backout.how = how(step);
    backout.undo = of_role(step, Role::Undo)
        .rev()
        .map(|(index, fence)| PlannedUndo {
            fence: index,
            lang: fence.lang.word().to_owned(),
            on: on(fence),
            revert_s: fence.attributes.revert.map(|after| after.as_secs()),
        })
        .collect();
    let checks = of_role(step, Role::Check).map(|(index, fence)| PlannedCheck {
        fence: index,
        lang: fence.lang.word().to_owned(),
        on: on(fence),
        within_s: fence.attributes.within.map(|within| within.as_secs()),
        after_undo: fence.attributes.after_undo,
    });
    (checks.collect(), backout)
}

/// A step's fences of a role, each with its index.
fn of_role(step: &Step, role: Role) -> impl DoubleEndedIterator<Item = (usize, &Fence)> {
    let all = step.fences.iter().enumerate();
    all.filter(move |(_, fence)| fence.role == role)
}

/// How a step is taken back, in words.
fn how(step: &Step) -> String {
    let reason = step
        .fences(Role::Run)
        .find_map(|fence| fence.attributes.undo_none.as_ref());
    match (step.fences(Role::Undo).count(), reason) {
        (_, Some(reason)) => format!("none: {}", reason.value),
        (0, None) if step.fences(Role::Run).next().is_none() => "nothing to take back".to_owned(),
        (0, None) => "none".to_owned(),
        (_, None) => "`undo` in the plan".to_owned(),
    }
}
