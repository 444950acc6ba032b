//! Devices that say nothing: no answer, no refusal, not even an end of the connection.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

const HELLO: &str = "# Greet\n\n## Hello\n\n```sh run on=web\necho hello > greeting\n```\n\n```sh check on=web\ncat greeting\n```\n\n```sh undo on=web\nrm greeting\n```\n";
/// How long a person is asked to wait for a device that says nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs against a device at `at`, which must end in time; gives what was shown.
fn patience(at: SocketAddr) -> String {
    let desk = Desk::new();
    let pin = "SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY";
    desk.file("change.md", HELLO).file(
        "inventory.yaml",
        format!(
            "targets:\n  web: {{driver: ssh, address: \"{at}\", user: root, host-key: \"{pin}\"}}\n"
        ),
    );
    let start = Instant::now();
    let called = desk.call("run -i inventory.yaml change.md").code(1);
    let took = start.elapsed();
    assert!(took >= PATIENCE, "it gave up after {took:?}");
    assert!(
        took < PATIENCE + Duration::from_secs(10),
        "on time, not after {took:?}"
    );
    Desk::shown(&called).replace(&at.port().to_string(), "PORT")
}

#[test]
fn a_device_that_answers_the_call_and_says_nothing() {
    let device = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = device.local_addr().expect("its address");
    // Held open to the end of the test.
    thread::spawn(move || device.incoming().collect::<Vec<_>>());
    assert_data_eq!(
        patience(at),
        str![[r#"
Greet
     stopped  Hello
              on web: cat greeting
              connect to `web` (127.0.0.1:PORT): no answer to the key exchange within 30 s

failed: stopped at `change#hello`

"#]]
    );
}

#[test]
fn a_path_that_drops_every_packet() {
    let device = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = device.local_addr().expect("its address");
    // Nobody takes these calls. When no more of them may wait, the next ones are dropped.
    let mut waiting = Vec::new();
    while let Ok(call) = TcpStream::connect_timeout(&at, Duration::from_millis(300)) {
        waiting.push(call);
    }
    assert_data_eq!(
        patience(at),
        str![[r#"
Greet
     stopped  Hello
              on web: cat greeting
              connect to `web` (127.0.0.1:PORT): no answer within 30 s

failed: stopped at `change#hello`

"#]]
    );
    drop((device, waiting));
}

#[test]
fn a_console_that_goes_silent_in_the_middle_of_a_change() {
    let desk = Desk::with_runbooks();
    desk.call("lab break silence sw1-console after 60")
        .success();
    let start = Instant::now();
    let called = desk.call("run runbooks/04-switch-stack.md").code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Stack the two switches
     stopped  Make switch 1 the leader
              on sw1-console: show version
              ask the switch for its version: wait for the device's prompt: the deadline passed, and the last line says `Switch#`

failed: stopped at `switch-stack#make-switch-1-the-leader`

"#]]
    );
    assert!(start.elapsed() < PATIENCE, "the lab's time is not ours");
}
