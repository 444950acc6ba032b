use serde::Serialize;

use super::Moment;
use crate::event::Place;

/// Something that an auditor should look at: it departs from the runbook as written, or it did
/// not go as a step should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Where the journal says so; `None` for what the journal lacks.
    pub moment: Option<Moment>,
    /// The step.
    pub place: Option<Place>,
    /// What, for a person.
    pub what: String,
}
