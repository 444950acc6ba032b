use super::EngineError;
use super::look::Holding;
use super::step::{Left, Need, StepRun};
use super::undo_effects::SentUndo;
use crate::event::{Outcome, Phase, Verdict};
use crate::journal::Status;
use crate::plan::PlannedFence;
use crate::runbook::Role;

impl StepRun<'_, '_> {
    /// Takes this step back and checks that. Ends `undone` or `stuck`; both are final.
    pub(crate) async fn take_back(&self) -> Result<Left, EngineError> {
        let step = self.step;
        self.has_its_names();
        if let Some(reason) = step.irreversible() {
            return self.kept(reason).await;
        }
        if let Some(reason) = &step.undo_none {
            let reason = format!("nothing to take back: {reason}");
            return self.close(Verdict::Undone, Some(reason));
        }
        // An undo that was begun may hold only as long as its timer runs.
        let is_begun = matches!(self.status(), Status::UndoActed(_));
        if !is_begun
            && self.may_be_back_already()
            && step.undo_checks().next().is_some()
            && let Holding::Holds = self.look_once(step.undo_checks(), Phase::Undone).await?
        {
            return self.close(Verdict::Undone, Some("nothing was left to undo".to_owned()));
        }

        if self.lacks_hands(step.fences(Role::Undo).chain(step.undo_checks())) {
            return Ok(Left::NeedsPerson(Need::Hands));
        }

        if is_begun && let Some(left) = self.take_up_undo().await? {
            return Ok(left);
        }

        let sent = match self.send_undo().await? {
            Ok(sent) => sent,
            Err(left) => return Ok(left),
        };
        // What was refused may have half happened, and its undo too.
        if let Some(refusal) = &sent.refusal
            && !self.can_vouch()
        {
            return self.vouched_for(&sent, refusal).await;
        }
        let undone = self.is_undone().await?;
        self.close_undo(undone, &sent.armed, sent.refusal).await
    }

    /// What can't be taken back stays, if somebody agrees.
    async fn kept(&self, reason: &str) -> Result<Left, EngineError> {
        let found = format!("it can't be taken back: {reason}");
        match self
            .confirmed(&found, "keep it, and take back the others?")
            .await?
        {
            Some(true) => self.close(Verdict::Kept, Some(reason.to_owned())),
            None if self.engine.interrupt.is_asked() => Ok(Left::Interrupted),
            _ => self.close(Verdict::Stuck, Some(found)),
        }
    }

    /// An undo in whose middle the run ended: what was sent may be all of it. `None`: it is not,
    /// and is to be sent.
    async fn take_up_undo(&self) -> Result<Option<Left>, EngineError> {
        let fences = self.step.fences(Role::Undo);
        let armed = fences.filter(|fence| fence.options.revert.is_some());
        let armed: Vec<&PlannedFence> = armed.collect();
        if self.can_vouch() {
            let undone = self.is_undone().await?;
            if !matches!(undone, Holding::DoesNotHold(_)) {
                return self.close_undo(undone, &armed, None).await.map(Some);
            }
        }
        // A timer that still runs would take back what is sent now, or not let it be sent.
        self.outlast(&armed).await?;
        Ok(None)
    }

    /// An undo of which nothing can tell what it left: a person may know.
    async fn vouched_for(&self, sent: &SentUndo<'_>, refusal: &str) -> Result<Left, EngineError> {
        let why = match sent.is_whole {
            true => "nothing can tell what is left of it; a `check after=undo` could",
            false => "the rest of its undo was not sent",
        };
        let reason = format!("{refusal}\n{why}");
        let answer = match sent.is_whole {
            true => self.confirmed(&reason, "is all of it taken back?").await?,
            false => None,
        };
        match answer {
            None if self.engine.interrupt.is_asked() => Ok(Left::Interrupted),
            Some(true) => self.close_undo(Holding::Holds, &sent.armed, None).await,
            _ => {
                let _ = self.settle_fences(&sent.armed, false).await?;
                self.close(Verdict::Stuck, Some(reason))
            }
        }
    }

    async fn close_undo(
        &self,
        undone: Holding,
        armed: &[&PlannedFence],
        refusal: Option<String>,
    ) -> Result<Left, EngineError> {
        if matches!(undone, Holding::CantTell(_)) && self.engine.interrupt.is_asked() {
            return Ok(Left::Interrupted);
        }
        let settled = self
            .settle_fences(armed, matches!(undone, Holding::Holds))
            .await?;
        let reason = match (undone, settled) {
            (Holding::Holds, Ok(())) => return self.close(Verdict::Undone, self.unseen()),
            (Holding::Holds, Err(reason)) => return self.settle_undo_later(armed, reason).await,
            (Holding::CantTell(reason), _) => reason,
            (Holding::DoesNotHold(misses), _) => misses.join("\n"),
        };
        let reason = match refusal {
            Some(refusal) => format!("{refusal}\n{reason}"),
            None => reason,
        };
        self.close(Verdict::Stuck, Some(reason))
    }

