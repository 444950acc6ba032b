//! The driver for XenServer's toolstack against servers that misbehave.

use runsheet::target::{Failure, FailureKind, LineFate, Refused, Reply, Request, Sent, Silent};

use super::room::virtually;
use super::scripted::{Key, Server, Turn, http, open, request};

const SESSION: &str = "OpaqueRef:our-session";

fn answer(status: &str, member: &str, value: &str) -> Turn {
    http(
        "200 OK",
        &format!(
            "<methodResponse><params><param><value><struct>\
             <member><name>Status</name><value>{status}</value></member>\
             <member><name>{member}</name><value>{value}</value></member>\
             </struct></value></param></params></methodResponse>"
        ),
    )
}

fn gives(value: &str) -> Turn {
    answer("Success", "Value", value)
}

fn refuses(words: &[&str]) -> Turn {
    let words = words.iter().map(|word| format!("<value>{word}</value>"));
    let words: String = words.collect();
    let list = format!("<array><data>{words}</data></array>");
    answer("Failure", "ErrorDescription", &list)
}

fn member(name: &str, value: &str) -> String {
    format!("<struct><member><name>{name}</name><value>{value}</value></member></struct>")
}

/// What is asked to log in and to learn which host it is.
fn entry() -> [Turn; 4] {
    [
        gives(SESSION),
        gives("OpaqueRef:host"),
        gives(&member("system-serial-number", "FCH1")),
        gives(&member("product_version", "6.5.0")),
    ]
}

/// Sends an effect after these turns.
async fn effect(call: Request, turns: &[Turn]) -> (Result<Reply, Failure>, Server) {
    let key = Key::new();
    let server = Server::new(&key, &[&entry(), turns].concat());
    let mut session = open("xapi", &key.pin(), &server).await.expect("a session");
    (session.apply(&call, &mut Silent).await, server)
}

#[test]
fn a_restart_is_through_only_where_all_of_the_call_has_left() {
    let short = "host.reboot(\"OpaqueRef:host\")".to_owned();
    // It is read a piece at a time, so the rest of a long call is still to come.
    let long = format!("host.reboot(\"{}\")", "x".repeat(1 << 20));
    let ended = Turn::Say(String::new());
    let garbage = Turn::Say("SSH-2.0-dropbear\r\n".to_owned());
    for (call, turn, kind, sent) in [
        (&short, ended, FailureKind::Disconnected, Sent::All),
        (
            &long,
            Turn::Gone(100),
            FailureKind::Disconnected,
            Sent::Some,
        ),
        (&short, garbage, FailureKind::Protocol, Sent::All),
    ] {
        virtually(async {
            let (reply, _) = effect(request("xapi", call), &[turn]).await;
            let failure = reply.expect_err("no answer");
            assert_eq!((failure.kind, failure.sent), (kind, sent));
        });
    }
}

#[test]
fn a_session_of_somebody_elses_is_no_reason_to_send_again() {
    virtually(async {
        let call = request("xapi", "VM.migrate_send(\"OpaqueRef:vm\")");
        let far = refuses(&["SESSION_INVALID", "OpaqueRef:far"]);
        let (reply, server) = effect(call, &[far]).await;
        let error = reply.expect("an answer").error.expect("a refusal");
        assert_eq!(error.message, "SESSION_INVALID: OpaqueRef:far");
        assert_eq!(server.heard().len(), 5);
    });
}

#[test]
fn our_own_is_replaced_once_and_shown_nowhere() {
    virtually(async {
        let call = || request("xapi", "host.disable(\"OpaqueRef:host\")");
        let stale = refuses(&["SESSION_INVALID", SESSION]);
        let turns = [&[stale][..], &entry(), &[gives("")]].concat();
        let (reply, server) = effect(call(), &turns).await;
        assert!(reply.expect("an answer").error.is_none());
        assert_eq!(server.heard().len(), 10);

        let about = refuses(&["HANDLE_INVALID", "session", SESSION]);
        let (reply, _) = effect(call(), &[about]).await;
        let reply = reply.expect("an answer");
        assert_eq!(reply.refused, Refused::Absent);
        let shown = format!("{reply:?}");
        assert!(!shown.contains("our-session"), "{shown}");
        assert!(shown.contains("(this session)"), "{shown}");
    });
}

