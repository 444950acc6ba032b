use crate::event::{Change, Event, Place, Purpose, RunbookInfo, Selection};
use crate::journal::Journal;

/// What a run said when it began.
pub(crate) struct Begun {
    pub(crate) purpose: Purpose,
    pub(crate) of: Option<String>,
    /// Whether it was in the embedded lab.
    pub(crate) lab: bool,
    pub(crate) runbooks: Vec<RunbookInfo>,
    pub(crate) places: Vec<Place>,
    pub(crate) plan_sha256: String,
    pub(crate) deviations: Vec<String>,
    pub(crate) selection: Selection,
    pub(crate) change: Change,
}

impl Begun {
    /// `None`: it did not begin.
    pub(crate) fn of(journal: &Journal) -> Option<Self> {
        let Event::RunStarted {
            purpose,
            of,
            lab,
            runbooks,
            steps,
            plan_sha256,
            deviations,
            selection,
            change,
            ..
        } = &journal.entries.first()?.body
        else {
            return None;
        };
        Some(Self {
            purpose: *purpose,
            of: of.clone(),
            lab: *lab,
            runbooks: runbooks.clone(),
            places: steps.iter().map(|step| step.place.clone()).collect(),
            plan_sha256: plan_sha256.clone(),
            deviations: deviations.clone(),
            selection: selection.clone(),
            change: change.clone(),
        })
    }
}
