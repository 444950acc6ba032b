use std::cell::{Cell, RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::hands::Given;
use super::look::Holding;
use super::names::Names;
use super::toward::Served;
use super::{Engine, EngineError};
use crate::event::{Event, Phase, Place, Verdict};
use crate::plan::{Lane, PlannedFence, PlannedRunbook, PlannedStep};
use crate::runbook::Role;
use crate::value::{Expression, Scope};

/// How long after its deadline a device's revert timer is trusted to have run out.
const REVERT_MARGIN: Duration = Duration::from_secs(60);

/// How a step left its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// With a verdict.
    Closed(Verdict),
    /// A person is needed; nothing was sent that has no outcome on record.
    NeedsPerson(Need),
    /// A person wants the run to end; the step can be resumed.
    Interrupted,
}

/// What only a person can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Approval,
    Decision,
    Hands,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Approval => "approval",
            Self::Decision => "a decision",
            Self::Hands => "a person who does it by hand",
        })
    }
}

/// One step on one lane.
pub(crate) struct StepRun<'e, 'a> {
    pub(crate) engine: &'e Engine<'a>,
    pub(crate) runbook: &'e PlannedRunbook,
    pub(crate) step: &'e PlannedStep,
    pub(crate) lane: &'e Lane,
    pub(crate) place: Place,
    /// Effects may be sent a second time without asking only once in the life of a process:
    /// a person who resumes has seen how far it came.
    pub(super) reran: Cell<bool>,
    /// The names that it is to give once more, and no others, where a run is taken up again.
    pub(super) reads_again: Option<BTreeSet<String>>,
    /// Those of them whose values are not known to be what the run had.
    pub(super) changed: RefCell<Map<String, Value>>,
    /// Files that a person gave for fields, until they are kept.
    pub(crate) given: RefCell<BTreeMap<String, Given>>,
}

impl<'e, 'a> StepRun<'e, 'a> {
    pub(crate) fn new(
        engine: &'e Engine<'a>,
        runbook: &'e PlannedRunbook,
        step: &'e PlannedStep,
        lane: &'e Lane,
    ) -> Self {
        let place = step.place(&runbook.name, lane);
        Self {
            engine,
            runbook,
            step,
            lane,
            place,
            reran: Cell::new(false),
            reads_again: None,
            changed: RefCell::default(),
            given: RefCell::default(),
        }
    }