#[test]
fn a_member_of_a_pool_has_its_key_and_is_asked_nothing() {
    virtually(async {
        let key = Key::new();
        let is_member = || refuses(&["HOST_IS_SLAVE", "172.16.40.13"]);
        let turns = [is_member(), is_member(), is_member()];
        let server = Server::new(&key, &turns);
        let mut session = open("xapi", &key.pin(), &server).await.expect("a session");
        assert_eq!(session.identity().host_key, Some(key.pin()));
        let look = request("xapi", "host.get_all()");
        let reply = session.look(&look, &mut Silent).await.expect("an answer");
        assert_eq!(reply.refused, Refused::Elsewhere);
        assert!(
            reply
                .lines
                .iter()
                .all(|line| line.fate == LineFate::NotSent)
        );
        // Not that our login was taken.
        let knock = session.knock(&look).await.expect_err("nobody was let in");
        assert_eq!(knock.kind, FailureKind::Protocol);
    });
}

#[test]
fn it_is_known_by_its_serial_number_once_it_lets_us_in() {
    virtually(async {
        let key = Key::new();
        let is_member = refuses(&["HOST_IS_SLAVE", "172.16.40.13"]);
        let turns = [&[is_member][..], &entry(), &[gives("")]].concat();
        let server = Server::new(&key, &turns);
        let mut session = open("xapi", &key.pin(), &server).await.expect("a session");
        assert!(session.identity().serials.is_empty());
        let call = request("xapi", "host.disable(\"OpaqueRef:host\")");
        let reply = session.apply(&call, &mut Silent).await;
        assert!(reply.expect("an answer").error.is_none());
        assert_eq!(session.identity().serials, ["FCH1"]);
    });
}

#[test]
fn another_host_behind_the_address_is_sent_nothing() {
    virtually(async {
        let stale = refuses(&["SESSION_INVALID", SESSION]);
        let [login, host, _, version] = entry();
        let other = gives(&member("system-serial-number", "FCH2"));
        let logout = gives("");
        let turns = [stale, login, host, other, version, logout];
        let call = request("xapi", "host.disable(\"OpaqueRef:host\")");
        let (reply, server) = effect(call, &turns).await;
        let failure = reply.expect_err("it is another host");
        assert_eq!(failure.kind, FailureKind::HostKey);
        assert!(!failure.maybe_sent(), "{failure}");
        let heard = server.heard().concat();
        assert_eq!(heard.matches("host.disable").count(), 1);
    });
}

#[test]
fn a_serial_number_that_nobody_gave_is_none() {
    virtually(async {
        let key = Key::new();
        let [login, host, _, version] = entry();
        let blank = gives(&member("system-serial-number", "To Be Filled By O.E.M."));
        let server = Server::new(&key, &[login, host, blank, gives("uuid-1"), version]);
        let session = open("xapi", &key.pin(), &server).await.expect("a session");
        assert_eq!(session.identity().serials, ["uuid-1"]);
    });
}

#[test]
fn a_task_is_not_asked_for_with_a_login_that_is_refused() {
    virtually(async {
        let call = request("xapi", "Async.host.evacuate(\"OpaqueRef:host\")");
        let turns = [
            gives("OpaqueRef:task"),
            refuses(&["SESSION_INVALID", SESSION]),
            refuses(&["SESSION_AUTHENTICATION_FAILED", "root"]),
        ];
        let (reply, server) = effect(call, &turns).await;
        let failure = reply.expect_err("nobody knows what became of it");
        assert_eq!(failure.kind, FailureKind::Authentication);
        assert!(failure.maybe_sent());
        assert_eq!(server.heard().len(), 7);
    });
}

#[test]
fn what_gives_no_task_is_not_done() {
    virtually(async {
        let call = request("xapi", "Async.host.evacuate(\"OpaqueRef:host\")");
        let no_task = gives("<array><data><value>no task</value></data></array>");
        let (reply, _) = effect(call, &[no_task]).await;
        let failure = reply.expect_err("nobody knows what became of it");
        assert!(failure.maybe_sent(), "{failure}");
    });
}

#[test]
fn an_effect_is_one_call() {
    virtually(async {
        let two = "host.disable(\"OpaqueRef:host\")\nhost.reboot(\"OpaqueRef:host\")";
        let (reply, server) = effect(request("xapi", two), &[]).await;
        assert!(!reply.expect_err("nothing was sent").maybe_sent());
        assert_eq!(server.heard().len(), 4);
    });
}
