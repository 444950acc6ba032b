use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use secrecy::SecretString;

use super::inventory::{Inventory, TargetSpec};
use super::reach::stream;
use super::{Failure, FailureKind, Reply, Vault};
use crate::wire::Sent;
use crate::wire::http::{self, HttpError, Request, Response};
use crate::wire::tls::{self, TlsError};
use crate::wire::{Dial, Endpoint};

/// A web server that says nothing for so long says nothing at all.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(30);
/// The largest answer that is read.
const LIMIT: usize = 8 * 1024 * 1024;

/// The way to a target's web server. Every request has a connection of its own, so that no
/// answer depends on what an earlier one left behind.
pub(super) struct Https {
    inventory: Inventory,
    vault: Vault,
    dial: std::sync::Arc<dyn Dial>,
    spec: TargetSpec,
    endpoint: Endpoint,
    /// The fingerprint of the key that was trusted.
    key: Option<String>,
}

impl Https {
    pub(super) fn new(
        inventory: Inventory,
        vault: Vault,
        dial: std::sync::Arc<dyn Dial>,
        spec: TargetSpec,
    ) -> Result<Self, Failure> {
        let Some(endpoint) = spec.address.clone() else {
            let message = format!("connect to `{}`: the inventory gives no address", spec.name);
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        Ok(Self {
            inventory,
            vault,
            dial,
            spec,
            endpoint,
            key: None,
        })
    }

    /// `SHA256:…` of the TLS key, once there was a connection.
    pub(super) fn key(&self) -> Option<String> {
        self.key.clone()
    }

    pub(super) fn spec(&self) -> &TargetSpec {
        &self.spec
    }

    /// Why a look is not sent that may change something.
    pub(super) fn not_a_look(&self, what: &dyn Display) -> Failure {
        let message = format!(
            "look with {what} on `{}`: it may change something",
            self.spec.name
        );
        Failure::not_sent(FailureKind::Local, message)
    }

    /// The user and the password to log in with now, if the inventory gives both.
    pub(super) fn login(&self) -> Result<Option<(String, SecretString)>, Failure> {
        let Some((user, password)) = self.spec.user.as_ref().zip(self.spec.password.as_ref())
        else {
            return Ok(None);
        };
        let password = self.vault.fetch(&self.spec.name, password)?;
        Ok(Some((user.clone(), password)))
    }

    /// Sends a request and waits at most `timeout` for its answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, Failure> {
        let mut sent = Sent::Nothing;
        let answered = tokio::time::timeout(timeout, self.try_exchange(request, &mut sent)).await;
        match answered {
            Ok(answered) => answered,
            Err(_) => {
                let message = format!(
                    "get an answer from `{}` ({}): none within {} s",
                    self.spec.name,
                    self.endpoint,
                    timeout.as_secs()
                );
                Err(lost(FailureKind::Timeout, message, sent))
            }
        }
    }

    async fn try_exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        sent: &mut Sent,
    ) -> Result<Response<Bytes>, Failure> {
        let (name, endpoint) = (&self.spec.name, &self.endpoint);
        let (vault, dial) = (&self.vault, &*self.dial);
        let stream = stream(&self.inventory, vault, dial, &self.spec, endpoint).await?;
        let host = endpoint.to_string();
        let answered = if self.spec.plain_http {
            http::exchange(stream, &host, request, LIMIT, sent).await
        } else {
            let shaken = tls::connect(stream, &self.spec.tls_pins);
            let Ok(shaken) = tokio::time::timeout(HANDSHAKE_DEADLINE, shaken).await else {
                let message = format!(
                    "connect to `{name}` ({endpoint}): no TLS handshake within {} s",
                    HANDSHAKE_DEADLINE.as_secs()
                );
                return Err(Failure::not_sent(FailureKind::Timeout, message));
            };
            let (stream, key) = shaken.map_err(|error| untrusted(name, endpoint, &error))?;
            self.key = Some(key);
            http::exchange(stream, &host, request, LIMIT, sent).await
        };
        answered.map_err(|error| {
            let kind = match error {
                HttpError::Ended(_) => FailureKind::Disconnected,
                HttpError::Malformed(_) | HttpError::TooLarge(_) => FailureKind::Protocol,
            };
            let message = format!("get an answer from `{name}` ({endpoint}): {error}");
            lost(kind, message, *sent)
        })
    }
}

fn lost(kind: FailureKind, message: String, sent: Sent) -> Failure {
    Failure {
        sent,
        ..Failure::unknown(kind, message, Reply::default())
    }
}

fn untrusted(name: &str, endpoint: &Endpoint, error: &TlsError) -> Failure {
    let message = format!("connect to `{name}` ({endpoint}): {error}");
    match error {
        TlsError::Pin { found, .. } => {
            Failure::not_sent(FailureKind::HostKey, message).help(format!(
                "compare the key at the device itself; if it is right, write `tls-pin: {found}`"
            ))
        }
        TlsError::Handshake(_) => Failure::not_sent(FailureKind::Protocol, message),
        TlsError::Ended(_) => Failure::not_sent(FailureKind::Disconnected, message),
    }
}
