//! A web server whose every byte is written by hand.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rcgen::{CertificateParams, KeyPair};
use runsheet::target::inventory::{self, Inventory};
use runsheet::target::{Clock, Connector, Failure, Options, Request, Session};
use runsheet::text::Source;
use runsheet::value::Scope;
use runsheet::wire::{Dial, Endpoint, Stream, tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What a connection gets once its request is read.
#[derive(Clone)]
pub(super) enum Turn {
    /// These bytes, and then the end.
    Say(String),
    /// The same, a byte a second.
    Drip(String),
    /// Nothing, for ever.
    Hang,
    /// The end, as soon as so many bytes of the request's body are there.
    Gone(usize),
}

/// A web server: a turn for each connection.
#[derive(Clone)]
pub(super) struct Server {
    config: Arc<ServerConfig>,
    turns: Arc<Mutex<VecDeque<Turn>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

pub(super) struct Key {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Key {
    pub(super) fn new() -> Self {
        let pair = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["C-series CIMC".to_owned()]);
        let certificate = params.expect("a name").self_signed(&pair);
        Self {
            certificate: certificate.expect("a certificate").der().clone(),
            key: pair.serialize_der(),
        }
    }

    pub(super) fn pin(&self) -> String {
        tls::fingerprint(&self.certificate).expect("a certificate")
    }
}

impl Server {
    pub(super) fn new(key: &Key, turns: &[Turn]) -> Self {
        let secret = PrivatePkcs8KeyDer::from(key.key.clone());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![key.certificate.clone()], PrivateKeyDer::Pkcs8(secret));
        Self {
            config: Arc::new(config.expect("a configuration")),
            turns: Arc::new(Mutex::new(turns.iter().cloned().collect())),
            heard: Arc::default(),
        }
    }

    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("a lock").clone()
    }

    async fn serve(self, stream: tokio::io::DuplexStream) {
        let Ok(mut stream) = TlsAcceptor::from(self.config).accept(stream).await else {
            return;
        };
        let turn = self.turns.lock().expect("a lock").pop_front();
        let turn = turn.expect("a turn for each connection");
        let mut request = Vec::new();
        while !is_whole(&request) {
            let mut buffer = [0; 64];
            match stream.read(&mut buffer).await {
                Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                _ => return,
            }
            if matches!(turn, Turn::Gone(bytes) if body(&request) >= bytes) {
                return;
            }
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        self.heard.lock().expect("a lock").push(text);
        match turn {
            Turn::Say(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
            Turn::Drip(text) => {
                for byte in text.bytes() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
            }
            Turn::Hang => std::future::pending().await,
            Turn::Gone(_) => {}
        }
    }
}

/// How much of its body a request has so far.
fn body(request: &[u8]) -> usize {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or(0, |end| request.len() - end - 4)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

#[async_trait]
impl Dial for Server {
    async fn dial(&self, _to: &Endpoint) -> io::Result<Box<dyn Stream>> {
        let (client, server) = duplex(64 * 1024);
        tokio::spawn(self.clone().serve(server));
        Ok(Box::new(client))
    }
}

fn inventory(driver: &str, pin: &str) -> Inventory {
    let text = format!(
        "targets:\n  box:\n    driver: {driver}\n    address: 192.0.2.1\n    user: admin\n    \
         password: {{value: correct-horse, public: true}}\n    tls-pin: \"{pin}\"\n"
    );
    let (inventory, findings) = inventory::parse(Source::new("inventory.yaml", text));
    assert!(findings.is_empty(), "{findings:?}");
    inventory
}

/// Opens a session to the server.
pub(super) async fn open(
    driver: &str,
    pin: &str,
    server: &Server,
) -> Result<Box<dyn Session>, Failure> {
    let inventory = inventory(driver, pin);
    let dial = Arc::new(server.clone());
    let clock = Clock::paused("2026-01-05T09:00:00Z".parse().expect("a time"));
    Connector::new(inventory, dial, clock, None)
        .open("box")
        .await
}

pub(super) fn request(lang: &'static str, text: &str) -> Request {
    Request {
        names: Scope::default(),
        lang,
        text: text.to_owned().into(),
        options: Options::default(),
    }
}

pub(super) fn http(status: &str, body: &str) -> Turn {
    let length = body.len();
    Turn::Say(format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}
