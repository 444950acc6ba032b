//! Who is spoken to: keys that change, and servers that send us elsewhere.

use super::server::{Answer, Server, desk, desk_with, http, run};

const BOOK: &str = "# Book\n\n## Ask it\n\n\
    ```sh run always undo=none reason=\"nothing is changed\" on=local\ntrue\n```\n\n\
    ```http check on=box timeout=5s\nGET /here\n```\n";

#[test]
fn a_key_that_changed_is_told_with_the_old_one_and_what_to_do() {
    let (known, found) = (
        Server::start(|_| http("200 OK", "{}")),
        Server::start(|_| http("200 OK", "{}")),
    );
    let (code, shown) = run(&desk_with("http", &found, &known.pin), BOOK);
    assert_eq!(code, 1, "{shown}");
    let words = format!("its TLS key is {}, and pinned is {}", found.pin, known.pin);
    assert!(shown.contains(&words), "{shown}");
    let help = format!(
        "compare the key at the device itself; if it is right, write `tls-pin: {}`",
        found.pin
    );
    assert!(shown.contains(&help), "{shown}");
    assert!(found.heard().is_empty(), "it was told nothing");
}

fn elsewhere(to: &str) -> Answer {
    Answer::Say(
        format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
            .into_bytes(),
    )
}

#[test]
fn a_look_is_taken_elsewhere_on_the_same_server_only() {
    let server = Server::start(|request| match request.starts_with("GET /here ") {
        true => elsewhere("/there"),
        false => http("200 OK", "{}"),
    });
    let (code, shown) = run(&desk("http", &server), BOOK);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(server.count("GET /there HTTP/1.1"), 1);

    // The same machine is not the same server.
    let other = Server::start(|_| http("200 OK", "{}"));
    let to = format!("https://{}/", other.at);
    let sends = to.clone();
    let server = Server::start(move |_| elsewhere(&sends));
    let (code, shown) = run(&desk("http", &server), BOOK);
    assert_eq!(code, 1, "{shown}");
    let words = format!("follow `box` to `{to}`: that is another server");
    assert!(shown.contains(&words), "{shown}");
    assert!(other.heard().is_empty(), "our login is not for it");
}

#[test]
fn an_effect_is_taken_nowhere() {
    const BOOK: &str = "# Book\n\n## Change it\n\n\
        ```http run on=box always timeout=5s undo=none reason=\"a test\"\nPOST /here\n\n{}\n```\n\n\
        ```http check on=box timeout=5s\nGET /state\n```\n";
    let server = Server::start(|request| match request.starts_with("POST /here ") {
        true => elsewhere("/there"),
        false => http("200 OK", "{}"),
    });
    let (code, shown) = run(&desk("http", &server), BOOK);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("HTTP 307 Temporary Redirect"), "{shown}");
    assert!(shown.contains("it sends us to `/there`"), "{shown}");
    assert_eq!(server.count("/there"), 0);
}
