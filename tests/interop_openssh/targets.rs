//! Targets with `driver: ssh`, opened from an inventory as a run does.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use runsheet::target::{
    Clock, Connector, Failure, FailureKind, Options, Reply, Request, Sent, Session, Silent,
    inventory,
};
use runsheet::text::Source;
use runsheet::value::Scope;
use runsheet::wire::TcpDial;
use secrecy::SecretString;

use crate::server::{Sshd, free_port, wanted, whoami};

#[tokio::test]
async fn scripts_keep_their_quotes_and_long_ones_arrive() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let mut xen1 = open(&entry("xen1", &server), "xen1")
        .await
        .expect("a session");
    let quoted = "printf '%s|' \"it's\" '$HOME'; echo; exit 7";
    let reply = sh(&mut *xen1, quoted, Options::default())
        .await
        .expect("an answer");
    assert_eq!(
        (reply.stdout.as_slice(), reply.exit),
        (b"it's|$HOME|\n".as_slice(), Some(7))
    );
    assert_eq!(xen1.identity().host_key, Some(server.pin.clone()));

    let long = format!("cat\n: {}\necho end; exit 4", "x".repeat(300_000));
    let reply = sh(&mut *xen1, &long, Options::default())
        .await
        .expect("an answer");
    assert_eq!(
        (reply.stdout.as_slice(), reply.exit),
        (b"end\n".as_slice(), Some(4))
    );

    let shared = || Options {
        session: Some("one".to_owned()),
        ..Options::default()
    };
    sh(&mut *xen1, "cd /; n=5", shared())
        .await
        .expect("an answer");
    let reply = sh(&mut *xen1, "pwd; (exit $n)", shared())
        .await
        .expect("an answer");
    assert_eq!(
        (reply.stdout.as_slice(), reply.exit),
        (b"/\n".as_slice(), Some(5))
    );
}

#[tokio::test]
async fn a_file_arrives_whole() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let mut xen1 = open(&entry("xen1", &server), "xen1")
        .await
        .expect("a session");
    let path = server.path("written by a fence");
    let text = "line\n".repeat(600_000);
    let request = Request {
        names: Scope::default(),
        lang: "file",
        text: SecretString::from(text.clone()),
        options: Options {
            path: Some(path.clone()),
            mode: Some(0o600),
            ..Options::default()
        },
    };
    let reply = xen1.apply(&request, &mut Silent).await.expect("an answer");
    assert_eq!(reply.exit, Some(0), "{}", reply.stderr.escape_ascii());
    assert!(fs::read_to_string(path).is_ok_and(|read| read == text));
}

#[tokio::test]
async fn a_session_killed_under_way_may_have_done_something() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let mut xen1 = open(&entry("xen1", &server), "xen1")
        .await
        .expect("a session");
    // The nearest `sshd` above the script is the server's process for this connection. It needs a
    // moment to pass on what it dies behind.
    let text = "echo begun; sleep 1; p=$PPID
until [ \"$(cat /proc/$p/comm)\" = sshd ]; do p=$(ps -o ppid= -p $p | tr -d ' '); done
kill -9 $p; sleep 60";
    let failure = sh(&mut *xen1, text, Options::default())
        .await
        .expect_err("it was killed");
    assert_eq!(failure.kind, FailureKind::Disconnected, "{failure}");
    // As a restart does, and with `disconnects` it is one that was through.
    assert_eq!(failure.sent, Sent::All);
    assert_eq!(failure.partial.stdout, b"begun\n");

    let after = sh(&mut *xen1, "true", Options::default())
        .await
        .expect_err("it is gone");
    assert!(!after.maybe_sent(), "{after}");
}

#[tokio::test]
async fn a_command_past_its_deadline_leaves_its_end_open() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let mut xen1 = open(&entry("xen1", &server), "xen1")
        .await
        .expect("a session");
    let options = Options {
        timeout: Duration::from_secs(3),
        ..Options::default()
    };
    let failure = sh(&mut *xen1, "echo begun; exec sleep 10", options)
        .await
        .expect_err("late");
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.maybe_sent());
    assert_eq!(failure.partial.stdout, b"begun\n");
    // OpenSSH ends no command for root, so we don't claim that it ended.
    assert_eq!(
        failure.help.as_deref(),
        Some("it may still run there: look before sending it again")
    );
    let next = sh(&mut *xen1, "echo next", Options::default())
        .await
        .expect("an answer");
    assert_eq!(next.stdout, b"next\n");
}

#[tokio::test]
async fn a_target_behind_a_jump_host_is_reached_through_it() {
    if !wanted() {
        return;
    }
    let (jump, inner) = (Sshd::start(), Sshd::start());
    let behind = format!("{}    via: jump\n", entry("inner", &inner));
    let yaml = format!("{}{behind}", entry("jump", &jump));
    let mut session = open(&yaml, "inner").await.expect("a session");
    let reply = sh(&mut *session, "echo there", Options::default())
        .await
        .expect("an answer");
    assert_eq!(reply.stdout, b"there\n");
    assert!(jump.log().contains("Accepted publickey"), "{}", jump.log());

    drop(inner);
    let failure = open(&yaml, "inner").await.err().expect("nobody is there");
    assert_eq!(failure.kind, FailureKind::Unreachable, "{failure}");
    assert!(failure.message.contains("through `jump`"), "{failure}");
}

#[tokio::test]
async fn what_keeps_us_out_is_told_apart_and_nothing_is_sent() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let right = entry("xen1", &server);
    let other_pin = right.replace(&server.pin, &format!("SHA256:{}", "A".repeat(43)));
    let other_port = right.replace(&server.port.to_string(), &free_port().to_string());
    let other_user = right.replace("user_key", "host_key");
    for (yaml, kind, words) in [
        (other_pin, FailureKind::HostKey, "is not the trusted one"),
        (other_port, FailureKind::Refused, "refused"),
        (
            other_user,
            FailureKind::Authentication,
            "host_key: refused; it takes",
        ),
    ] {
        let failure = open(&yaml, "xen1").await.err().expect("no way in");
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.message.contains(words), "{failure}");
        assert!(!failure.maybe_sent());
    }
}

/// A server as an inventory's target.
pub(crate) fn entry(name: &str, server: &Sshd) -> String {
    let (user, key): (String, Utf8PathBuf) = (whoami(), server.path("user_key"));
    format!(
        "  {name}:\n    driver: ssh\n    address: 127.0.0.1:{}\n    user: {user}\n    key: {key}\n    \
         host-key: {}\n",
        server.port, server.pin
    )
}

pub(crate) async fn open(entries: &str, target: &str) -> Result<Box<dyn Session>, Failure> {
    let source = Source::new("inventory.yaml", format!("targets:\n{entries}"));
    let (inventory, found) = inventory::parse(source);
    assert!(found.is_empty(), "{found:?}");
    let connector = Connector::new(inventory, Arc::new(TcpDial), Clock::real(), None);
    connector.open(target).await
}

async fn sh(session: &mut dyn Session, text: &str, options: Options) -> Result<Reply, Failure> {
    let request = Request {
        names: Scope::default(),
        lang: "sh",
        text: SecretString::from(text),
        options,
    };
    session.apply(&request, &mut Silent).await
}
