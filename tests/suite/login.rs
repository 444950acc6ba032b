//! Devices that refuse us, and devices that are not who they should be.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::{self, Auth, Config, Response};
use snapbox::{assert_data_eq, str};
use tokio::net::TcpListener as AsyncListener;

use super::desk::Desk;
use super::served::Served;

const RUN: &str = "run -i inventory.yaml --state ours runbooks/04-switch-stack.md --unattended";
/// The password of everything in the lab.
const PASSWORD: &str = "Workshop-3650";

/// Passes connections on to a port of loopback and counts them.
struct Turnstile {
    at: SocketAddr,
    passed: Arc<AtomicUsize>,
}

impl Turnstile {
    fn before(port: u16) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = door.local_addr().expect("its address");
        let passed = Arc::new(AtomicUsize::new(0));
        let count = passed.clone();
        thread::spawn(move || {
            for visitor in door.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                if let Ok(device) = TcpStream::connect(("127.0.0.1", port)) {
                    relay(&visitor, &device);
                    relay(&device, &visitor);
                }
            }
        });
        Self { at, passed }
    }

    fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

fn relay(from: &TcpStream, to: &TcpStream) {
    if let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) {
        thread::spawn(move || io::copy(&mut from, &mut to));
    }
}

/// A server that takes passwords in two ways, finds all of them wrong and counts them.
#[derive(Clone, Default)]
struct Doorkeeper {
    passwords: Arc<AtomicUsize>,
}

impl Doorkeeper {
    fn refuse(&self) -> Result<Auth, russh::Error> {
        self.passwords.fetch_add(1, Ordering::SeqCst);
        Ok(Auth::reject())
    }

    /// Serves in a thread of its own, to the end of the tests; gives its port and host key.
    fn serve(&self) -> (u16, String) {
        let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519)
            .expect("a host key");
        let pin = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let config = Arc::new(Config {
            keys: vec![key],
            ..Config::default()
        });
        let door = TcpListener::bind("127.0.0.1:0").expect("a port");
        door.set_nonblocking(true).expect("a door for tokio");
        let port = door.local_addr().expect("its address").port();
        let keeper = self.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let door = AsyncListener::from_std(door).expect("a door");
                while let Ok((stream, _)) = door.accept().await {
                    let session = server::run_stream(config.clone(), stream, keeper.clone());
                    if let Ok(session) = session.await {
                        tokio::spawn(session);
                    }
                }
            });
        });
        (port, pin)
    }
}

impl server::Handler for Doorkeeper {
    type Error = russh::Error;

    async fn auth_password(&mut self, _user: &str, _password: &str) -> Result<Auth, russh::Error> {
        self.refuse()
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        if response.is_some() {
            return self.refuse();
        }
        Ok(Auth::Partial {
            name: "".into(),
            instructions: "".into(),
            prompts: vec![("Password: ".into(), false)].into(),
        })
    }
}

/// What a run shows, with a word for the port that is another one every day.
fn shown(desk: &Desk, port: u16) -> String {
    let called = desk.call(RUN).code(1);
    Desk::shown(&called).replace(&port.to_string(), "PORT")
}

