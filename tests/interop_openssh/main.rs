//! The SSH client against OpenSSH's server.
//!
//! Each test starts an `sshd` of its own on loopback, with keys and configuration in a temporary
//! folder, and ends it by its process id. They run with `RUNSHEET_INTEROP=1`; then a missing
//! `sshd` is a failure. The password test adds an account and removes it again, so it needs root.

mod cut;
#[path = "../lab/cutting.rs"]
mod cutting;
mod ends;
mod fetching;
mod files;
mod parts;
mod run;
mod server;
mod targets;

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use runsheet::wire::ssh::{
    self, ExecEvent, ExecExit, Execution, HostKeyProblem, HostKeys, SshConnection, SshError,
    SshOptions,
};
use runsheet::wire::{Dial, TcpDial};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use server::{Account, Ended, Sshd, loopback, tool, wanted, whoami};

/// Where a test's own process, started anew with an agent, finds the server and its pin.
const AGENT_SERVER: &str = "RUNSHEET_INTEROP_AGENT_SERVER";

#[tokio::test]
async fn a_key_logs_in_and_commands_tell_how_they_ended() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let connection = server.login().await;
    assert_eq!(connection.peer().host_key, server.pin);
    assert_eq!(connection.peer().trusted_by, "pin in the inventory");
    assert_eq!(connection.peer().weak, Vec::<String>::new());

    let ended = outcome(&connection, "echo out; echo err >&2; exit 7").await;
    assert_eq!(ended.stdout, b"out\n");
    assert_eq!(ended.stderr, b"err\n");
    assert_eq!(ended.exit, ExecExit::Status(7));

    let killed = outcome(&connection, "kill -9 $$").await;
    assert_eq!(killed.exit, ExecExit::Signal("KILL".to_owned()));
}

#[tokio::test]
async fn ten_megabytes_arrive_whole_with_the_exit_status_behind_them() {
    if !wanted() {
        return;
    }
    let connection = Sshd::start().login().await;
    let ended = outcome(&connection, "head -c 10000000 /dev/zero; exit 3").await;
    assert_eq!(ended.stdout.len(), 10_000_000);
    assert_eq!(ended.exit, ExecExit::Status(3));
}

#[tokio::test]
async fn standard_input_reaches_the_command_and_ends() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let connection = server.login().await;
    let mut execution = connection.exec("wc -c").await.expect("wc starts");
    execution
        .write(&vec![b'x'; 300_000])
        .await
        .expect("input goes");
    execution.end_input().await.expect("input ends");
    let ended = finish(execution).await.expect("wc ends");
    assert_eq!(ended.stdout, b"300000\n");
}

#[tokio::test]
async fn a_shell_has_a_terminal_of_the_size_asked_for() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let mut shell = server.login().await.shell(500, 24).await.expect("a shell");
    shell
        .write_all(b"stty size; exit\n")
        .await
        .expect("a line goes");
    let mut seen = Vec::new();
    let read = shell.read_to_end(&mut seen);
    tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .expect("in time")
        .expect("its end");
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("24 500"), "{seen}");
}

#[tokio::test]
async fn a_session_killed_under_way_has_no_exit_status() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let connection = server.login().await;
    // The parent of the command's shell is the server's process for this connection.
    let mut execution = connection
        .exec("echo $PPID; exec sleep 60")
        .await
        .expect("it starts");
    let event = execution.next().await.expect("its parent");
    let ExecEvent::Stdout(parent) = event else {
        panic!("expected a process id, got {event:?}")
    };
    tool("kill", &["-9", String::from_utf8_lossy(&parent).trim()]);
    let lost = tokio::time::timeout(Duration::from_secs(20), finish(execution));
    let lost = lost.await.expect("in time");
    assert!(matches!(lost, Err(SshError::Disconnected(_))), "{lost:?}");
}

#[tokio::test]
async fn a_host_key_that_is_not_the_pinned_one_is_refused_before_any_login() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let other = format!("SHA256:{}", "A".repeat(43));
    let refused = server
        .connect(server.options(vec![other.clone()], None))
        .await;
    let Some(SshError::HostKey(HostKeyProblem::Changed {
        presented,
        expected,
        ..
    })) = refused.err()
    else {
        panic!("expected a changed host key");
    };
    assert_eq!(presented, server.pin);
    assert_eq!(expected, [(other, "pin in the inventory".to_owned())]);
    assert!(!server.log().contains("Accepted"), "{}", server.log());
}

#[tokio::test]
async fn an_unknown_host_is_refused_and_one_that_openssh_hashed_is_known() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    let file = server.path("known_hosts");
    fs::write(&file, "# nobody yet\n").expect("a file");
    let files = [file.clone()];

    let refused = server
        .connect(server.options(Vec::new(), Some(&files)))
        .await;
    let problem = refused.err();
    assert!(
        matches!(
            problem,
            Some(SshError::HostKey(HostKeyProblem::Unknown { .. }))
        ),
        "{problem:?}"
    );

    let key = fs::read_to_string(server.path("host_key.pub")).expect("the host key");
    let line = format!("# a comment\n[127.0.0.1]:{}\t{key}", server.port);
    fs::write(&file, line).expect("a file");
    tool("ssh-keygen", &["-q", "-H", "-f", file.as_str()]);
    let hashed = fs::read_to_string(&file).expect("the hashed file");
    assert!(hashed.contains("|1|"), "{hashed}");
    let known = server
        .connect(server.options(Vec::new(), Some(&files)))
        .await;
    assert_eq!(
        known.expect("a login").peer().trusted_by,
        format!("{file}:2")
    );
}