    pub(crate) fn names(&self) -> RefMut<'_, Names> {
        self.engine.names(self.runbook)
    }

    pub(crate) fn has_intent(&self) -> bool {
        let recorder = self.engine.recorder.borrow();
        let record = recorder.history().steps.get(&self.place);
        record.is_some_and(|step| step.has_intent())
    }

    /// The whole life of the step, up to its verdict. What a failure leads to is for the run.
    pub(crate) async fn live(&self) -> Result<Left, EngineError> {
        self.engine.record(Event::StepStarted {
            place: self.place.clone(),
        })?;
        let step = self.step;

        // Where it does not apply nothing need be read; a read may be what tells.
        if let Ok(Some(reason)) = self.does_not_apply_unread() {
            return self.close(Verdict::Skipped, Some(reason));
        }
        match self
            .look_once(step.fences(Role::Read), Phase::Before)
            .await?
        {
            Holding::Holds => {}
            Holding::DoesNotHold(misses) => {
                return self.close(Verdict::Stopped, Some(misses.join("\n")));
            }
            Holding::CantTell(reason) => return self.stop(reason),
        }
        match self.does_not_apply() {
            Ok(None) => {}
            Ok(Some(reason)) => return self.close(Verdict::Skipped, Some(reason)),
            Err(reason) => return self.close(Verdict::Stopped, Some(reason)),
        }
        if step.fences(Role::SkipIf).next().is_some() {
            match self
                .look_once(step.fences(Role::SkipIf), Phase::Applies)
                .await?
            {
                Holding::Holds => return self.close(Verdict::Skipped, None),
                Holding::DoesNotHold(_) => {}
                Holding::CantTell(reason) => return self.stop(reason),
            }
        }
        if step.fences(Role::Run).next().is_none() {
            return self.observe().await;
        }
        if !step.drill {
            match self.already_served().await? {
                Served::Already(evidence) => {
                    return self.close(Verdict::Already, Some(evidence));
                }
                Served::NotYet => {}
                Served::CantTell(reason) => return self.stop(reason),
            }
            match self.look_once(step.checks(), Phase::Before).await? {
                Holding::Holds => return self.close(Verdict::Already, None),
                Holding::DoesNotHold(_) => self.look_at_the_rest().await?,
                Holding::CantTell(reason) => return self.stop(reason),
            }
        }
        if step.approve {
            match self.approval("may this step run?", &self.unsent()).await? {
                Some(true) => {}
                Some(false) => {
                    return self.close(Verdict::Stopped, Some("it was not approved".to_owned()));
                }
                None => return Ok(self.unanswered(Need::Approval)),
            }
        }
        self.act(1).await
    }

    /// `when=`: why the step does not apply. The error says why nobody can tell.
    pub(super) fn does_not_apply(&self) -> Result<Option<String>, String> {
        self.unmet(&self.condition_scope())
    }

    /// The same before anything was read. What its reads are to tell is not known yet, whatever
    /// those of another target, or of a step before, have told under that name.
    pub(super) fn does_not_apply_unread(&self) -> Result<Option<String>, String> {
        let mut scope = self.condition_scope();
        let told = self.step.fences(Role::Read).flat_map(|fence| &fence.binds);
        told.for_each(|name| drop(scope.unbind(name)));
        self.unmet(&scope)
    }

    fn condition_scope(&self) -> Scope {
        let target = self.lane.target.as_deref().unwrap_or_default();
        self.names().scope(self.lane, target)
    }

    fn unmet(&self, scope: &Scope) -> Result<Option<String>, String> {
        let Some(when) = &self.step.when else {
            return Ok(None);
        };
        let holds = Expression::parse(when).and_then(|condition| condition.holds(scope));
        match holds {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(format!("`{when}` does not hold"))),
            Err(error) => Err(format!("`{when}` can't be evaluated: {}", error.message)),
        }
    }

    /// A step without an effect only watches: its checks get their time.
    async fn observe(&self) -> Result<Left, EngineError> {
        let watches = self.watches();
        let look = self.look_until(self.step.checks(), Phase::After);
        let found = self.watched(&watches, look).await?;
        match found.and(self.tell(&watches)?) {
            Holding::Holds => self.close(Verdict::Passed, None),
            Holding::DoesNotHold(misses) => self.close(Verdict::Failed, Some(misses.join("\n"))),
            Holding::CantTell(reason) => self.stop(reason),
        }
    }

    /// Nobody can tell what it stands for, and nothing was sent. It may be that who was asked wants
    /// the run to end.
    pub(super) fn stop(&self, reason: String) -> Result<Left, EngineError> {
        match self.engine.interrupt.is_asked() {
            true => Ok(Left::Interrupted),
            false => self.close(Verdict::Stopped, Some(reason)),
        }
    }

    /// A question without an answer.
    pub(super) fn unanswered(&self, need: Need) -> Left {
        match self.engine.interrupt.is_asked() {
            true => Left::Interrupted,
            false => Left::NeedsPerson(need),
        }
    }

    /// Effects of this step that their device takes back unless they are confirmed.
    pub(crate) fn armed(&self) -> impl Iterator<Item = &'e PlannedFence> + use<'e, 'a> {
        self.step
            .fences(Role::Run)
            .filter(|fence| fence.options.revert.is_some())
    }

    /// Keeps, or takes back now, what is under a timer: over a new connection, because the
    /// old one may outlive a lock-out.
    pub(super) async fn settle(&self, keep: bool) -> Result<Result<(), String>, EngineError> {
        let fences: Vec<&PlannedFence> = self.armed().collect();
        self.settle_fences(&fences, keep).await
    }

    /// Lets the device's own timer take back what we can't reach.
    pub(super) async fn await_revert(&self) -> Result<(), EngineError> {
        let armed: Vec<&PlannedFence> = self.armed().collect();
        self.outlast(&armed).await
    }

    /// Ends the timers of these fences now, or waits until they have run out.
    pub(crate) async fn outlast(&self, armed: &[&PlannedFence]) -> Result<(), EngineError> {
        let Some(longest) = armed.iter().filter_map(|f| f.options.revert).max() else {
            return Ok(());
        };
        if self.settle_fences(armed, false).await?.is_ok() {
            return Ok(());
        }
        self.engine.interrupt.sleep(longest + REVERT_MARGIN).await;
        Ok(())
    }

    pub(crate) fn close(
        &self,
        verdict: Verdict,
        reason: Option<String>,
    ) -> Result<Left, EngineError> {
        let place = self.place.clone();
        self.engine.record(Event::Verdict {
            place,
            verdict,
            reason,
        })?;
        Ok(Left::Closed(verdict))
    }
}
