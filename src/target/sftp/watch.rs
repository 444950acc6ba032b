use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::target::Progress;
use crate::wire::ssh::Sftp;

/// What is known of a fence from outside while it is under way, also when it is given up.
pub(super) struct Watch {
    moved: Cell<Instant>,
    changed: Cell<bool>,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self {
            moved: Cell::new(Instant::now()),
            changed: Cell::new(false),
        }
    }

    /// Something came, went, or was read.
    pub(super) fn moves(&self) {
        self.moved.set(Instant::now());
    }

    /// From here on something at the other end may be different, be it a part only.
    pub(super) fn changes(&self) {
        self.changed.set(true);
    }

    pub(super) fn has_changed(&self) -> bool {
        self.changed.get()
    }

    /// Returns once nothing has moved for so long. A large file may take as long as it takes.
    pub(super) async fn stalls(&self, patience: Duration) {
        loop {
            let deadline = self.moved.get() + patience;
            if Instant::now() >= deadline {
                return;
            }
            sleep_until(deadline).await;
        }
    }
}

/// What a line works with.
pub(super) struct Way<'a> {
    pub(super) sftp: &'a Sftp,
    pub(super) watch: &'a Watch,
    pub(super) progress: &'a mut dyn Progress,
}

impl Way<'_> {
    /// So many bytes of a file are over.
    pub(super) fn moved(&mut self, done: u64, of: u64) {
        self.watch.moves();
        self.progress.moved(done, of);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_moves_is_given_time_and_what_stalls_is_not() {
        let watch = Watch::new();
        let began = Instant::now();
        let moving = async {
            for _ in 0..10 {
                sleep(Duration::from_secs(50)).await;
                watch.moves();
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = moving => {}
            () = watch.stalls(Duration::from_secs(60)) => {}
        }
        assert_eq!(began.elapsed().as_secs(), 500 + 60);
    }
}
