use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::target::{Failure, FailureKind, Reply};

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
        self.asked_more_than(1).await;
    }

    async fn asked_more_than(&self, times: u8) {
        loop {
            // Listening starts before looking, so that no wish is missed in between.
            let changed = self.changed.notified();
            if self.times() > times {
                return;
            }
            changed.await;
        }
    }

    /// Waits, unless the run should end now. Whether it waited to the end.
    pub(crate) async fn sleep(&self, time: Duration) -> bool {
        self.wait(time, 1).await
    }

    /// Waits for something to become so, unless the run should end. Whether it waited to the end.
    pub(crate) async fn have_patience(&self, time: Duration) -> bool {
        self.wait(time, 0).await
    }

    async fn wait(&self, time: Duration, times: u8) -> bool {
        tokio::select! {
            biased;
            () = self.asked_more_than(times) => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// Looks at something, which changes nothing: whoever asks meanwhile need not wait for the end.
    /// What is begun after the first wish may tell how the last effect ended.
    pub(crate) async fn while_unasked<T>(
        &self,
        look: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let before = self.times().min(1);
        tokio::select! {
            biased;
            done = look => done,
            () = self.asked_more_than(before) => Err(stopped()),
        }
    }

    /// Connects to where an effect goes, unless the run should end now.
    pub(crate) async fn unless_now<T>(
        &self,
        connect: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            done = connect => done,
            () = self.now() => Err(stopped()),
        }
    }
}

/// Whatever it was, nobody can tell now: not that something is not there either.
fn stopped() -> Failure {
    let what = "wait any longer: a person stopped the run";
    Failure::unknown(FailureKind::Local, what, Reply::default())
}
