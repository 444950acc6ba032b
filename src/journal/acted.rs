use jiff::Timestamp;

use super::{Entry, RunFolder};
use crate::event::Event;

impl RunFolder {
    /// When the run last sent something or looked at something, on the machine's clock: it may have
    /// gone on long after it began. In the lab, whose clock is its own, it is when that was taken
    /// up. `None`: it did neither, or nobody knows when.
    pub fn acted(&self, entries: &[Entry]) -> Option<Timestamp> {
        let mut taken_up = None;
        let mut last = None;
        for entry in entries {
            match &entry.body {
                Event::RunStarted { lab: true, .. } => taken_up = self.began(),
                Event::Resumed {
                    environment: Some(name),
                    ..
                } if taken_up.is_some() => taken_up = self.stated_in(name).or(taken_up),
                Event::TargetSeen { .. } | Event::Looked { .. } | Event::Intent { .. } => {
                    last = Some(taken_up.unwrap_or(entry.at));
                }
                _ => {}
            }
        }
        last
    }
}
