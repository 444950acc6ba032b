use serde::{Deserialize, Serialize};

use super::switch::ChassisId;
use super::{Millis, World};
use crate::lab::ios;

/// A line of a switch's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Millis,
    /// `%LINK-3-UPDOWN: Interface …`.
    pub text: String,
}

/// How many lines a log buffer holds.
const BUFFER: usize = 400;

impl World {
    /// Logs a message, and shows it on the consoles and terminals that listen.
    pub fn syslog(&mut self, chassis: &ChassisId, text: impl Into<String>) {
        let line = LogLine {
            at: self.traces.now,
            text: text.into(),
        };
        let log = self.traces.logs.entry(chassis.clone()).or_default();
        log.push(line.clone());
        let surplus = log.len().saturating_sub(BUFFER);
        log.drain(..surplus);
        ios::hear(self, chassis, &line);
    }
}
