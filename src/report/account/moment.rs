use jiff::Timestamp;
use serde::Serialize;

use crate::journal::Entry;

/// When something was written down, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The journal's line, which is its entry's number.
    pub seq: u64,
    /// Time of day.
    pub at: Timestamp,
    /// Milliseconds since the run's start.
    pub mono_ms: u64,
}

impl Moment {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            mono_ms: entry.mono_ms,
        }
    }

    /// Milliseconds from `earlier` until now.
    pub fn since(&self, earlier: &Self) -> u64 {
        self.mono_ms.saturating_sub(earlier.mono_ms)
    }
}

/// A duration as people say it: `350 ms`, `16.6 s`, `3 min 3 s`, `2 h 5 min`.
pub fn elapsed(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0 => format!("{ms} ms"),
        1..=59 => match ms % 1000 / 100 {
            0 => format!("{seconds} s"),
            tenths => format!("{seconds}.{tenths} s"),
        },
        60..=3599 => match seconds % 60 {
            0 => format!("{} min", seconds / 60),
            rest => format!("{} min {rest} s", seconds / 60),
        },
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// The same of whole seconds.
pub fn elapsed_s(seconds: u64) -> String {
    elapsed(seconds.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        for (ms, said) in [
            (0, "0 ms"),
            (350, "350 ms"),
            (1_000, "1 s"),
            (16_690, "16.6 s"),
            (300_000, "5 min"),
            (182_950, "3 min 2 s"),
            (7_500_000, "2 h 5 min"),
        ] {
            assert_eq!(elapsed(ms), said);
        }
    }
}
