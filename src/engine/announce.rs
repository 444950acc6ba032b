use super::{Engine, EngineError, RunInfo};
use crate::event::{Event, Place, StepInfo};
use crate::plan::{PlannedRunbook, sha256, show};

impl Engine<'_> {
    /// Says what the run is about to do, and where.
    pub(crate) fn announce(&self, info: &RunInfo, places: &[Place]) -> Result<(), EngineError> {
        let plan = self.plan;
        let steps = places.iter().filter_map(|place| {
            let (_, step, _) = self.find(place)?;
            Some(StepInfo {
                place: place.clone(),
                title: step.title.clone(),
            })
        });
        let all = plan.runbooks.iter().chain(&self.needed.runbooks);
        let variables = all.map(|runbook| {
            let own = runbook
                .scope
                .iter()
                .map(|(n, v)| (n.to_owned(), v.clone()))
                .collect();
            (runbook.name.clone(), serde_json::Value::Object(own))
        });
        // As it is kept, without secrets.
        let shown = self.recorder.borrow().redacted(&show(plan, self.needed));
        self.record(Event::RunStarted {
            run: info.id.clone(),
            purpose: info.purpose,
            of: info.of.clone(),
            runbooks: plan.runbooks.iter().map(PlannedRunbook::info).collect(),
            steps: steps.collect(),
            plan_sha256: sha256(shown.as_bytes()),
            lab: info.lab,
            variables: serde_json::Value::Object(variables.collect()),
            deviations: plan.deviations.clone(),
            selection: plan.selection.clone(),
            edited: info.edited.clone(),
            on_failure: self.on_failure_word(),
            change: info.change.clone(),
        })
    }
}