    /// Why nobody has seen that a step is taken back whose undo was accepted.
    fn unseen(&self) -> Option<String> {
        let step = self.step;
        if step.undo_checks().next().is_some() {
            return None;
        }
        let why = match step.checks().next() {
            None => "it has no check",
            Some(_) if !self.has_held() => "its check did not hold before",
            Some(_) => return None,
        };
        Some(format!("only the answer to its undo says so: {why}"))
    }

    /// An undo that holds and whose timer would not be confirmed: it may run still, or a run that
    /// ended right after it had confirmed does not know that.
    async fn settle_undo_later(
        &self,
        armed: &[&PlannedFence],
        refusal: String,
    ) -> Result<Left, EngineError> {
        self.outlast(armed).await?;
        match self.is_undone().await? {
            Holding::Holds => {
                let reason = "no timer was left to confirm, and it is taken back";
                self.close(Verdict::Undone, Some(reason.to_owned()))
            }
            Holding::CantTell(_) if self.engine.interrupt.is_asked() => Ok(Left::Interrupted),
            _ => self.close(Verdict::Stuck, Some(refusal)),
        }
    }

    /// Whether there may be nothing to take back: each effect was not sent, or refused as a whole, or
    /// is under a timer, so that its device may have taken it back by itself. What was taken without
    /// a timer, or may have half happened, is always undone, because a check need not see all that
    /// is left of it.
    fn may_be_back_already(&self) -> bool {
        let recorder = self.engine.recorder.borrow();
        let Some(record) = recorder
            .history()
            .steps
            .get(&self.place)
            .filter(|record| record.has_intent())
        else {
            return false;
        };
        record.effects.iter().all(|effect| {
            let is_refused =
                effect.outcome == Some(Outcome::Error) && self.is_one_call(effect.fence);
            is_refused || !effect.sent || self.armed().any(|fence| fence.index == effect.fence)
        })
    }

    fn is_one_call(&self, fence: usize) -> bool {
        let mut runs = self.step.fences(Role::Run);
        runs.any(|run| run.index == fence && run.lang.is_one_call())
    }

    /// Whether anything can tell what is left of the step, however its undo was answered. Without
    /// a check for that, one undone part can't speak for the others, and the check of a step that
    /// failed for nothing: it never held.
    fn can_vouch(&self) -> bool {
        let step = self.step;
        let parts = step.fences(Role::Undo).flat_map(|f| f.targets(self.lane));
        let is_alone = parts.count() == 1 && step.checks().next().is_some() && self.has_held();
        is_alone || step.undo_checks().next().is_some()
    }

    pub(super) fn has_held(&self) -> bool {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place);
        record.is_some_and(|record| record.held)
    }

    /// Whether the step is taken back: by its own word for that, or because its check no
    /// longer holds.
    async fn is_undone(&self) -> Result<Holding, EngineError> {
        let step = self.step;
        if step.undo_checks().next().is_some() {
            let undone = self.look_until(step.undo_checks(), Phase::Undone).await?;
            // What it left may be told by what it was to make.
            if matches!(undone, Holding::CantTell(_))
                && self.has_held()
                && let Holding::Holds = self.look_once(step.checks(), Phase::Undone).await?
            {
                return Ok(opposite(Holding::Holds));
            }
            return Ok(undone);
        }
        if step.checks().next().is_none() {
            return Ok(Holding::Holds);
        }
        // Those of a step that failed never held together: that one of them does tells nothing.
        if !self.has_held() {
            return Ok(opposite(
                self.look_once(step.checks(), Phase::Undone).await?,
            ));
        }
        let mut all = Holding::Holds;
        for fence in step.checks() {
            for target in fence.targets(self.lane) {
                let now = self.look(fence, &target, Phase::Undone, 1).await?;
                // What the effect made so is not so any more; of others nobody knows whose they are.
                if matches!(now, Holding::Holds)
                    && self.held_before(fence.index, &target) == Some(false)
                {
                    return Ok(opposite(Holding::Holds));
                }
                all = all.and(now);
            }
        }
        Ok(opposite(all))
    }

    /// Whether a look held before the effect; `None`: it was not made.
    pub(super) fn held_before(&self, fence: usize, target: &str) -> Option<bool> {
        let seen = (fence, target.to_owned());
        let done = self.engine.done.borrow();
        let recorder = self.engine.recorder.borrow();
        let own = &recorder.history().steps;
        // An undo looks before it begins, too, and that is after the effect.
        let steps = if done.is_empty() { own } else { &done };
        steps.get(&self.place)?.before.get(&seen).copied()
    }
}

/// Whether a step is undone, as its check says.
fn opposite(check: Holding) -> Holding {
    match check {
        Holding::DoesNotHold(_) => Holding::Holds,
        Holding::Holds => Holding::DoesNotHold(vec!["its check still holds".to_owned()]),
        cant_tell => cant_tell,
    }
}
