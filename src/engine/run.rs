use std::cell::{Cell, RefCell, RefMut};
use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::names::Names;
use super::operator::Operator;
use super::recorder::Recorder;
use super::sessions::{Connect, Sessions};
use super::step::Left;
use super::{EngineError, Interrupt};
use crate::event::{Change, Ending, Event, Place, Purpose, Verdict};
use crate::journal::{Bound, StepRecord};
use crate::plan::{Lane, Plan, PlannedFence, PlannedRunbook, PlannedStep};
use crate::redact::Redactor;
use crate::runbook::{FINGERPRINT, OnFailure};
use crate::target::{Failure, FailureKind, Request};
use crate::value::{Rendered, Scope};

/// What a run is called and is for.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The run that is taken back.
    pub of: Option<String>,
    /// Whether the embedded lab is the target.
    pub lab: bool,
    /// What departs from the run that is taken back.
    pub edited: Vec<String>,
    /// What the change is called outside, and who agreed to it.
    pub change: Change,
}

/// Gives secrets by name, late.
pub type SecretSource<'a> = &'a dyn Fn(&str) -> Result<SecretString, Failure>;

/// Runs a plan.
pub struct Engine<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) needed: &'a Plan,
    pub(crate) operator: &'a dyn Operator,
    pub(crate) secrets: SecretSource<'a>,
    pub(crate) recorder: RefCell<Recorder>,
    pub(crate) interrupt: Interrupt,
    pub(crate) sessions: Sessions<'a>,
    pub(crate) policy: Option<OnFailure>,
    pub(crate) accepts_changes: Option<String>,
    /// What the run did at each place that is taken back by another one.
    pub(super) done: RefCell<BTreeMap<Place, StepRecord>>,
    /// The run is taking back what it, or another one, did.
    pub(super) takes_back: Cell<bool>,
    pub(super) names: RefCell<BTreeMap<String, Names>>,
}

impl<'a> Engine<'a> {
    /// An engine for one run of `plan`, which builds on what `needed` leads to.
    pub fn new(
        plan: &'a Plan,
        needed: &'a Plan,
        connect: &'a dyn Connect,
        operator: &'a dyn Operator,
        secrets: SecretSource<'a>,
        recorder: Recorder,
        interrupt: Interrupt,
    ) -> Self {
        let names = plan
            .runbooks
            .iter()
            .map(|runbook| (runbook.name.clone(), Names::of(runbook)))
            .collect();
        let sessions = Sessions::new(connect, recorder.history().seen.clone());
        Self {
            plan,
            needed,
            operator,
            secrets,
            recorder: RefCell::new(recorder),
            interrupt,
            sessions,
            policy: None,
            accepts_changes: None,
            done: RefCell::default(),
            takes_back: Cell::default(),
            names: RefCell::new(names),
        }
    }

    /// What a failed step leads to, whatever the runbooks say.
    pub fn on_failure(&mut self, policy: OnFailure) {
        self.policy = Some(policy);
    }

    /// The same, as it is written.
    pub(crate) fn on_failure_word(&self) -> Option<String> {
        self.policy.map(|policy| policy.word().to_owned())
    }

    /// Ends it, and gives all secrets that it came to know.
    pub fn into_redactor(self) -> Redactor {
        self.recorder.into_inner().into_redactor()
    }

    /// Runs the whole plan.
    ///
    /// # Errors
    /// Only if the run can't go on at all; a failed step is an [`Ending`].
    pub async fn run(&self, info: &RunInfo) -> Result<Ending, EngineError> {
        self.announce(info, &self.plan.places())?;
        self.upon_what_it_needs().await
    }

    /// All steps, each from where it stands.
    pub(crate) async fn steps(&self) -> Result<Ending, EngineError> {
        for runbook in &self.plan.runbooks {
            for step in &runbook.steps {
                if let Some(ending) = self.one_step(runbook, step).await? {
                    return Ok(ending);
                }
            }
        }
        let done = self.tally();
        self.end(Ending::Done, done).await
    }

    /// Those in front of this one. `None`: all of them are well.
    pub(super) async fn steps_before(
        &self,
        end: &PlannedStep,
    ) -> Result<Option<Ending>, EngineError> {
        for runbook in &self.plan.runbooks {
            for step in &runbook.steps {
                if std::ptr::eq(step, end) {
                    return Ok(None);
                }
                if let Some(ending) = self.one_step(runbook, step).await? {
                    return Ok(Some(ending));
                }
            }
        }
        Ok(None)
    }