#[test]
fn a_wrong_password_is_tried_once() {
    let desk = Desk::with_runbooks();
    let lab = Served::start(&desk);
    let turnstile = Turnstile::before(lab.console());
    let port = turnstile.at.port();
    let inventory = desk
        .read("inventory.yaml")
        .replace(PASSWORD, "Wrong-Password-1")
        .replace(&lab.console().to_string(), &port.to_string());
    desk.file("inventory.yaml", inventory);
    assert_data_eq!(
        shown(&desk, port),
        str![[r#"
Stack the two switches
     stopped  Make switch 1 the leader
              on sw1-console: show version
              connect to `sw1-console` (127.0.0.1:PORT): the server refused our login as `console`; password: refused; it takes password or keyboard-interactive
              help: see whether the user and the password or key in its inventory entry are still right; none is tried twice, so that no account gets locked

failed: stopped at `switch-stack#make-switch-1-the-leader`

"#]]
    );
    assert_eq!(
        turnstile.passed(),
        1,
        "an account may be locked after a few"
    );
    assert_eq!(desk.said("lab diff"), "", "nothing was sent");
}

#[test]
fn a_wrong_password_is_not_tried_again_in_another_way() {
    let desk = Desk::with_runbooks();
    let doorkeeper = Doorkeeper::default();
    let (port, pin) = doorkeeper.serve();
    let login = format!("user: admin, password: \"env:PASSWORD\", host-key: \"{pin}\"");
    desk.file(
        "inventory.yaml",
        format!("targets:\n  web: {{driver: ssh, address: \"127.0.0.1:{port}\", {login}}}\n"),
    );
    desk.file(
        "change.md",
        "# Ask\n\n## Who\n\n```sh check on=web\nid\n```\n",
    );
    let called = desk
        .runsheet("run -i inventory.yaml change.md")
        .env("PASSWORD", "not-the-password")
        .assert()
        .code(1);
    let said = Desk::shown(&called).replace(&port.to_string(), "PORT");
    assert_data_eq!(
        said,
        str![[r#"
Ask
     stopped  Who
              on web: id
              connect to `web` (127.0.0.1:PORT): the server refused our login as `admin`; password: refused; it takes publickey, hostbased or keyboard-interactive
              help: see whether the user and the password or key in its inventory entry are still right; none is tried twice, so that no account gets locked

failed: stopped at `change#who`

"#]]
    );
    assert_eq!(doorkeeper.passwords.load(Ordering::SeqCst), 1);
}

#[test]
fn a_host_key_that_changed_is_not_trusted() {
    let desk = Desk::with_runbooks();
    let lab = Served::start(&desk);
    let served = desk.read("inventory.yaml");
    let other = "host-key: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let pins = served.lines().map(|line| match line.trim_start() {
        key if key.starts_with("host-key") => format!("    {other}"),
        _ => line.to_owned(),
    });
    let pinned: Vec<String> = pins.collect();
    desk.file("inventory.yaml", pinned.join("\n"));
    assert_data_eq!(
        shown(&desk, lab.console()),
        str![[r#"
Stack the two switches
     stopped  Make switch 1 the leader
              on sw1-console: show version
              connect to `sw1-console` (127.0.0.1:PORT): the host key of 127.0.0.1:PORT is not the trusted one: expected SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA (pin in the inventory), presented SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY (ssh-ed25519)
              help: find out why before going on: somebody may stand between, or the device was installed anew

failed: stopped at `switch-stack#make-switch-1-the-leader`

"#]]
    );

    let known = "known-hosts: known_hosts";
    desk.file("inventory.yaml", pinned.join("\n").replace(other, known));
    let port = lab.console();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    desk.file("known_hosts", format!("[127.0.0.1]:{port} {key}\n"));
    assert_data_eq!(
        shown(&desk, port),
        str![[r#"
Stack the two switches
     stopped  Make switch 1 the leader
              on sw1-console: show version
              connect to `sw1-console` (127.0.0.1:PORT): the host key of 127.0.0.1:PORT is not the trusted one: expected SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk (known_hosts:1), presented SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY (ssh-ed25519)
              help: find out why before going on: somebody may stand between, or the device was installed anew

failed: stopped at `switch-stack#make-switch-1-the-leader`

"#]]
    );

    desk.file("known_hosts", "");
    assert_data_eq!(
        shown(&desk, port),
        str![[r#"
Stack the two switches
     stopped  Make switch 1 the leader
              on sw1-console: show version
              connect to `sw1-console` (127.0.0.1:PORT): the host key of 127.0.0.1:PORT is not known: it shows SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY (ssh-ed25519)
              help: compare it on the device's console, then write `host-key: SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY` in its inventory entry

failed: stopped at `switch-stack#make-switch-1-the-leader`

"#]]
    );
    assert_eq!(desk.said("lab diff"), "", "nothing was sent");
}
