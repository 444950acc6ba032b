use super::Lab;

impl Lab {
    /// Takes a unit's console line, which has room for one.
    pub(crate) fn take_console(&self, unit: &str) -> Option<ConsoleHold> {
        self.core()
            .consoles
            .insert(unit.to_owned())
            .then(|| ConsoleHold {
                lab: self.clone(),
                unit: unit.to_owned(),
            })
    }
}

/// A console line that is taken; dropping it sets it free.
pub(crate) struct ConsoleHold {
    lab: Lab,
    unit: String,
}

impl Drop for ConsoleHold {
    fn drop(&mut self) {
        self.lab.core().consoles.remove(&self.unit);
    }
}
