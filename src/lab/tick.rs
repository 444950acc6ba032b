use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::Lab;
use super::handle::Shared;

impl Lab {
    /// Starts the task that lets due events happen while nobody looks. It ends with the lab.
    pub(super) fn start_ticking(&self) {
        if !self.shared.ticking.swap(true, Ordering::Relaxed) {
            tokio::spawn(tick(
                Arc::downgrade(&self.shared),
                self.shared.changed.subscribe(),
            ));
        }
    }
}

async fn tick(shared: Weak<Shared>, mut changed: watch::Receiver<u64>) {
    loop {
        let due = {
            let Some(shared) = shared.upgrade() else {
                return;
            };
            changed.borrow_and_update();
            let lab = Lab { shared };
            let core = lab.core();
            core.floor
                .world
                .next_event()
                .map(|next| core.pace.instant(next))
        };
        let asleep = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            still = changed.changed() => if still.is_err() { return },
            () = asleep => {}
        }
    }
}
