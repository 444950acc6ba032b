use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::target::{Failure, FailureKind};

/// A person's wish that the run end. Once: between two effects. Twice: now.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    asked: Arc<AtomicU8>,
    changed: Arc<Notify>,
}

impl Interrupt {
    /// Asks once more.
    pub fn ask(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// Whether the run should end before the next effect.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst) > 0
    }

    /// How often it was asked: who is asked something meanwhile sees whether it was just now.
    pub fn times(&self) -> u8 {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns once the run should end now, even in the middle of an effect.
    pub async fn now(&self) {
        loop {
            // Listening starts before looking, so that no wish is missed in between.
            let changed = self.changed.notified();
            if self.asked.load(Ordering::SeqCst) > 1 {
                return;
            }
            changed.await;
        }
    }

    /// Waits, unless the run should end now. Whether it was not interrupted.
    pub(crate) async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.now() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// Does something that changes nothing, unless the run should end now.
    pub(crate) async fn unless_now<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.now() => Err(Failure::not_sent(
                FailureKind::Local,
                "wait any longer: a person stopped the run",
            )),
        }
    }
}
