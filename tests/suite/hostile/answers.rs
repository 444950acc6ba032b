//! Looks that get no answer, or one that is none.

use std::time::{Duration, Instant};

use super::server::{Answer, Server, desk, http, run};

/// A step that does something here, and then asks a web server.
const BOOK: &str = "# Book\n\n## Ask it\n\n\
    ```sh run always undo=none reason=\"nothing is changed\" on=local\ntrue\n```\n\n\
    ```http check on=box timeout=2s\nGET /redfish/v1/Systems\n```\n\n\
    ```assert\njson.Name == \"Systems\"\n```\n";

/// What a run says about such an answer.
fn told(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let server = Server::start(answer);
    let (code, shown) = run(&desk("http", &server), BOOK);
    assert_eq!(code, 1, "{shown}");
    shown
}

#[test]
fn the_book_passes_where_the_answer_is_right() {
    let server = Server::start(|_| http("200 OK", "{\"Name\": \"Systems\"}"));
    let (code, shown) = run(&desk("http", &server), BOOK);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(server.count("authorization: Basic "), 1);
}

#[test]
fn what_is_no_json_is_no_answer_to_a_question_about_it() {
    for body in [
        "",
        "<html><body>Please wait while the service starts</body></html>",
        "{\"Name\": \"Syst",
        "{\"Name\": \"Systems\"} and more",
    ] {
        let shown = told(move |_| http("200 OK", body));
        assert!(shown.contains("json"), "{body}: {shown}");
    }
}

#[test]
fn an_answer_shorter_than_it_says_is_a_broken_connection() {
    let shown = told(|_| {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Name\": \"Systems\"}";
        Answer::Say(text.as_bytes().to_vec())
    });
    assert!(shown.contains("get an answer from `box`"), "{shown}");
}

#[test]
fn an_answer_longer_than_it_says_counts_as_far_as_it_says() {
    let shown = told(|_| {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"Name\": \"Systems\"}";
        Answer::Say(text.as_bytes().to_vec())
    });
    assert!(shown.contains("json"), "{shown}");
}

#[test]
fn lengths_that_contradict_each_other_are_no_http() {
    let shown = told(|_| {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\nContent-Length: 500\r\n\r\n\
                    {\"Name\": \"Systems\"}";
        Answer::Say(text.as_bytes().to_vec())
    });
    assert!(shown.contains("get an answer from `box`"), "{shown}");
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let shown = told(|_| Answer::Flood("{\"Name\": \"Systems\"}"));
    assert!(
        shown.contains("its answer is larger than 8388608 bytes"),
        "{shown}"
    );
}

#[test]
fn who_drips_does_not_get_more_time() {
    for drip in ["H", "HTTP/1.1 200 OK\r\nX: y\r\n"] {
        let begun = Instant::now();
        let shown = told(move |_| Answer::Drip(drip));
        let after = begun.elapsed();
        assert!(
            shown.contains("none within 2 s") || shown.contains("get an answer from `box`"),
            "{shown}"
        );
        assert!(after < Duration::from_secs(20), "{after:?}");
    }
    let shown = told(|_| Answer::Drip("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"));
    assert!(shown.contains("none within 2 s"), "{shown}");
}

#[test]
fn a_server_that_repeats_our_login_is_not_quoted() {
    // The sweep of every run finds it if it were.
    let shown = told(|request| http("400 Bad Request", &format!("You said: {request}")));
    assert!(shown.contains("HTTP 400 Bad Request"), "{shown}");
}
