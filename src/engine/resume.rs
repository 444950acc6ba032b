use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::names::Names;
use super::step::StepRun;
use super::{Engine, EngineError};
use crate::event::{Answer, Ending, Event, Outcome, Phase, Place, Revision, Torn};
use crate::journal::{Bound, History, Status};
use crate::runbook::Role;

/// How a run is taken up again.
#[derive(Clone, Debug, Default)]
pub struct Resumption {
    /// Who does it.
    pub by: String,
    /// The file beside the journal that says more about that.
    pub environment: Option<String>,
    /// What stood after the journal's last whole line.
    pub torn: Option<Torn>,
    /// What departs from the run as it began.
    pub deviations: Vec<String>,
    /// Other runbooks, or another plan, than before.
    pub revision: Option<Revision>,
}

/// Why a run has to be taken up: what is said of an effect whose outcome nobody wrote down.
const ENDED: &str = "the run ended before its outcome was known";

impl Engine<'_> {
    /// Goes on with a run whose past the recorder holds. Nothing is sent before each effect of
    /// unknown outcome has been looked for by its step's own check.
    ///
    /// # Errors
    /// Only if the run can't go on at all.
    pub async fn resume(&self, how: Resumption) -> Result<Ending, EngineError> {
        let bound = self.recorder.borrow().history().bound();
        self.take_up(how)?;
        self.bind(&bound);
        if let Some(ending) = self.read_again(&bound).await? {
            return Ok(ending);
        }
        let (backing_out, last) = {
            let recorder = self.recorder.borrow();
            let history = recorder.history();
            (history.backing_out, history.order.last().cloned())
        };
        match last {
            // A failure ends the run, so its runbook is the last one that sent anything.
            Some(last) if backing_out => {
                let reason = "the run ended while it was backing out";
                self.back_out(&last.runbook, reason).await
            }
            _ => self.upon_what_it_still_needs().await,
        }
    }

    /// Goes on with taking back what the run `of` did at these places.
    ///
    /// # Errors
    /// Only if the run can't go on at all.
    pub async fn resume_undo(
        &self,
        how: Resumption,
        of: &str,
        places: &[Place],
        done: &History,
    ) -> Result<Ending, EngineError> {
        self.bind(&done.bound());
        self.take_up(how)?;
        self.compare_and_take_back(of, places, done).await
    }

    /// Asks again for names whose values the journal did not keep because they are secret, in the
    /// order of the plan. Until all are known every answer is hidden. Gives how the run ends where
    /// one is not known to have the value that it had, and nobody says that it is good all the same.
    pub(crate) async fn read_again(&self, bound: &[Bound]) -> Result<Option<Ending>, EngineError> {
        let mut lost: BTreeMap<&Place, BTreeSet<String>> = BTreeMap::new();
        for bound in bound.iter().filter(|bound| bound.value.is_none()) {
            let names = lost.entry(&bound.place).or_default();
            names.insert(bound.name.clone());
        }
        let all = lost.iter().flat_map(|(place, names)| {
            let names = names.iter();
            names.map(|name| ((*place).clone(), name.clone()))
        });
        self.recorder.borrow_mut().lose(all);
        // A check may use what another step read.
        for reads in [true, false] {
            for place in self.plan.places() {
                let Some(names) = lost.get(&place) else {
                    continue;
                };
                let Some((runbook, step, lane)) = self.find(&place) else {
                    continue;
                };
                if self.recorder.borrow().history().status(&place) == Status::Pending {
                    self.record(Event::StepStarted {
                        place: place.clone(),
                    })?;
                }
                let mut run = StepRun::new(self, runbook, step, lane);
                run.reads_again = Some(names.clone());
                run.has_its_names();
                // Whatever it says: what needs a name that is not there any more says so itself.
                match reads {
                    true => {
                        run.look_once(step.fences(Role::Read), Phase::Before)
                            .await?
                    }
                    false => run.look_once(step.checks(), Phase::Before).await?,
                };
                if let Some(name) = run.take_changed().await? {
                    let summary = format!(
                        "`{place}` read the secret `{name}` again, and nothing tells that it is the \
                         one that the run had; nothing was sent"
                    );
                    return self.end(Ending::Stuck, summary).await.map(Some);
                }
            }
        }
        if !lost.is_empty() {
            self.names.borrow_mut().values_mut().for_each(Names::go_on);
        }
        Ok(None)
    }

    fn take_up(&self, how: Resumption) -> Result<(), EngineError> {
        let past = self.recorder.borrow().history().clone();
        self.record(Event::Resumed {
            by: how.by,
            environment: how.environment,
            torn: how.torn,
            deviations: how.deviations,
            revision: how.revision,
            on_failure: self.on_failure_word(),
        })?;
        for (place, step) in &past.steps {
            let Some(open) = step.open() else { continue };
            self.record(Event::Outcome {
                place: place.clone(),
                fence: open.fence,
                target: open.target.clone(),
                undo: open.undo,
                outcome: Outcome::Unknown,
                sent: true,
                reason: Some(ENDED.to_owned()),
                help: None,
                answer: Answer::default(),
                bound: Map::new(),
                withheld: Vec::new(),
            })?;
        }
        Ok(())
    }
}
