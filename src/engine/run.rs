use std::collections::BTreeMap;

use secrecy::SecretString;

use super::names::Names;
use super::operator::Operator;
use super::recorder::Recorder;
use super::sessions::{Connect, Sessions};
use super::step::{Left, StepRun};
use super::{EngineError, Interrupt};
use crate::event::{Change, Ending, Event, Place, Purpose, RunbookInfo, StepInfo, Verdict};
use crate::journal::Status;
use crate::plan::{Lane, Plan, PlannedFence, PlannedRunbook, PlannedStep, sha256, show};
use crate::runbook::OnFailure;
use crate::target::{Failure, FailureKind, Request};
use crate::text::wording::count;
use crate::value::Rendered;

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
    pub(crate) recorder: Recorder,
    pub(crate) interrupt: Interrupt,
    pub(crate) sessions: Sessions<'a>,
    pub(crate) policy: Option<OnFailure>,
    names: BTreeMap<String, Names>,
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
            .map(|runbook| (runbook.name.clone(), Names::new(runbook.scope.clone())))
            .collect();
        let sessions = Sessions::new(connect);
        Self {
            plan,
            needed,
            operator,
            secrets,
            recorder,
            interrupt,
            sessions,
            policy: None,
            names,
        }
    }

    /// What a failed step leads to, whatever the runbooks say.
    pub fn on_failure(&mut self, policy: OnFailure) {
        self.policy = Some(policy);
    }

    /// Runs the whole plan.
    ///
    /// # Errors
    /// Only if the run can't go on at all; a failed step is an [`Ending`].
    pub async fn run(&mut self, info: &RunInfo) -> Result<Ending, EngineError> {
        self.announce(info)?;
        let (plan, needed) = (self.plan, self.needed);
        if let Some(missing) = self.needs_hold(needed).await? {
            return self.end(Ending::Failed, missing);
        }
        for runbook in &plan.runbooks {
            for step in &runbook.steps {
                for lane in &step.lanes {
                    let left = StepRun::new(self, runbook, step, lane).live().await?;
                    match left {
                        Left::Closed(verdict) if verdict.is_good() => {}
                        Left::Closed(Verdict::Failed) => {
                            return self.failed(runbook, step, lane).await;
                        }
                        Left::Closed(_) => {
                            let at = step.place(&runbook.name, lane);
                            return self.end(Ending::Failed, format!("stopped at `{at}`"));
                        }
                        Left::NeedsPerson => {
                            let at = step.place(&runbook.name, lane);
                            return self.end(Ending::Stuck, format!("`{at}` needs a decision"));
                        }
                        Left::Interrupted => return self.interrupted(),
                    }
                }
            }
        }
        let done = self.tally();
        self.end(Ending::Done, done)
    }

    /// Takes back what an earlier run did: these places, newest first.
    ///
    /// # Errors
    /// Only if the run can't go on at all.
    pub async fn undo(
        &mut self,
        info: &RunInfo,
        places: &[Place],
        bound: &BTreeMap<Place, serde_json::Map<String, serde_json::Value>>,
    ) -> Result<Ending, EngineError> {
        self.announce(info)?;
        for (place, values) in bound {
            if let Some((runbook, _, lane)) = self.find(place) {
                self.names(runbook).bind(lane, values);
            }
        }
        for place in places.iter().rev() {
            if self.interrupt.is_asked() {
                return self.interrupted();
            }
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            self.recorder.record(Event::StepStarted {
                place: place.clone(),
            })?;
            let left = StepRun::new(self, runbook, step, lane).take_back().await?;
            if left != Left::Closed(Verdict::Undone) {
                return self.end(Ending::Stuck, format!("`{place}` could not be taken back"));
            }
        }
        self.end(
            Ending::Done,
            format!("{} taken back", count(places.len(), "step")),
        )
    }

    fn announce(&mut self, info: &RunInfo) -> Result<(), EngineError> {
        let plan = self.plan;
        let steps = plan.runbooks.iter().flat_map(|runbook| {
            runbook.steps.iter().flat_map(|step| {
                step.lanes.iter().map(|lane| StepInfo {
                    place: step.place(&runbook.name, lane),
                    title: step.title.clone(),
                })
            })
        });
        let variables = plan.runbooks.iter().map(|runbook| {
            let own = runbook
                .scope
                .iter()
                .map(|(n, v)| (n.to_owned(), v.clone()))
                .collect();
            (runbook.name.clone(), serde_json::Value::Object(own))
        });
        self.recorder.record(Event::RunStarted {
            run: info.id.clone(),
            purpose: info.purpose,
            of: info.of.clone(),
            runbooks: plan
                .runbooks
                .iter()
                .map(|runbook| RunbookInfo {
                    name: runbook.name.clone(),
                    title: runbook.title.clone(),
                    path: runbook.source.path().to_string(),
                    sha256: sha256(runbook.source.text().as_bytes()),
                })
                .collect(),
            steps: steps.collect(),
            plan_sha256: sha256(show(plan).as_bytes()),
            lab: info.lab,
            variables: serde_json::Value::Object(variables.collect()),
            deviations: plan.deviations.clone(),
            change: info.change.clone(),
        })
    }

    /// Does what the failure policy says.
    async fn failed(
        &mut self,
        runbook: &'a PlannedRunbook,
        step: &'a PlannedStep,
        lane: &'a Lane,
    ) -> Result<Ending, EngineError> {
        let at = step.place(&runbook.name, lane);
        let back_out = match self.policy.unwrap_or(runbook.on_failure) {
            OnFailure::Undo => true,
            OnFailure::Stop => false,
            OnFailure::Ask => match self.operator.back_out(&at, "back out?").await {
                None => return self.end(Ending::Stuck, format!("`{at}` failed: back out or not?")),
                Some((yes, by)) => {
                    self.recorder.record(Event::Decision {
                        place: at.clone(),
                        question: "back out?".to_owned(),
                        answer: if yes { "yes" } else { "no" }.to_owned(),
                        by,
                    })?;
                    yes
                }
            },
        };
        if !back_out {
            return self.end(
                Ending::Failed,
                format!("`{at}` failed; nothing was taken back"),
            );
        }
        let places: Vec<Place> = self
            .recorder
            .history()
            .order
            .iter()
            .filter(|place| place.runbook == runbook.name)
            .cloned()
            .collect();
        if places.is_empty() {
            return self.end(Ending::Failed, format!("`{at}` failed; nothing was sent"));
        }
        self.recorder.record(Event::BackingOut {
            steps: places.len(),
            reason: format!("`{at}` failed"),
        })?;
        for place in places.iter().rev() {
            let Some((runbook, step, lane)) = self.find(place) else {
                continue;
            };
            let left = StepRun::new(self, runbook, step, lane).take_back().await?;
            if left != Left::Closed(Verdict::Undone) {
                let summary = format!("`{at}` failed, and `{place}` could not be taken back");
                return self.end(Ending::Stuck, summary);
            }
        }
        let undone = count(places.len(), "step");
        self.end(
            Ending::Failed,
            format!("`{at}` failed; {undone} taken back"),
        )
    }

    fn interrupted(&mut self) -> Result<Ending, EngineError> {
        self.recorder.record(Event::Interrupted)?;
        let done = self.tally();
        self.end(
            Ending::Interrupted,
            format!("{done}; nothing more was sent"),
        )
    }

    fn end(&mut self, ending: Ending, summary: String) -> Result<Ending, EngineError> {
        self.sessions.hang_up_all();
        self.recorder.record(Event::RunEnded { ending, summary })?;
        Ok(ending)
    }

    /// `12 steps: 9 passed, 3 already`.
    fn tally(&self) -> String {
        let mut counts: Vec<(Verdict, usize)> = Vec::new();
        for record in self.recorder.history().steps.values() {
            let Status::Closed(verdict) = record.status else {
                continue;
            };
            match counts.iter_mut().find(|(known, _)| *known == verdict) {
                Some((_, n)) => *n += 1,
                None => counts.push((verdict, 1)),
            }
        }
        let total = counts.iter().map(|(_, n)| n).sum();
        let parts: Vec<String> = counts
            .iter()
            .map(|(v, n)| format!("{n} {}", v.word()))
            .collect();
        format!("{}: {}", count(total, "step"), parts.join(", "))
    }

    fn find(&self, place: &Place) -> Option<(&'a PlannedRunbook, &'a PlannedStep, &'a Lane)> {
        let runbook = self
            .plan
            .runbooks
            .iter()
            .find(|r| r.name == place.runbook)?;
        let step = runbook.steps.iter().find(|s| s.id == place.step)?;
        let lane = step.lanes.iter().find(|l| l.name == place.lane)?;
        Some((runbook, step, lane))
    }

    pub(crate) fn other_step(&self, runbook: &str, id: &str) -> Option<&'a PlannedStep> {
        let mut runbooks = self.plan.runbooks.iter().chain(&self.needed.runbooks);
        runbooks
            .find(|r| r.name == runbook)?
            .steps
            .iter()
            .find(|s| s.id == id)
    }

    pub(crate) fn names(&mut self, runbook: &PlannedRunbook) -> &mut Names {
        self.names
            .entry(runbook.name.clone())
            .or_insert_with(|| Names::new(runbook.scope.clone()))
    }

    /// The request for a rendered fence, secrets resolved at the last moment.
    pub(crate) fn request(
        &self,
        fence: &PlannedFence,
        rendered: &Rendered,
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
        })
    }
}
