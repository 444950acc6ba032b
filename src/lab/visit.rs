use super::connection::FateOf;
use super::faults::{Blow, Bytes};
use super::floor::{Input, Outcome};
use super::{Lab, LabError};

/// One connection as the device sees it: above the encryption, where a session's bytes are what
/// its two ends mean. They are counted here, and here faults strike.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) lab: Lab,
    /// The target's name, for faults.
    pub(crate) name: String,
    pub(crate) fate: FateOf,
}

impl Visit {
    /// So many bytes are on their way: how many of them pass, and what strikes after them.
    pub(crate) fn pass(&self, of: Bytes, count: usize) -> Result<(usize, Option<Blow>), LabError> {
        if self.is_over() {
            return Ok((0, None));
        }
        // Only what may strike is worth a line in the log of inputs.
        if !self.lab.core().floor.faults.count(&self.name, of) {
            return Ok((count, None));
        }
        let on = self.name.clone();
        match self.lab.happen(Input::Pass { on, of, count })? {
            Outcome::Passed { count, blow } => Ok((count, blow)),
            _ => Ok((count, None)),
        }
    }

    /// Lets a fault have its way with the devices and with the connection, once what passed
    /// before it was dealt with. What was shown before it still gets through.
    pub(crate) fn strike(&self, of: Bytes, blow: Blow) -> Result<(), LabError> {
        self.lab.happen(Input::Strike(blow.clone()))?;
        self.fate.send_replace(blow.ends(of));
        Ok(())
    }

    /// Whether a fault has ended it.
    pub(crate) fn is_over(&self) -> bool {
        self.fate.borrow().is_over()
    }
}
