//! The lab from outside: through its network, its files and its sockets.

mod chapter;
mod client;
mod controller;
mod faults;
mod files;
mod network;
mod served;
mod toolstack;
mod vantage;

use std::future::Future;

/// Runs a test in virtual time.
fn paused<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test)
}
