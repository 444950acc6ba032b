use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Wall time, real or the lab's.
///
/// In a lab run tokio's clock is paused and jumps from timer to timer. Work that is real all
/// the same (a local process, a prompt) holds a [`RealWork`], during which tokio's clock runs.
#[derive(Clone, Debug)]
pub struct Clock {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Real,
    Virtual {
        epoch: Timestamp,
        start: Instant,
        real_work: Arc<Mutex<usize>>,
    },
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self { kind: Kind::Real }
    }

    /// A clock that shows `epoch` now and follows tokio's paused clock. Must be called inside
    /// a current-thread runtime whose clock is paused.
    pub fn paused(epoch: Timestamp) -> Self {
        let start = Instant::now();
        Self {
            kind: Kind::Virtual {
                epoch,
                start,
                real_work: Arc::default(),
            },
        }
    }

    /// Whether time is virtual.
    pub fn is_virtual(&self) -> bool {
        matches!(self.kind, Kind::Virtual { .. })
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        match &self.kind {
            Kind::Real => Timestamp::now(),
            Kind::Virtual { epoch, start, .. } => {
                let elapsed = SignedDuration::try_from(start.elapsed()).unwrap_or_default();
                epoch.saturating_add(elapsed).unwrap_or(*epoch)
            }
        }
    }

    /// Lets tokio's clock run until the guard is dropped.
    pub fn real_work(&self) -> RealWork {
        if let Kind::Virtual { real_work, .. } = &self.kind {
            let mut running = real_work.lock().unwrap_or_else(PoisonError::into_inner);
            if *running == 0 {
                tokio::time::resume();
            }
            *running += 1;
        }
        RealWork {
            clock: self.clone(),
        }
    }
}

/// While it lives, a virtual clock runs in real time.
#[derive(Debug)]
pub struct RealWork {
    clock: Clock,
}

impl Drop for RealWork {
    fn drop(&mut self) {
        if let Kind::Virtual { real_work, .. } = &self.clock.kind {
            let mut running = real_work.lock().unwrap_or_else(PoisonError::into_inner);
            *running -= 1;
            if *running == 0 {
                tokio::time::pause();
            }
        }
    }
}
