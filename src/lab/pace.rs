use std::time::Duration;

use tokio::time::Instant;

use super::world::Millis;

/// How the world's time follows tokio's clock: one to one, or scaled by `lab up --speed`.
///
/// In a run tokio's clock is paused, so the world stands still between commands of the CLI and
/// jumps with the timers within one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    start: Instant,
    base: Millis,
    speed: f64,
}

impl Pace {
    /// The world's time is `base` now, and runs `speed` times as fast as tokio's.
    pub(crate) fn new(base: Millis, speed: f64) -> Self {
        Self {
            start: Instant::now(),
            base,
            speed,
        }
    }

    /// What the world's time should be by now.
    pub(crate) fn now(&self) -> Millis {
        let elapsed = self.start.elapsed();
        if self.speed == 1.0 {
            return self.base + u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX / 2);
        }
        // Truncation is wanted: an event is due when its whole millisecond has been reached.
        self.base + (elapsed.as_secs_f64() * 1000.0 * self.speed) as Millis
    }

    /// When, on tokio's clock, the world's time will be `at`.
    pub(crate) fn instant(&self, at: Millis) -> Instant {
        let ahead = at.saturating_sub(self.base);
        let wait = if self.speed == 1.0 {
            Duration::from_millis(ahead)
        } else {
            // Rounded up, so that the event is due when the timer fires.
            Duration::from_millis((ahead as f64 / self.speed).ceil() as u64 + 1)
        };
        self.start + wait
    }

    /// How many times as fast as tokio's clock it runs.
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Goes on from `now` at another speed.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        *self = Self::new(self.now(), speed);
    }

    /// Lets `wait` of the world's time pass at once.
    pub(crate) fn skip(&mut self, wait: Millis) {
        self.base += wait;
    }
}
