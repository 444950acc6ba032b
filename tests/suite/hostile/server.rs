//! A server on loopback that says whatever a test wants, and a desk that knows its key.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use runsheet::wire::tls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::desk::Desk;

/// The password of every server here.
pub(super) const PASSWORD: &str = "Tr0ub4dor&3<x>";
/// The session that a controller here gives.
pub(super) const COOKIE: &str = "1767603600/9de6dc36-417c-157c";

/// What a request gets.
pub(super) enum Answer {
    /// These bytes, and then the end.
    Say(Vec<u8>),
    /// These, over and over, a few every tenth of a second.
    Drip(&'static str),
    /// These, over and over, as fast as they are taken.
    Flood(&'static str),
}

/// An answer with this status and body.
pub(super) fn http(status: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Say(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes())
}

/// A server with a key of its own.
pub(super) struct Server {
    pub(super) at: SocketAddr,
    pub(super) pin: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let pair = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["C-series CIMC".to_owned()]).expect("a name");
        let certificate = params.self_signed(&pair).expect("a certificate");
        let certificate = certificate.der().clone();
        let pin = tls::fingerprint(&certificate).expect("a fingerprint");
        let config = Arc::new(config(certificate, pair.serialize_der()));

        let door = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = door.local_addr().expect("its address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (hears, answer) = (heard.clone(), Arc::new(answer));
        thread::spawn(move || {
            for visitor in door.incoming().map_while(Result::ok) {
                let (config, heard, answer) = (config.clone(), hears.clone(), answer.clone());
                // Whoever hangs up in the middle is not the server's trouble.
                thread::spawn(move || serve(visitor, config, &heard, &*answer));
            }
        });
        Self { at, pin, heard }
    }

    /// The requests that came, with their heads.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("a lock").clone()
    }

    /// How many requests held this.
    pub(super) fn count(&self, text: &str) -> usize {
        let heard = self.heard();
        heard.iter().filter(|heard| heard.contains(text)).count()
    }
}

fn config(certificate: CertificateDer<'static>, key: Vec<u8>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)),
        )
        .expect("a configuration")
}

fn serve(
    visitor: TcpStream,
    config: Arc<ServerConfig>,
    heard: &Mutex<Vec<String>>,
    answer: &dyn Fn(&str) -> Answer,
) -> std::io::Result<()> {
    let shaken = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(shaken, visitor);
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    heard.lock().expect("a lock").push(request.clone());
    match answer(&request) {
        Answer::Say(bytes) => stream.write_all(&bytes)?,
        Answer::Drip(text) => loop {
            stream.write_all(text.as_bytes())?;
            stream.flush()?;
            thread::sleep(Duration::from_millis(100));
        },
        Answer::Flood(text) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            let chunk = text.repeat(4096 / text.len());
            loop {
                write!(stream, "{:x}\r\n{chunk}\r\n", chunk.len())?;
            }
        }
    }
    stream.conn.send_close_notify();
    stream.flush()
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

/// A desk whose one target is this server.
pub(super) fn desk(driver: &str, server: &Server) -> Desk {
    desk_with(driver, server, &server.pin)
}

/// The same with another key in its inventory.
pub(super) fn desk_with(driver: &str, server: &Server, pin: &str) -> Desk {
    let desk = Desk::new();
    let inventory = format!(
        "targets:\n  local: {{driver: local}}\n  box:\n    driver: {driver}\n    address: {}\n    \
         user: admin\n    password: env:BOX_PASSWORD\n    tls-pin: \"{pin}\"\n",
        server.at
    );
    desk.file("inventory.yaml", inventory);
    desk
}

/// Runs a runbook; returns the exit code and what was shown. Nothing that was shown or kept holds
/// the password, in any form, or the session.
pub(super) fn run(desk: &Desk, book: &str) -> (i32, String) {
    desk.file("book.md", book);
    let ran = desk
        .runsheet("run -i inventory.yaml book.md --unattended")
        .env("BOX_PASSWORD", PASSWORD)
        .assert();
    let output = ran.get_output();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut all = vec![("the screen".into(), [shown.clone(), errors].concat())];
    files(&desk.path(".runsheet"), &mut all);
    let journaled = all.iter().any(|(path, _)| path.ends_with("journal.jsonl"));
    assert!(journaled, "{shown}");
    for (path, text) in &all {
        for secret in [
            PASSWORD,
            "Tr0ub4dor",
            "Tr0ub4dor&amp;3&lt;x&gt;",
            // `admin:` and the password, and the password alone, in Base64.
            "YWRtaW46VHIwdWI0ZG9y",
            "VHIwdWI0ZG9y",
            COOKIE,
        ] {
            assert!(
                !text.contains(secret),
                "{secret} is in {}: {text}",
                path.display()
            );
        }
    }
    (output.status.code().unwrap_or(-1), shown)
}

/// The journal of the one run at a desk.
pub(super) fn journal(desk: &Desk) -> String {
    let mut all = Vec::new();
    files(&desk.path(".runsheet"), &mut all);
    let journal = all
        .into_iter()
        .find(|(path, _)| path.ends_with("journal.jsonl"));
    journal.expect("a journal").1
}

pub(super) fn files(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            files(&path, into);
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            into.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}
