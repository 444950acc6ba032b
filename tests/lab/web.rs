//! The drivers for web servers against servers that misbehave.

use runsheet::target::{Failure, FailureKind, Reply, Silent};

use super::room::virtually;
use super::scripted::{Key, Server, Turn, http, open, request};

fn login() -> Turn {
    http(
        "200 OK",
        "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"1/secret-cookie\" \
         outRefreshPeriod=\"600\" outVersion=\"4.1(2f)\"/>",
    )
}

fn unit() -> Turn {
    http(
        "200 OK",
        "<configResolveDn cookie=\"1/secret-cookie\" response=\"yes\"><outConfig>\
         <computeRackUnit dn=\"sys/rack-unit-1\" serial=\"FCH1\"/></outConfig></configResolveDn>",
    )
}

fn stale() -> Turn {
    http(
        "200 OK",
        "<configConfMo response=\"yes\" errorCode=\"552\" errorDescr=\"Authorization required\"/>",
    )
}

fn done() -> Turn {
    http(
        "200 OK",
        "<configConfMo cookie=\"1/secret-cookie\" response=\"yes\"><outConfig/></configConfMo>",
    )
}

const CHANGE: &str = "<configConfMo dn=\"sys/rack-unit-1\"><inConfig>\
                      <computeRackUnit adminPower=\"up\"/></inConfig></configConfMo>";

/// Sends a change after these turns of the server.
async fn change(turns: &[Turn]) -> (Result<Reply, Failure>, Server) {
    let key = Key::new();
    let server = Server::new(&key, &[&[login(), unit()], turns].concat());
    let mut session = open("cimc", &key.pin(), &server).await.expect("a session");
    let reply = session.apply(&request("cimc", CHANGE), &mut Silent).await;
    (reply, server)
}

#[test]
fn the_cookie_and_the_password_are_in_no_answer() {
    virtually(async {
        let (reply, server) = change(&[done()]).await;
        let shown = format!("{:?}", reply.expect("an answer"));
        assert!(!shown.contains("secret-cookie"), "{shown}");
        let heard = server.heard();
        assert!(heard[0].contains("inPassword=\"correct-horse\""));
        assert!(
            heard[2].contains("cookie=\"1/secret-cookie\""),
            "{}",
            heard[2]
        );
    });
}

#[test]
fn a_cookie_that_ran_out_is_replaced_and_the_change_is_sent_once_more() {
    virtually(async {
        let (reply, server) = change(&[stale(), login(), done()]).await;
        assert!(reply.expect("an answer").error.is_none());
        assert_eq!(server.heard().len(), 5);
    });
}

#[test]
fn one_that_runs_out_again_is_the_controllers_answer() {
    virtually(async {
        let (reply, _) = change(&[stale(), login(), stale()]).await;
        let error = reply.expect("an answer").error.expect("a refusal");
        assert_eq!(error.message, "error 552: Authorization required");
    });
}

#[test]
fn after_what_is_no_answer_nobody_knows_what_became_of_a_change() {
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 57\r\n\r\n<configConfMo response=\"yes\"><outConfig/></configConfMo>\n";
    let broken = [
        Turn::Say(String::new()),
        Turn::Say("SSH-2.0-dropbear\r\n".to_owned()),
        http(
            "500 Internal Server Error",
            "<configConfMo response=\"yes\"/>",
        ),
        http("200 OK", ""),
        http("200 OK", "<html><body>Please wait</body></html>"),
        http("200 OK", "<configConfMo response=\"yes\">"),
        http("200 OK", "<configConfMo/>"),
        http("200 OK", "<configResolveDn response=\"yes\"/>"),
        http(
            "200 OK",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><configConfMo response=\"yes\"/>",
        ),
        Turn::Drip(whole.to_owned()),
        Turn::Hang,
    ];
    let cut = (1..whole.len() - 1).map(|at| Turn::Say(whole[..at].to_owned()));
    for turn in broken.into_iter().chain(cut) {
        virtually(async {
            let (reply, _) = change(&[turn]).await;
            let failure = reply.expect_err("a failure");
            assert!(failure.maybe_sent(), "{failure}");
            assert!(!failure.to_string().contains("secret"), "{failure}");
        });
    }
    virtually(async {
        let (reply, _) = change(&[Turn::Say(whole.to_owned())]).await;
        assert!(reply.is_ok());
    });
}

