use serde_json::{Map, Value};

use super::EngineError;
use super::step::StepRun;
use crate::event::Event;

const QUESTION: &str = "it is secret, and may not be the one that the run had: go on with it?";

impl StepRun<'_, '_> {
    /// Sets aside, of the names that are read again, those with which something would be sent that
    /// the run may never have made.
    pub(super) fn without_changed(&self, bound: Map<String, Value>) -> Map<String, Value> {
        let recorder = self.engine.recorder.borrow();
        let (same, changed): (Map<_, _>, Map<_, _>) =
            bound.into_iter().partition(|(name, value)| {
                recorder.is_as_it_was(&self.place, name, value) || !self.is_sent(name)
            });
        for (name, value) in &changed {
            recorder.add_secrets(name, value);
        }
        self.changed.borrow_mut().extend(changed);
        same
    }

    /// Asks about each of them; gives the first that nobody wants to go on with.
    pub(super) async fn take_changed(&self) -> Result<Option<String>, EngineError> {
        for (name, value) in self.changed.take() {
            let question = format!("`{name}` of `{}`\n{QUESTION}", self.place);
            let Some((yes, by)) = self.engine.operator.confirm(&question).await else {
                return Ok(Some(name));
            };
            self.engine.record(Event::Decision {
                place: self.place.clone(),
                question: format!("`{name}`: {QUESTION}"),
                // No "yes", which would be to what is asked about the step itself.
                answer: if yes { "go on" } else { "no" }.to_owned(),
                by,
            })?;
            if !yes {
                return Ok(Some(name));
            }
            let mut bound = Map::new();
            bound.insert(name.clone(), value);
            self.give(&bound);
            let mut recorder = self.engine.recorder.borrow_mut();
            recorder.keep(&self.place, bound, true);
            recorder.found(&self.place, &name);
        }
        Ok(None)
    }

    /// Whether a name stands in what is sent.
    fn is_sent(&self, name: &str) -> bool {
        let fences = self.runbook.steps.iter().flat_map(|step| &step.fences);
        let mut names = fences.flat_map(|fence| fence.template.names());
        names.any(|(used, _)| used == name)
    }
}