#[tokio::test]
async fn a_password_logs_in_and_a_wrong_one_is_tried_once() {
    if !wanted() {
        return;
    }
    let account = Account::add("correct horse battery");
    let server = Sshd::start();
    let with = |password: &str| {
        let mut options = server.options(vec![server.pin.clone()], None);
        options.user = account.name.clone();
        options.keys = Vec::new();
        options.password = Some(SecretString::from(password.to_owned()));
        options
    };
    let connection = server
        .connect(with("correct horse battery"))
        .await
        .expect("a login");
    let ended = outcome(&connection, "id -un").await;
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), account.name);

    let refused = server.connect(with("wrong horse battery")).await.err();
    let Some(SshError::Authentication { tried, .. }) = refused else {
        panic!("expected a refused login, got {refused:?}");
    };
    assert_eq!(tried.len(), 1, "{tried:?}");
    let log = server.log();
    assert_eq!(log.matches("Failed password").count(), 1, "{log}");
}

#[tokio::test]
async fn an_agent_logs_in() {
    if !wanted() {
        return;
    }
    // The client finds the agent through its environment, so the test starts itself anew in it.
    if let Ok(at) = std::env::var(AGENT_SERVER) {
        let (port, pin) = at.split_once(' ').expect("a port and a pin");
        let endpoint = loopback(port.parse().expect("a port"));
        let keys = HostKeys::load(endpoint.clone(), vec![pin.to_owned()], None);
        let mut options = SshOptions::new(whoami(), keys.expect("a pin"));
        options.agent = true;
        let stream = TcpDial.dial(&endpoint).await.expect("the server listens");
        ssh::connect(stream, &options)
            .await
            .map(drop)
            .expect("a login by the agent");
        return;
    }
    let server = Sshd::start();
    let socket = server.path("agent");
    let agent = Command::new("ssh-agent")
        .args(["-D", "-a", socket.as_str()])
        .stdout(Stdio::null())
        .spawn();
    let _agent = Ended(agent.expect("ssh-agent starts"));
    let deadline = Instant::now() + Duration::from_secs(10);
    while !socket.exists() {
        assert!(Instant::now() < deadline, "the agent does not listen");
        std::thread::sleep(Duration::from_millis(10));
    }
    let added = Command::new("ssh-add")
        .args(["-q", server.path("user_key").as_str()])
        .env("SSH_AUTH_SOCK", &socket)
        .status();
    assert!(added.expect("ssh-add runs").success());
    let anew = Command::new(std::env::current_exe().expect("our own path"))
        .args(["--exact", "an_agent_logs_in", "--nocapture"])
        .env("SSH_AUTH_SOCK", &socket)
        .env(AGENT_SERVER, format!("{} {}", server.port, server.pin))
        .status();
    assert!(anew.expect("the test starts anew").success());
    assert!(
        server.log().contains("Accepted publickey"),
        "{}",
        server.log()
    );
}

/// One ECDSA key in 256 has a private number that begins with a zero byte, which its file leaves
/// away.
#[tokio::test]
async fn a_key_with_a_short_number_logs_in() {
    if !wanted() {
        return;
    }
    let server = Sshd::start();
    fs::write(server.path("short"), include_str!("../keys/short_number")).expect("written");
    let public = include_str!("../keys/short_number.pub");
    fs::write(server.path("authorized_keys"), public).expect("written");
    let mut options = server.options(vec![server.pin.clone()], None);
    options.keys = vec![server.path("short")];
    server.connect(options).await.expect("let in");
}

#[tokio::test]
async fn every_hop_of_a_jump_shows_its_own_key() {
    if !wanted() {
        return;
    }
    let (jump, inner) = (Sshd::start(), Sshd::start());
    let hop = jump.login().await;
    let through = hop
        .direct_tcpip(&loopback(inner.port))
        .await
        .expect("a way through");
    let options = inner.options(vec![inner.pin.clone()], None);
    let connection = ssh::connect(through, &options)
        .await
        .expect("a login behind the jump");
    assert_eq!(connection.peer().host_key, inner.pin);
    assert_eq!(outcome(&connection, "echo there").await.stdout, b"there\n");

    // The jump host's pin does not vouch for what is behind it.
    let through = hop
        .direct_tcpip(&loopback(inner.port))
        .await
        .expect("a way through");
    let options = inner.options(vec![jump.pin.clone()], None);
    let refused = ssh::connect(through, &options).await.err();
    assert!(matches!(refused, Some(SshError::HostKey(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_stays_silent_runs_into_the_deadline() {
    if !wanted() {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = loopback(silent.local_addr().expect("its address").port());
    let keys = HostKeys::load(endpoint.clone(), vec!["SHA256:none".to_owned()], None);
    let mut options = SshOptions::new("nobody", keys.expect("a pin"));
    options.deadline = Duration::from_millis(300);
    let stream = TcpDial.dial(&endpoint).await.expect("it listens");
    let late = ssh::connect(stream, &options).await.err();
    let expected = SshError::Timeout {
        during: "the key exchange",
        after: options.deadline,
    };
    assert_eq!(late, Some(expected));
}

/// What became of a command.
#[derive(Debug)]
struct Outcome {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    exit: ExecExit,
}

async fn outcome(connection: &SshConnection, command: &str) -> Outcome {
    let execution = connection.exec(command).await.expect("the command starts");
    finish(execution).await.expect("the command ends")
}

async fn finish(mut execution: Execution) -> Result<Outcome, SshError> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    loop {
        match execution.next().await? {
            ExecEvent::Stdout(bytes) => stdout.extend(bytes),
            ExecEvent::Stderr(bytes) => stderr.extend(bytes),
            ExecEvent::Ended(exit) => {
                return Ok(Outcome {
                    stdout,
                    stderr,
                    exit,
                });
            }
        }
    }
}
