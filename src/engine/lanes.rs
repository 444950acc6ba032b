use std::cell::Cell;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::step::{Left, StepRun};
use super::{Engine, EngineError};
use crate::event::Verdict;
use crate::plan::{Lane, PlannedRunbook, PlannedStep};

impl Engine<'_> {
    /// Runs a step on all of its lanes: those of a group at once, at most `serial=` of them, the
    /// rows of a table one after the other. A lane that can't go on keeps those that have not
    /// begun from beginning. Returns how the worst of them was left.
    pub(crate) async fn lanes<'p>(
        &self,
        runbook: &PlannedRunbook,
        step: &'p PlannedStep,
    ) -> Result<(&'p Lane, Left), EngineError> {
        let halted = &Cell::new(false);
        let lanes = step.lanes.iter().map(|lane| async move {
            let run = StepRun::new(self, runbook, step, lane);
            if halted.get() && run.has_not_begun() {
                return Ok::<_, EngineError>(None);
            }
            let left = run.go_on().await?;
            halted.set(halted.get() || severity(left) > 0);
            Ok(Some((lane, left)))
        });
        let ends: Vec<Option<(&Lane, Left)>> = stream::iter(lanes)
            .buffer_unordered(step.width())
            .try_collect()
            .await?;
        let worst = ends.into_iter().flatten().rev();
        let worst = worst.max_by_key(|(_, left)| severity(*left));
        Ok(worst.unwrap_or((&Lane::SINGLE, Left::Closed(Verdict::Passed))))
    }
}

/// What decides about the run where lanes were left in different ways. What only a person can
/// know comes first: nothing more may be sent, not even to take things back.
fn severity(left: Left) -> u8 {
    match left {
        Left::Closed(verdict) if verdict.is_good() => 0,
        Left::Interrupted => 1,
        Left::Closed(Verdict::Failed) => 3,
        Left::Closed(_) => 2,
        Left::NeedsPerson(_) => 4,
    }
}
