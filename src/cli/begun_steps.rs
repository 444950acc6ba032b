use super::Exit;
use crate::journal::{History, Status, StepRecord};
use crate::plan::{Lane, Plan, PlannedStep};
use crate::runbook::Role;

/// What was begun can neither be ended nor taken back by a text that does not have it.
pub(crate) fn still_there(history: &History, plan: &Plan) -> Result<(), Exit> {
    let order = history.order.iter();
    let mut begun = order.filter(|place| !history.status(place).is_taken_back());
    let Some(gone) = begun.find(|place| !plan.has(place)) else {
        return Ok(());
    };
    complain!(
        "error: the run has begun `{gone}`, which the runbook no longer has; nothing was sent\n\
         help: put the step back: what it did is taken back by its own undo"
    );
    Err(Exit::Stuck)
}

/// What a run did is on record by the numbers of its fences, so those that were sent or looked at
/// must still be what they were; and what a person agreed to is what is sent.
pub(crate) fn still_as_sent(history: &History, then: &Plan, now: &Plan) -> Result<(), Exit> {
    for (place, record) in &history.steps {
        if record.status.is_taken_back() || record.effects.is_empty() {
            continue;
        }
        let (Some((_, then, lane)), Some((_, now, lane_now))) = (then.find(place), now.find(place))
        else {
            continue;
        };
        let row = (!same_row(lane, lane_now)).then_some("its row in the table");
        if let Some(what) = row.or_else(|| changed(record, then, now)) {
            complain!(
                "error: the run has begun `{place}`, and the edit changes {what}; nothing was sent\n\
                 help: put that back; what is added belongs behind it, or in a step of its own"
            );
            return Err(Exit::Stuck);
        }
    }
    Ok(())
}

/// Whether what a step knows of its row is what it knew. A column that is added is nothing that was
/// sent.
fn same_row(then: &Lane, now: &Lane) -> bool {
    match (&then.row, &now.row) {
        (Some((name, then)), Some((name_now, now))) => {
            let mut cells = then.as_object().into_iter().flatten();
            name == name_now && cells.all(|(column, cell)| now.get(column) == Some(cell))
        }
        (then, now) => then == now,
    }
}

fn changed(record: &StepRecord, then: &PlannedStep, now: &PlannedStep) -> Option<&'static str> {
    let fence = |step: &PlannedStep, index: usize| {
        let fence = step.fences.iter().find(|fence| fence.index == index)?;
        Some((fence.role, fence.template.source()))
    };
    let is_same = |index: usize| fence(then, index) == fence(now, index);
    // A check may be mended where it stands.
    let has_moved = |index: usize| {
        let was = fence(then, index);
        let mut others = now.fences.iter().filter(|fence| fence.index != index);
        !is_same(index) && others.any(|other| fence(now, other.index) == was)
    };
    let is_open = !matches!(record.status, Status::Closed(_));
    if then.approve && is_open && !then.fences(Role::Run).all(|fence| is_same(fence.index)) {
        return Some("what was approved");
    }
    let sent = record.effects.iter().chain(&record.undos);
    if !sent.map(|effect| effect.fence).all(is_same) {
        return Some("an effect that was sent, or where it stands in the step");
    }
    let mut seen = record.before.keys();
    let moved = seen.any(|(fence, _)| has_moved(*fence));
    moved.then_some("where a check stands in the step that was made before its effect")
}