    /// A step, from where it stands. `None`: it is well.
    async fn one_step(
        &self,
        runbook: &PlannedRunbook,
        step: &PlannedStep,
    ) -> Result<Option<Ending>, EngineError> {
        let (lane, left) = self.lanes(runbook, step).await?;
        let at = step.place(&runbook.name, lane);
        let ending = match left {
            Left::Closed(verdict) if verdict.is_good() => return Ok(None),
            Left::Closed(Verdict::Failed) => self.failed(runbook, &at).await?,
            Left::Closed(_) => {
                let summary = format!("stopped at `{at}`");
                self.end(Ending::Failed, summary).await?
            }
            Left::NeedsPerson(need) => {
                let summary = format!("`{at}` needs {need}");
                self.end(Ending::Stuck, summary).await?
            }
            Left::Interrupted => self.interrupted().await?,
        };
        Ok(Some(ending))
    }

    /// Gives steps the names that they had.
    pub(crate) fn bind(&self, bound: &[Bound]) {
        for bound in bound {
            let Some((runbook, step, _)) = self.find(&bound.place) else {
                continue;
            };
            if bound.name == FINGERPRINT {
                for fence in &step.fences {
                    // What the inventory says by now counts more than what was read then.
                    let _ = self.pin(fence, bound.value.as_ref(), &bound.place);
                }
            }
            self.names(runbook).bind(bound.clone());
        }
    }

    /// Trusts the target that a fence `pins=`, by the fingerprint that was filled in.
    pub(crate) fn pin(
        &self,
        fence: &PlannedFence,
        print: Option<&Value>,
        place: &Place,
    ) -> Result<(), String> {
        match (&fence.attributes.pins, print) {
            (Some(target), Some(Value::String(print))) => {
                self.sessions.pin(&target.value, print, place)
            }
            _ => Ok(()),
        }
    }

    /// Whether nothing of it is left to take back.
    pub(crate) fn is_undone(&self, place: &Place) -> bool {
        self.recorder
            .borrow()
            .history()
            .status(place)
            .is_taken_back()
    }

    pub(crate) async fn end(&self, ending: Ending, summary: String) -> Result<Ending, EngineError> {
        self.sessions.hang_up_all().await;
        self.record(Event::RunEnded { ending, summary })?;
        Ok(ending)
    }

    /// Records an event; see [`Recorder::record`].
    pub(crate) fn record(&self, event: Event) -> Result<(), EngineError> {
        self.recorder.borrow_mut().record(event)
    }

    pub(crate) fn find(
        &self,
        place: &Place,
    ) -> Option<(&'a PlannedRunbook, &'a PlannedStep, &'a Lane)> {
        self.plan.find(place)
    }

    pub(crate) fn names(&self, runbook: &PlannedRunbook) -> RefMut<'_, Names> {
        RefMut::map(self.names.borrow_mut(), |all| {
            all.entry(runbook.name.clone())
                .or_insert_with(|| Names::of(runbook))
        })
    }

    /// Whether a request's text has a secret in it, from wherever it came.
    pub(crate) fn holds_a_secret(&self, request: &Request) -> bool {
        let text = request.text.expose_secret().as_bytes();
        self.recorder.borrow().secret_in(text).is_some()
    }

    /// The request for a rendered fence, secrets resolved at the last moment.
    pub(crate) fn request(
        &self,
        fence: &PlannedFence,
        rendered: &Rendered,
        names: Scope,
    ) -> Result<Request, Failure> {
        let mut trouble = None;
        let mut secrets = BTreeMap::new();
        for name in rendered.secrets() {
            match (self.secrets)(name) {
                Ok(value) => drop(secrets.insert(name, value)),
                Err(failure) => trouble = Some(failure),
            }
        }
        if let Some(failure) = trouble {
            return Err(failure);
        }
        let text = rendered
            .reveal(&|name| secrets.get(name).cloned())
            .map_err(|error| Failure::not_sent(FailureKind::Local, error.to_string()))?;
        Ok(Request {
            lang: fence.lang.word(),
            text,
            options: fence.options.clone(),
            names,
        })
    }
}
