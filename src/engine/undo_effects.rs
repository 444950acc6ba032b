//! Sending what takes a step back.

use super::EngineError;
use super::step::{Left, Need, StepRun};
use crate::event::{Outcome, Verdict};
use crate::journal::EffectRecord;
use crate::plan::PlannedFence;
use crate::runbook::OnUnknown;

/// How far an undo came.
pub(super) struct SentUndo<'e> {
    /// What its device takes back again unless it is confirmed.
    pub(super) armed: Vec<&'e PlannedFence>,
    /// What the first target that did not say yes said, or that it said nothing.
    pub(super) refusal: Option<String>,
    /// Nothing was left unsent.
    pub(super) is_whole: bool,
}

impl<'e> StepRun<'e, '_> {
    /// Sends a step's undo, its last fence first, except for what arrived before. The inner error
    /// is how the step is left where it ends before that.
    pub(super) async fn send_undo(&self) -> Result<Result<SentUndo<'e>, Left>, EngineError> {
        let lane = self.lane;
        let fences = self.step.undo().into_iter();
        let parts =
            fences.flat_map(|fence| fence.targets(lane).into_iter().map(move |t| (fence, t)));
        let is_open = |(fence, target): &(&PlannedFence, String)| {
            fence.options.revert.is_some() || !self.arrived(fence.index, target, true)
        };
        let open: Vec<(&'e PlannedFence, String)> = parts.filter(is_open).collect();
        if open.iter().any(|(fence, _)| fence.attributes.approve) {
            match self.approval("may it be taken back?", &open).await? {
                Some(true) => {}
                Some(false) => {
                    let reason = "its undo was not approved".to_owned();
                    return self.close(Verdict::Stuck, Some(reason)).map(Err);
                }
                None => return Ok(Err(self.unanswered(Need::Approval))),
            }
        }

        self.has_names_of_what_arrived(true);
        let mut sent = SentUndo {
            armed: Vec::new(),
            refusal: None,
            is_whole: true,
        };
        let mut refused: Vec<(&PlannedFence, String)> = Vec::new();
        let mut open = open.into_iter().peekable();
        while let Some((fence, target)) = open.next() {
            // What follows a refused call of its fence counts on it.
            if refused
                .iter()
                .any(|(call, by)| *by == target && call.is_of_fence(fence))
            {
                sent.is_whole = false;
                continue;
            }
            if self.engine.interrupt.is_asked() {
                return Ok(Err(Left::Interrupted));
            }
            if let Some(left) = self.may_not_repeat(fence, &target).await? {
                return Ok(Err(left));
            }
            let earlier = self.earlier_undos(fence, &target);
            let last = earlier.iter().map(|undo| undo.attempt).max();
            let attempt = last.unwrap_or(0).saturating_add(1);
            let ended = self.effect(fence, &target, true, attempt).await?;
            if fence.options.revert.is_some() {
                sent.armed.push(fence);
            }
            match ended.outcome {
                Outcome::Ok => {}
                // What was never done can't be undone: what is left decides.
                Outcome::Error => {
                    sent.refusal = sent.refusal.or(ended.reason);
                    if ended.is_refused {
                        refused.push((fence, target));
                    }
                }
                Outcome::Unknown if self.engine.interrupt.is_asked() => {
                    return Ok(Err(Left::Interrupted));
                }
                Outcome::Unknown => {
                    sent.refusal = sent.refusal.or(ended.reason);
                    sent.is_whole = open.peek().is_none();
                    break;
                }
            }
        }
        Ok(Ok(sent))
    }

    /// How the step is left if a part of its undo was sent before, must not be sent twice, and
    /// nobody wants it all the same.
    async fn may_not_repeat(
        &self,
        fence: &PlannedFence,
        target: &str,
    ) -> Result<Option<Left>, EngineError> {
        let earlier = self.earlier_undos(fence, target);
        if !fence.attributes.once || !earlier.iter().any(|undo| undo.sent) {
            return Ok(None);
        }
        let found = format!(
            "its undo was sent to `{target}` before and may not have arrived; it must not be \
             repeated (`once`)"
        );
        let declared = fence.attributes.on_unknown.unwrap_or_default();
        let choices = [OnUnknown::Fail, OnUnknown::Rerun];
        match self.choose(declared, &found, &choices).await? {
            None => Ok(Some(self.unanswered(Need::Decision))),
            Some(OnUnknown::Rerun) => Ok(None),
            Some(_) => self.close(Verdict::Stuck, Some(found)).map(Some),
        }
    }

    /// The tries of a part of the step's undo, also those of the run that is taken back.
    fn earlier_undos(&self, fence: &PlannedFence, target: &str) -> Vec<EffectRecord> {
        let done = self.engine.done.borrow();
        let recorder = self.engine.recorder.borrow();
        let records = [&*done, &recorder.history().steps].map(|steps| steps.get(&self.place));
        let tries = records
            .into_iter()
            .flatten()
            .flat_map(|record| &record.undos);
        let same = tries.filter(|undo| undo.fence == fence.index && undo.target == target);
        same.cloned().collect()
    }
}
