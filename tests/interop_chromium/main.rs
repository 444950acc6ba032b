//! Reports in a real browser: whatever devices and runbooks say, nothing of it runs, and no
//! request leaves.
//!
//! Every request of the browser goes to a collector on loopback, and so do its reports of what
//! the pages' policy stopped. The tests run with `RUNSHEET_INTEROP=1`; then a missing browser
//! is a failure.

mod browser;
mod collector;
mod document;
#[path = "../reports/journal.rs"]
#[allow(dead_code)]
mod journal;
mod payloads;
mod places;

use std::collections::BTreeSet;

use runsheet::report::{Recording, html, player};

use browser::{load, wanted};
use collector::Collector;
use document::foreign;
use payloads::payloads;
use places::PLACES;

/// How many payloads in how many places are the least that count as a test.
const LEAST: usize = 500;

#[test]
fn the_test_would_notice_what_it_looks_for() {
    if !wanted() {
        return;
    }
    let collector = Collector::start();
    let page = "<!doctype html><body><script>fetch('http://pwned.invalid/1')</script>\
                <img src=http://pwned.invalid/2 onerror=\"document.title='PWNED'\">";
    let open = collector.put("open", page.to_owned(), None);
    let document = load(&open, &collector);
    let (asked, _) = collector.take();
    assert!(
        asked.iter().any(|line| line.contains("pwned.invalid/1")),
        "{asked:?}"
    );
    assert!(
        asked.iter().any(|line| line.contains("pwned.invalid/2")),
        "{asked:?}"
    );
    let found = BTreeSet::from([
        "<img>".to_owned(),
        "onerror of <img>".to_owned(),
        "src of <img>".to_owned(),
    ]);
    assert_eq!(foreign(&document), found);

    // The second line of defence: with its policy not even such a page can do anything.
    let report = html(&journal::backed_out().account(), Some("")).expect("the template is sound");
    let guarded = collector.put("guarded", page.to_owned(), Some(&policy(&report)));
    load(&guarded, &collector);
    let (asked, violations) = collector.take();
    assert_eq!(asked, Vec::<String>::new());
    assert!(violations.len() >= 2, "{violations:?}");
}

#[test]
fn whatever_is_said_in_a_report_nothing_runs_and_no_request_leaves() {
    if !wanted() {
        return;
    }
    let payloads = payloads();
    let tried = payloads.len() * PLACES.len();
    assert!(tried >= LEAST, "{tried} payloads in places");
    let collector = Collector::start();
    for (place, write) in PLACES {
        let run = write(&payloads);
        let page = html(&run.account(), Some("")).expect("the template is sound");
        let steps = page.matches("<article ").count();
        assert!(steps > 0, "{place}: no steps");
        let document = quiet(&collector, place, &page);
        assert_eq!(
            document.matches("<article ").count(),
            steps,
            "{place}: steps are missing"
        );
        // What is not there can't be shown to be harmless.
        let shown = (0..payloads.len())
            .filter(|n| document.contains(&format!("pwned.invalid/{n}")))
            .count();
        assert!(
            shown * 3 > payloads.len(),
            "{place}: {shown} are on the page"
        );
        assert!(
            document
                .trim_end()
                .ends_with("</footer>\n\n\n</body></html>"),
            "{place}"
        );
    }
    println!("{tried} payloads in places in report.html: nothing ran, no request left");
}

#[test]
fn whatever_is_said_in_a_recording_nothing_runs_and_no_request_leaves() {
    if !wanted() {
        return;
    }
    let payloads = payloads();
    let collector = Collector::start();
    let mut tried = 0;
    for (place, write) in PLACES {
        let mut recordings = Recording::all(write(&payloads).entries());
        // What never went over a line is in no recording.
        if recordings.is_empty() {
            continue;
        }
        tried += payloads.len();
        // All at once, so that all of it is on the screen when the page is looked at.
        for recording in &mut recordings {
            for frame in &mut recording.frames {
                frame.at_ms = 0;
            }
        }
        let page = player(&recordings).expect("the template is sound");
        let document = quiet(&collector, place, &page);
        assert_eq!(
            document.matches("<script").count(),
            2,
            "{place}: a script was added"
        );
        let played = document.contains("<button class=\"current\">");
        assert!(played, "{place}: the player itself did not run\n{document}");
    }
    assert!(tried >= LEAST, "{tried} payloads in places");
    println!("{tried} payloads in places on the player page: nothing ran, no request left");
}

/// Loads a page as it is, and again with neither policy in its way: escaping alone must do.
fn quiet(collector: &Collector, place: &str, page: &str) -> String {
    let policy = policy(page);
    let bare = page.replacen(
        "http-equiv=\"Content-Security-Policy\"",
        "name=\"was-policy\"",
        1,
    );
    assert_ne!(bare, page);
    let mut document = String::new();
    for (name, page, policy) in [
        ("bare", &bare, None),
        ("page", &page.to_owned(), Some(&policy)),
    ] {
        let address = collector.put(name, page.clone(), policy.map(String::as_str));
        document = load(&address, collector);
        let (mut asked, violations) = collector.take();
        // The browser's own idea, on every page.
        asked.retain(|line| !line.ends_with("/favicon.ico HTTP/1.1"));
        assert_eq!(asked, Vec::<String>::new(), "{place}, {name}");
        assert_eq!(violations, Vec::<String>::new(), "{place}, {name}");
        assert!(!document.contains("<title>PWNED"), "{place}, {name}");
        assert_eq!(foreign(&document), BTreeSet::new(), "{place}, {name}");
    }
    document
}

/// The policy that a page declares.
fn policy(page: &str) -> String {
    let (_, rest) = page
        .split_once("Content-Security-Policy\" content=\"")
        .expect("a page has a policy");
    let (policy, _) = rest.split_once('"').expect("it ends");
    policy
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&#x2b;", "+")
}
