//! Asking a time-stamping authority when a record was signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use tokio::net::TcpStream;

use super::Exit;
use super::durable;
use crate::record::{self, SIGNATURE, TimestampRequest};
use crate::wire::Sent;
use crate::wire::http::{self, Request};

/// An authority that says nothing for so long says nothing at all.
const DEADLINE: Duration = Duration::from_secs(30);
/// A token is a few kilobytes.
const LIMIT: usize = 1 << 20;

/// The address of an authority: `http://HOST[:PORT]/PATH`.
#[derive(Clone, Debug)]
pub(crate) struct Authority {
    host: String,
    port: u16,
    path: String,
}

impl std::fmt::Display for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, path } = self;
        write!(f, "http://{host}:{port}{path}")
    }
}

impl std::str::FromStr for Authority {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let Some(rest) = url.strip_prefix("http://") else {
            return Err("a token is signed, so it comes over http://".to_owned());
        };
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| "its port is no number")?),
            None => (place, 80),
        };
        if host.is_empty() {
            return Err("it names no host".to_owned());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            path: format!("/{path}"),
        })
    }
}

/// Where the token of a record is: beside it, because the record is sealed.
pub(crate) fn token_of(record: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{record}.tsr"))
}

/// Gets a token for a record's signature, unless there is one. The record stays as it is.
pub(crate) async fn stamp(authority: &Authority, record: &Utf8Path) -> Result<(), Exit> {
    let place = token_of(record);
    if place.exists() {
        return Ok(());
    }
    let failed = |why: String| {
        complain!(
            "error: failed to get a time stamp from {}: {why}\n\
             help: the record is sealed; `runsheet seal --timestamp URL` asks again",
            authority.host
        );
        Exit::Stuck
    };
    let signature = std::fs::read(record.join(SIGNATURE)).map_err(|e| failed(e.to_string()))?;
    let request = TimestampRequest::new(&signature, nonce());
    let answered = tokio::time::timeout(DEADLINE, ask(authority, &request)).await;
    let reply = answered
        .map_err(|_| failed(format!("no answer within {} s", DEADLINE.as_secs())))?
        .map_err(failed)?;
    let token = request.accept(&reply).map_err(|e| failed(e.to_string()))?;
    durable::write(&place, token).map_err(|e| failed(format!("{place}: {e}")))?;
    say!("time stamp: {place}");
    Ok(())
}

/// Says what there is of a time stamp beside a record that was found authentic.
pub(crate) fn tell(record: &Utf8Path) {
    let place = token_of(record);
    let (Ok(token), Ok(signature)) = (std::fs::read(&place), std::fs::read(record.join(SIGNATURE)))
    else {
        return;
    };
    match record::is_timestamp_of(&signature, &token) {
        Ok(()) => say!(
            "  time stamp {place}; whether you trust it says\n             \
             openssl ts -verify -data {} -in {place} -CAfile AUTHORITY.pem",
            record.join(SIGNATURE)
        ),
        Err(error) => say!("  time stamp {place} says nothing about this record: {error}"),
    }
}

async fn ask(authority: &Authority, request: &TimestampRequest) -> Result<Vec<u8>, String> {
    let Authority { host, port, path } = authority;
    let stream = TcpStream::connect((host.as_str(), *port))
        .await
        .map_err(|error| error.to_string())?;
    let request = Request::post(path)
        .header("content-type", TimestampRequest::MEDIA_TYPE)
        .body(request.to_der().into())
        .map_err(|error| error.to_string())?;
    let response = http::exchange(stream, host, request, LIMIT, &mut Sent::default())
        .await
        .map_err(|error| error.to_string())?;
    match response.status().is_success() {
        true => Ok(response.into_body().to_vec()),
        false => Err(format!("it answered {}", response.status())),
    }
}

/// It need not be secret, only new: it keeps an old reply from passing for this one.
fn nonce() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as u64) ^ u64::from(std::process::id()) << 40
}
