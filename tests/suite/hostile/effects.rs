//! Effects whose answer is none: nobody knows what became of them, so a check looks, and nothing
//! is sent twice that must not be.

use std::sync::atomic::{AtomicBool, Ordering};

use super::server::{Answer, COOKIE, Server, desk, http, journal, run};

const BOOK: &str = "# Book\n\n## Switch it on\n\n\
    ```cimc run on=box timeout=2s once undo=none reason=\"a test\"\n\
    <configConfMo dn=\"sys/rack-unit-1\">\n  \
    <inConfig><computeRackUnit adminPower=\"up\"/></inConfig>\n</configConfMo>\n```\n\n\
    ```cimc check on=box timeout=2s\n<configResolveDn dn=\"sys/rack-unit-1\"/>\n```\n\n\
    ```assert\nxml.configResolveDn.outConfig.computeRackUnit[\"@operPower\"] == \"on\"\n```\n";

/// A controller that answers changes in its own way, and does them or not. It repeats the
/// session in everything it says.
fn controller(does: bool, answers: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let on = AtomicBool::new(false);
    Server::start(move |request| {
        if request.contains("<aaaLogin") {
            return http(
                "200 OK",
                &format!("<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"{COOKIE}\"/>"),
            );
        }
        if request.contains("<aaaLogout") {
            return http(
                "200 OK",
                "<aaaLogout response=\"yes\" outStatus=\"success\"/>",
            );
        }
        if request.contains("<configConfMo") {
            on.fetch_or(does, Ordering::SeqCst);
            return answers();
        }
        let power = match on.load(Ordering::SeqCst) {
            true => "on",
            false => "off",
        };
        http(
            "200 OK",
            &format!(
                "<configResolveDn cookie=\"{COOKIE}\" response=\"yes\"><outConfig>\
                 <computeRackUnit serial=\"FCH1\" operPower=\"{power}\" note=\"for {COOKIE}\"/>\
                 </outConfig></configResolveDn>"
            ),
        )
    })
}

fn answers() -> Vec<fn() -> Answer> {
    vec![
        || http("200 OK", ""),
        || http("200 OK", "<html><body>Please wait</body></html>"),
        || http("200 OK", "<configConfMo response=\"yes\"><outConfig>"),
        || http("200 OK", "{\"error\": \"this is not Redfish\"}"),
        || http("502 Bad Gateway", "<configConfMo response=\"yes\"/>"),
        || http("302 Found", ""),
        || Answer::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<configConfMo".to_vec()),
        || Answer::Say(Vec::new()),
        || Answer::Drip("H"),
        || Answer::Flood("<configConfMo>"),
    ]
}

/// Tries all answers at once: after each of them a run waits a while before it looks.
fn each(judge: impl Fn(fn() -> Answer) + Sync) {
    std::thread::scope(|scope| {
        for answer in answers() {
            let judge = &judge;
            scope.spawn(move || judge(answer));
        }
    });
}

#[test]
fn what_was_done_all_the_same_is_seen_by_the_check() {
    each(|answer| {
        let server = controller(true, answer);
        let desk = desk("cimc", &server);
        let (code, shown) = run(&desk, BOOK);
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("1 step: 1 reconciled"), "{shown}");
        assert_eq!(server.count("<configConfMo"), 1);
        let journal = journal(&desk);
        assert!(journal.contains("\"outcome\":\"unknown\""), "{journal}");
        assert_eq!(server.count("<aaaLogin"), server.count("<aaaLogout"));
    });
}

#[test]
fn what_was_not_done_waits_for_a_person_if_it_is_for_once() {
    each(|answer| {
        let server = controller(false, answer);
        let (code, shown) = run(&desk("cimc", &server), BOOK);
        assert_eq!(code, 3, "{shown}");
        assert!(shown.contains("needs a decision"), "{shown}");
        assert_eq!(server.count("<configConfMo"), 1);
    });
}
