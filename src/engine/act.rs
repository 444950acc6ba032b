//! A step's effects, and what is made of how they ended.

use std::time::Duration;

use super::EngineError;
use super::effect::Ended;
use super::look::Holding;
use super::step::{Left, Need, StepRun};
use crate::event::{Outcome, Phase, Verdict};
use crate::plan::PlannedFence;
use crate::runbook::{OnUnknown, Role};

/// How long an effect of unknown outcome is given to end by itself.
const SETTLE: Duration = Duration::from_secs(5);
/// How often a step is sent that may be sent again without asking.
const ATTEMPTS: u32 = 3;

/// How far a step's effects came.
enum Acted {
    /// All were sent; its checks say this.
    Looked(Holding),
    /// One was refused.
    Refused(Ended),
    /// Nobody knows what became of one.
    Unknown(Ended),
    /// A person wants the run to end.
    Interrupted,
}

impl StepRun<'_, '_> {
    /// Sends the step's effects while its probes watch, and gives the verdict.
    pub(crate) async fn act(&self, attempt: u32) -> Result<Left, EngineError> {
        self.send_all(self.unsent(), attempt, Verdict::Passed).await
    }

    async fn send_all(
        &self,
        effects: Vec<(&PlannedFence, String)>,
        attempt: u32,
        good: Verdict,
    ) -> Result<Left, EngineError> {
        if self.lacks_hands(effects.iter().map(|(fence, _)| *fence)) {
            return Ok(Left::NeedsPerson(Need::Hands));
        }
        let watches = self.watches();
        let work = self.apply(effects, attempt);
        let acted = self.watched(&watches, work).await?;
        let steady = self.tell(&watches)?;
        match acted {
            Acted::Looked(holding) => self.conclude(holding.and(steady), good, None).await,
            Acted::Refused(ended) => self.fail_after_error(ended).await,
            Acted::Unknown(ended) => Box::pin(self.reconcile(ended, attempt)).await,
            // Between two effects; a step that sent nothing yet is as if never begun.
            Acted::Interrupted => Ok(Left::Interrupted),
        }
    }

    /// Sends effects one after the other, and looks at what the step led to.
    async fn apply(
        &self,
        effects: Vec<(&PlannedFence, String)>,
        attempt: u32,
    ) -> Result<Acted, EngineError> {
        self.has_names_of_what_arrived(false);
        for (fence, target) in effects {
            // A shell that fences share ends with this process, and what they prepared there.
            if self.engine.interrupt.is_asked() && !self.goes_on_in_shell(fence, &target) {
                return Ok(Acted::Interrupted);
            }
            let ended = self.effect(fence, &target, false, attempt).await?;
            match ended.outcome {
                Outcome::Ok => {}
                Outcome::Error => return Ok(Acted::Refused(ended)),
                Outcome::Unknown => return Ok(Acted::Unknown(ended)),
            }
        }
        let holding = self.look_until(self.step.checks(), Phase::After).await?;
        Ok(Acted::Looked(holding))
    }

    /// The verdict after the effects went out; settles what is under a timer.
    pub(crate) async fn conclude(
        &self,
        holding: Holding,
        good: Verdict,
        note: Option<String>,
    ) -> Result<Left, EngineError> {
        match holding {
            Holding::Holds => match self.settle(true).await? {
                Ok(()) => self.close(good, note),
                Err(reason) => {
                    // The timer may still run, and nothing can be said before it is settled. It
                    // may also have been settled before: a run that ended right after it had
                    // confirmed does not know that.
                    self.await_revert().await?;
                    match self.look_once(self.step.checks(), Phase::After).await? {
                        Holding::Holds => {
                            let reason = "no timer was left to confirm, and its check holds";
                            self.close(good, Some(reason.to_owned()))
                        }
                        Holding::CantTell(_) if self.engine.interrupt.is_asked() => {
                            Ok(Left::Interrupted)
                        }
                        _ => self.close(Verdict::Failed, Some(reason)),
                    }
                }
            },
            Holding::DoesNotHold(misses) => {
                let _ = self.settle(false).await?;
                self.close(Verdict::Failed, Some(misses.join("\n")))
            }
            // The check is made when the run is taken up again.
            Holding::CantTell(_) if self.engine.interrupt.is_asked() => Ok(Left::Interrupted),
            Holding::CantTell(reason) => {
                self.await_revert().await?;
                self.close(Verdict::Failed, Some(reason))
            }
        }
    }

