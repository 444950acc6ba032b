use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::EngineError;
use super::look::Holding;
use super::step::StepRun;
use crate::event::Phase;
use crate::plan::PlannedFence;
use crate::runbook::Role;

/// The pause between two tries of a check that says `within=` but not `every=`.
const DEFAULT_EVERY: Duration = Duration::from_secs(2);
/// Why nobody can tell whether a check would have held.
const CUT_SHORT: &str = "a person stopped the run before its time was up";

impl StepRun<'_, '_> {
    /// Tries every fence once, in order. The first that does not hold decides, and before an effect
    /// the first that can't tell does too.
    pub(crate) async fn look_once<'f>(
        &self,
        fences: impl Iterator<Item = &'f PlannedFence>,
        phase: Phase,
    ) -> Result<Holding, EngineError> {
        let mut all = Holding::Holds;
        for fence in fences {
            for target in fence.targets(self.lane) {
                all = all.and(self.look(fence, &target, phase, 1).await?);
                if all.decides(phase) {
                    return Ok(all);
                }
            }
        }
        Ok(all)
    }

    /// Asks before an effect what its target says to the checks that decide nothing any more, so
    /// that an undo knows which of them it made hold. Elsewhere nobody may be there yet.
    pub(super) async fn look_at_the_rest(&self) -> Result<(), EngineError> {
        let step = self.step;
        let has_undo = step.fences(Role::Undo).next().is_some();
        if !has_undo || step.undo_checks().next().is_some() {
            return Ok(());
        }
        let effects = step.fences(Role::Run);
        let reached: BTreeSet<String> = effects.flat_map(|f| f.targets(self.lane)).collect();
        for fence in step.checks() {
            if self.is_for_a_person(fence) || fence.attributes.refused {
                continue;
            }
            for target in fence.targets(self.lane) {
                if reached.contains(&target) && self.held_before(fence.index, &target).is_none() {
                    self.look(fence, &target, Phase::Before, 1).await?;
                }
            }
        }
        Ok(())
    }

    /// Gives every fence its time to hold (`within=`) and to stay true (`for=`).
    pub(crate) async fn look_until<'f>(
        &self,
        fences: impl Iterator<Item = &'f PlannedFence>,
        phase: Phase,
    ) -> Result<Holding, EngineError> {
        let mut all = Holding::Holds;
        for fence in fences {
            for target in fence.targets(self.lane) {
                all = all.and(self.hold(fence, &target, phase).await?);
                if all.decides(phase) {
                    return Ok(all);
                }
            }
        }
        Ok(all)
    }

    async fn hold(
        &self,
        fence: &PlannedFence,
        target: &str,
        phase: Phase,
    ) -> Result<Holding, EngineError> {
        let every = fence.attributes.every.unwrap_or(DEFAULT_EVERY);
        let deadline = Instant::now() + fence.attributes.within.unwrap_or_default();
        let mut attempt = 0;
        let mut held_since = None;
        loop {
            attempt += 1;
            let holding = self.look(fence, target, phase, attempt).await?;
            let now = Instant::now();
            let pause = match holding {
                Holding::Holds => {
                    let since = *held_since.get_or_insert(now);
                    let wanted = fence.attributes.hold_for.unwrap_or_default();
                    let held = now - since;
                    if held >= wanted {
                        return Ok(Holding::Holds);
                    }
                    every.min(wanted - held)
                }
                // What held and no longer does has failed its `for=`: waiting hides nothing.
                other if held_since.is_some() => return Ok(other),
                other if now >= deadline => return Ok(other),
                _ => every.min(deadline - now),
            };
            // It had not its time: that it does not hold yet is no verdict.
            if !self.engine.interrupt.have_patience(pause).await {
                return Ok(Holding::CantTell(CUT_SHORT.to_owned()));
            }
        }
    }
}
