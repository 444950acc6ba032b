use super::Exit;
use super::again::{Basis, as_told};
use super::begun::Begun;
use crate::event::{Place, Verdict};
use crate::journal::{History, Status};
use crate::plan::{Plan, select};
use crate::text::escape;

/// What an edit does to the steps of a run that goes on.
#[derive(Default)]
pub(crate) struct EditedSteps {
    /// They are done too.
    added: Vec<Place>,
    /// They were not begun, and are not done any more.
    dropped: Vec<Place>,
    /// They are new, and outside of what the run is limited to.
    outside: Vec<Place>,
}

impl EditedSteps {
    /// Makes a plan of the texts as they are now that of a run with the same limits, and says
    /// what that changes.
    pub(crate) fn of(
        plan: Plan,
        basis: &Basis,
        begun: &Begun,
        history: &History,
    ) -> Result<(Plan, Self), Exit> {
        let whole = plan.places();
        let mut plan = select(plan, &begun.selection).map_err(|message| {
            complain!(
                "error: the run is limited, and the text no longer fits that: {message}\n\
                 nothing was sent\nhelp: put the step back, or begin another run"
            );
            Exit::Stuck
        })?;
        as_told(&mut plan, basis, begun);
        let now = plan.places();
        let is_new = |place: &&Place| !basis.places.contains(place);
        let is_outside = |place: &&Place| !now.contains(place) && !basis.has_step(place);
        let is_left = |place: &&Place| match history.status(place) {
            Status::Closed(Verdict::Undone | Verdict::Kept) => false,
            Status::Closed(verdict) => !verdict.is_good(),
            _ => true,
        };
        let then = basis.places.iter();
        let steps = Self {
            added: now.iter().filter(is_new).cloned().collect(),
            dropped: then
                .filter(|place| !now.contains(place))
                .filter(is_left)
                .cloned()
                .collect(),
            outside: whole
                .iter()
                .filter(is_new)
                .filter(is_outside)
                .cloned()
                .collect(),
        };
        Ok((plan, steps))
    }

    /// What accepting the edit would mean.
    pub(crate) fn show(&self) {
        let each = [
            (&self.added, "would be done too, which the edit adds"),
            (
                &self.dropped,
                "would no longer be done, which the edit takes out",
            ),
            (
                &self.outside,
                "would not be done, which the edit adds outside of what the run is limited to",
            ),
        ];
        for (places, what) in each {
            for place in places {
                tell!("`{}` {what}\n", escape(&place.to_string()));
            }
        }
    }

    /// What the record says of it.
    pub(crate) fn deviations(&self) -> Vec<String> {
        let each = [
            (&self.added, "was added by the edit"),
            (
                &self.dropped,
                "was taken out by the edit before it was begun, and is not done",
            ),
            (
                &self.outside,
                "was added by the edit outside of what the run is limited to, and is not done",
            ),
        ];
        let told = each.into_iter().flat_map(|(places, what)| {
            let told = |place: &Place| format!("`{}` {what}", escape(&place.to_string()));
            places.iter().map(told).collect::<Vec<_>>()
        });
        told.collect()
    }
}