    /// An effect that the target refused. One look for evidence, whatever it says.
    pub(crate) async fn fail_after_error(&self, ended: Ended) -> Result<Left, EngineError> {
        self.look_once(self.step.checks(), Phase::After).await?;
        // Where nothing of this step is armed, a timer that runs is somebody else's.
        if self.has_intent() {
            let _ = self.settle(false).await?;
        }
        self.close(Verdict::Failed, ended.reason)
    }

    /// Nobody knows what arrived. Never send first: wait, look, and only then decide.
    pub(crate) async fn reconcile(&self, ended: Ended, attempt: u32) -> Result<Left, EngineError> {
        let found = ended.reason.unwrap_or_default();
        if self.engine.interrupt.is_asked() {
            return Ok(Left::Interrupted);
        }
        if !self.engine.interrupt.have_patience(SETTLE).await {
            return Ok(Left::Interrupted);
        }
        let mut holding = self.look_until(self.step.checks(), Phase::After).await?;
        if !matches!(holding, Holding::Holds) && self.armed().next().is_some() {
            self.await_revert().await?;
            holding = self.look_once(self.step.checks(), Phase::After).await?;
        }
        let once = self
            .step
            .fences(Role::Run)
            .any(|fence| fence.attributes.once);
        match holding {
            Holding::Holds if self.step.drill => {
                let found = match self.step.checks().next() {
                    None => format!("{found}, and it has no check"),
                    Some(_) => format!("{found}; its check holds, but that of a drill may always"),
                };
                self.decide(&found, attempt).await
            }
            Holding::Holds => self.reconciled(attempt).await,
            Holding::DoesNotHold(_) if !once && !self.reran.replace(true) => {
                self.act(attempt.saturating_add(1)).await
            }
            Holding::DoesNotHold(misses) => {
                let found = format!("{found}; its check does not hold: {}", misses.join("\n"));
                self.decide(&found, attempt).await
            }
            Holding::CantTell(reason) => {
                self.decide(&format!("{found}; its check can't tell: {reason}"), attempt)
                    .await
            }
        }
    }

    /// The effect that nobody knew of arrived, as far as the step's check can see. What was to
    /// follow it was not sent.
    async fn reconciled(&self, attempt: u32) -> Result<Left, EngineError> {
        let rest = self.never_sent();
        let note = self.left_alone(rest.len());
        if rest.is_empty() || note.is_some() {
            let good = Verdict::Reconciled;
            return self.conclude(Holding::Holds, good, note).await;
        }
        self.send_all(rest, attempt, Verdict::Reconciled).await
    }

    /// What the runbook says of the effect that was sent last, should nobody know what became of it.
    pub(super) fn on_unknown(&self) -> Option<OnUnknown> {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place)?;
        let last = record.effects.iter().rfind(|effect| effect.sent)?;
        let mut runs = self.step.fences(Role::Run);
        let fence = runs.find(|fence| fence.index == last.fence)?;
        fence.attributes.on_unknown
    }

    async fn decide(&self, found: &str, attempt: u32) -> Result<Left, EngineError> {
        let declared = match self.on_unknown().unwrap_or_default() {
            OnUnknown::Rerun if attempt >= ATTEMPTS => OnUnknown::Ask,
            declared => declared,
        };
        let choices = [OnUnknown::Undo, OnUnknown::Fail, OnUnknown::Rerun];
        let Some(then) = self.choose(declared, found, &choices).await? else {
            return Ok(self.unanswered(Need::Decision));
        };
        match then {
            OnUnknown::Rerun => self.act(attempt.saturating_add(1)).await,
            OnUnknown::Undo | OnUnknown::Fail | OnUnknown::Ask => {
                self.close(Verdict::Failed, Some(found.to_owned()))
            }
        }
    }
}
