use jiff::{Timestamp, ToSpan};

use crate::lab::world::{EPOCH, Millis};

/// The time of day at a moment of the world.
pub(super) fn at(millis: Millis) -> Timestamp {
    let epoch: Timestamp = EPOCH.parse().unwrap_or_default();
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    epoch.saturating_add(millis.milliseconds()).unwrap_or(epoch)
}

/// As log lines write it: `Jan  5 09:00:00.123`.
pub(super) fn stamp(millis: Millis) -> String {
    at(millis).strftime("%b %e %H:%M:%S.%3f").to_string()
}

/// As `show clock` writes it: `09:00:00.123 UTC Mon Jan 5 2026`.
pub(super) fn clock(millis: Millis) -> String {
    at(millis)
        .strftime("%H:%M:%S.%3f UTC %a %b %-d %Y")
        .to_string()
}

/// The same to the second, as reload messages write it.
pub(super) fn clock_second(millis: Millis) -> String {
    at(millis).strftime("%H:%M:%S UTC %a %b %-d %Y").to_string()
}

/// How long something is up: `3 hours, 12 minutes`.
pub(super) fn uptime(millis: Millis) -> String {
    let minutes = millis / 60_000;
    let parts = [
        (minutes / 10_080, "week"),
        (minutes / 1440 % 7, "day"),
        (minutes / 60 % 24, "hour"),
    ];
    let mut words: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, noun)| format!("{n} {noun}{}", if *n == 1 { "" } else { "s" }))
        .collect();
    let rest = minutes % 60;
    words.push(format!("{rest} minute{}", if rest == 1 { "" } else { "s" }));
    words.join(", ")
}