#[test]
fn before_the_login_is_through_nothing_was_sent() {
    let key = Key::new();
    let refused =
        "<aaaLogin response=\"yes\" errorCode=\"551\" errorDescr=\"Authentication failed\"/>";
    for (turn, kind) in [
        (http("200 OK", refused), FailureKind::Authentication),
        (
            http("200 OK", "<aaaLogin response=\"yes\"/>"),
            FailureKind::Protocol,
        ),
        (http("200 OK", "nonsense"), FailureKind::Protocol),
        (Turn::Say(String::new()), FailureKind::Disconnected),
        (Turn::Hang, FailureKind::Timeout),
    ] {
        virtually(async {
            let server = Server::new(&key, &[turn]);
            let failure = open("cimc", &key.pin(), &server).await;
            let failure = failure.map(drop).expect_err("a failure");
            assert_eq!(failure.kind, kind, "{failure}");
            assert!(!failure.maybe_sent(), "{failure}");
            assert!(!failure.to_string().contains("correct-horse"), "{failure}");
        });
    }
}

#[test]
fn a_key_that_is_not_pinned_is_named_and_hears_nothing() {
    virtually(async {
        let (pinned, found) = (Key::new(), Key::new());
        let server = Server::new(&found, &[]);
        let failure = open("cimc", &pinned.pin(), &server).await;
        let failure = failure.map(drop).expect_err("a failure");
        assert_eq!(failure.kind, FailureKind::HostKey);
        assert_eq!(
            failure.message,
            format!(
                "connect to `box` (192.0.2.1:443): its TLS key is {}, and pinned is {}",
                found.pin(),
                pinned.pin()
            )
        );
        assert_eq!(server.heard(), Vec::<String>::new());
    });
}

/// Sends one request to a web server with these turns.
async fn ask(text: &str, turns: &[Turn]) -> (Result<Reply, Failure>, Server) {
    let key = Key::new();
    let server = Server::new(&key, turns);
    let mut session = open("http", &key.pin(), &server).await.expect("a session");
    let reply = session.look(&request("http", text), &mut Silent).await;
    (reply, server)
}

fn elsewhere(to: &str) -> Turn {
    Turn::Say(format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    ))
}

#[test]
fn a_look_follows_where_it_is_sent_on_the_same_server_only() {
    virtually(async {
        let turns = [elsewhere("/there"), http("200 OK", "{\"a\": 1}")];
        let (reply, server) = ask("GET /here", &turns).await;
        assert_eq!(reply.expect("an answer").stdout, b"{\"a\": 1}");
        assert!(server.heard()[1].starts_with("GET /there HTTP/1.1\r\n"));

        let (reply, server) = ask("GET /", &[elsewhere("https://192.0.2.66/")]).await;
        let failure = reply.expect_err("a failure");
        assert_eq!(
            failure.message,
            "follow `box` to `https://192.0.2.66/`: that is another server"
        );
        assert_eq!(server.heard().len(), 1);

        for other in [
            "//192.0.2.66/",
            "http://192.0.2.1/",
            "https://192.0.2.1:8443/",
            "https://192.0.2.1@192.0.2.66/",
            "there",
            "",
        ] {
            let (reply, server) = ask("GET /", &[elsewhere(other)]).await;
            let message = reply.expect_err("a failure").message;
            assert!(message.ends_with("that is another server"), "{message}");
            assert_eq!(server.heard().len(), 1);
        }
        let own = [elsewhere("https://192.0.2.1:443/a?b"), http("200 OK", "{}")];
        let (reply, server) = ask("GET /", &own).await;
        assert!(reply.is_ok());
        assert!(server.heard()[1].starts_with("GET /a?b HTTP/1.1\r\n"));

        let round = vec![elsewhere("/"); 6];
        let (reply, _) = ask("GET /", &round).await;
        assert!(reply.expect_err("a failure").message.contains("5 times"));
    });
}

