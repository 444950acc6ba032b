//! Answers with which a server, or a gateway before it, says that it failed: a refusal proves that
//! nothing was done, and these don't.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::server::{Server, desk, http, journal, run};

const BOOK: &str = "# Book\n\n## Make the volume\n\n\
    ```http run on=box once\nPOST /volume\n\n{}\n```\n\n\
    ```http check on=box within=60s every=1s\nGET /volume\n```\n\n```expect\nthere\n```\n\n\
    ```http undo on=box\nDELETE /volume\n```\n";

/// A gateway that answers a POST with `status`, while the server behind it takes its time to do
/// what was asked, or does nothing.
fn gateway(status: &'static str, does: bool) -> Server {
    let there = Arc::new(AtomicBool::new(false));
    Server::start(move |request| {
        if request.starts_with("POST") {
            let there = there.clone();
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(4));
                there.store(does, Ordering::SeqCst);
            });
            return http(status, "so much for that\n");
        }
        if request.starts_with("DELETE") {
            there.store(false, Ordering::SeqCst);
        }
        let body = if there.load(Ordering::SeqCst) {
            "there\n"
        } else {
            "gone\n"
        };
        http("200 OK", body)
    })
}

/// Tries all of these at once: a run waits a while for what it can't know.
fn each(statuses: &'static [&'static str], judge: impl Fn(&'static str) + Sync) {
    thread::scope(|scope| {
        for status in statuses {
            let judge = &judge;
            scope.spawn(move || judge(status));
        }
    });
}

const UNCLEAR: &[&str] = &[
    "500 Internal Server Error",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway Timeout",
];

#[test]
fn what_arrives_after_the_answer_is_seen_by_the_check() {
    each(UNCLEAR, |status| {
        let server = gateway(status, true);
        let desk = desk("http", &server);
        let (code, shown) = run(&desk, BOOK);
        assert_eq!(code, 0, "{status}: {shown}");
        assert!(shown.contains("1 step: 1 reconciled"), "{shown}");
        assert_eq!((server.count("POST /"), server.count("DELETE /")), (1, 0));
        let journal = journal(&desk);
        assert!(journal.contains("\"outcome\":\"unknown\""), "{journal}");
        assert!(journal.contains(&format!("HTTP {status}")), "{journal}");
        assert!(journal.contains("so much for that"), "{journal}");
    });
}

#[test]
fn what_does_not_arrive_waits_for_a_person_if_it_is_for_once() {
    each(&["504 Gateway Timeout"], |status| {
        let server = gateway(status, false);
        let book = BOOK.replace("within=60s", "within=5s");
        let (code, shown) = run(&desk("http", &server), &book);
        assert_eq!(code, 3, "{shown}");
        assert!(shown.contains("needs a decision"), "{shown}");
        assert_eq!((server.count("POST /"), server.count("DELETE /")), (1, 0));
    });
}

#[test]
fn what_a_server_does_not_do_at_all_is_refused() {
    const REFUSED: &[&str] = &["400 Bad Request", "409 Conflict", "501 Not Implemented"];
    each(REFUSED, |status| {
        let server = gateway(status, false);
        let desk = desk("http", &server);
        let (code, shown) = run(&desk, BOOK);
        assert_eq!(code, 1, "{status}: {shown}");
        assert_eq!(server.count("POST /"), 1);
        let journal = journal(&desk);
        assert!(journal.contains("\"outcome\":\"error\""), "{journal}");
    });
}
