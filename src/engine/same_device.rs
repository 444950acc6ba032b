use std::collections::BTreeSet;

use super::{Engine, EngineError};
use crate::event::Place;
use crate::journal::{History, Seen};
use crate::runbook::Role;
use crate::target::{Failure, FailureKind, Identity};

/// A run goes on, and is taken back, only with the devices that it spoke to. A stack that gained
/// or lost a member in between is the same stack.
pub(super) fn same_device(target: &str, known: &Seen, found: &Identity) -> Result<(), Failure> {
    let differs = |what: &str, known: &str, found: &str| {
        let message = format!(
            "speak to `{target}`: it is not the device that the run spoke to: its {what} is \
             {found}, and was {known}"
        );
        Failure::not_sent(FailureKind::HostKey, message)
            .help("if it was replaced on purpose, begin a new run: this one did nothing to it")
    };
    if let (Some(known), Some(found)) = (&known.host_key, &found.host_key)
        && known != found
    {
        return Err(differs("host key", known, found));
    }
    let shares = |serial| known.serials.contains(serial);
    if !known.serials.is_empty() && !found.serials.is_empty() && !found.serials.iter().any(shares) {
        let (known, found) = (known.serials.join(", "), found.serials.join(", "));
        return Err(differs("serial number", &known, &found));
    }
    Ok(())
}

impl Engine<'_> {
    /// Meets the devices at which something is to be taken back, before anything is sent to any
    /// of them. Gives the reason if one is not the device that the run spoke to; one that can't
    /// be met is for the looks that follow.
    pub(crate) async fn meet(
        &self,
        places: &[Place],
        done: &History,
    ) -> Result<Option<String>, EngineError> {
        self.sessions.know(&done.seen);
        for target in self.to_meet(places, done) {
            let device = self.sessions.device(&target);
            let mut device = device.lock().await;
            match device.session(&target).await {
                Ok((_, news)) => news.map_or(Ok(()), |event| self.record(event))?,
                Err(other) if other.kind == FailureKind::HostKey => {
                    let help = other.help.iter().map(|help| format!("\nhelp: {help}"));
                    let help: String = help.collect();
                    return Ok(Some(format!("failed to {other}{help}")));
                }
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// The targets that the run saw and that taking it back speaks to.
    fn to_meet(&self, places: &[Place], done: &History) -> BTreeSet<String> {
        let open = places.iter().filter(|place| !self.is_undone(place));
        let steps = open.filter_map(|place| self.find(place));
        let targets = steps.flat_map(|(_, step, lane)| {
            let fences = step.fences(Role::Undo).chain(step.fences(Role::Check));
            // One that has to refuse us is knocked at once, and not more often.
            let fences = fences.filter(|fence| !fence.attributes.refused);
            fences.flat_map(|fence| fence.targets(lane))
        });
        targets
            .filter(|target| done.seen.contains_key(target))
            .collect()
    }
}