#[test]
fn an_effect_is_never_sent_elsewhere() {
    virtually(async {
        for (status, is_refused) in [
            ("301 Moved Permanently", true),
            ("302 Found", false),
            ("303 See Other", false),
            ("307 Temporary Redirect", true),
            ("308 Permanent Redirect", true),
        ] {
            let key = Key::new();
            let turn = Turn::Say(format!(
                "HTTP/1.1 {status}\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
            ));
            let server = Server::new(&key, &[turn]);
            let mut session = open("http", &key.pin(), &server).await.expect("a session");
            let post = request("http", "POST /here\n\n{}");
            let reply = session.apply(&post, &mut Silent).await.expect("an answer");
            assert_eq!(reply.error.is_some(), is_refused, "{status}");
            assert_eq!(server.heard().len(), 1);
        }
    });
}

#[test]
fn a_server_that_says_no_is_quoted() {
    virtually(async {
        let body = "{\"error\": {\"code\": \"Base.1.4.X\", \"@Message.ExtendedInfo\": \
                    [{\"Message\": \"Too tired.\"}]}}";
        let (reply, _) = ask("GET /", &[http("503 Service Unavailable", body)]).await;
        let reply = reply.expect("an answer");
        assert_eq!(reply.exit, Some(1));
        let error = reply.error.expect("a refusal");
        assert_eq!(error.message, "HTTP 503 Service Unavailable: Too tired.");
    });
}

#[test]
fn what_may_change_something_is_no_look() {
    virtually(async {
        for text in ["POST /\n\n{}", "DELETE /x", "PATCH /\n\n{}"] {
            let (reply, server) = ask(text, &[]).await;
            let failure = reply.expect_err("a failure");
            assert!(!failure.maybe_sent());
            assert!(failure.message.contains("it may change something"));
            assert!(server.heard().is_empty());
        }
    });
}

/// Knocks at a web server with these turns, as `refused` does.
async fn knock(text: &str, turns: &[Turn]) -> (Result<(), Failure>, Server) {
    let key = Key::new();
    let server = Server::new(&key, turns);
    let mut session = open("http", &key.pin(), &server).await.expect("a session");
    let let_in = session.knock(&request("http", text)).await;
    (let_in, server)
}

#[test]
fn only_a_401_proves_that_a_login_is_refused() {
    virtually(async {
        let (let_in, server) = knock("GET /", &[http("401 Unauthorized", "")]).await;
        let failure = let_in.expect_err("a refusal");
        assert_eq!(failure.kind, FailureKind::Authentication);
        assert_eq!(
            failure.message,
            "log in to `box` as `admin`: HTTP 401 Unauthorized"
        );
        assert!(server.heard()[0].contains("authorization: Basic "));

        for status in [
            "403 Forbidden",
            "404 Not Found",
            "302 Found",
            "503 Service Unavailable",
        ] {
            let (let_in, _) = knock("GET /", &[http(status, "")]).await;
            let failure = let_in.expect_err("no answer to the question");
            assert_eq!(failure.kind, FailureKind::Protocol, "{failure}");
        }
        let (let_in, _) = knock("GET /", &[http("200 OK", "{}")]).await;
        assert!(let_in.is_ok(), "it let us in");
        let (let_in, server) = knock("DELETE /", &[]).await;
        assert_eq!(let_in.expect_err("no look").kind, FailureKind::Local);
        assert!(server.heard().is_empty());
    });
}
