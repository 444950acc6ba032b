use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{self, Config, DisconnectReason, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{Names, SshId};
use tokio::sync::watch;

use super::authenticate::authenticate;
use super::connection::{Peer, SshConnection};
use super::host_keys::fingerprint;
use super::{HostKeys, SshError, SshOptions, algorithms};
use crate::wire::Stream;

/// A quiet server is asked after this long whether it is still there,
const KEEPALIVE: Duration = Duration::from_secs(15);
/// and given up when this many questions had no answer.
const KEEPALIVES: usize = 3;

/// Speaks SSH over `stream`: exchanges keys, checks the host key and logs in.
///
/// # Errors
///
/// Whatever kept it from a login, within the deadline of `options`.
pub async fn connect(
    stream: Box<dyn Stream>,
    options: &SshOptions,
) -> Result<SshConnection, SshError> {
    let legacy = options.legacy_cisco_ios;
    let config = Config {
        client_id: SshId::Standard("SSH-2.0-runsheet".into()),
        preferred: algorithms::preferred(legacy, &options.host_keys),
        gex: algorithms::group_sizes(legacy)?,
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: KEEPALIVES,
        nodelay: true,
        ..Config::default()
    };
    let shared = Arc::new(Shared::default());
    let (alive, ended) = watch::channel(());
    let handler = Handler {
        host_keys: options.host_keys.clone(),
        shared: shared.clone(),
        _alive: alive,
    };
    let during = Mutex::new("the key exchange");
    let login = async {
        let mut handle = client::connect_stream(Arc::new(config), stream, handler).await?;
        *during.lock().unwrap_or_else(PoisonError::into_inner) = "the login";
        authenticate(&mut handle, options)
            .await
            .map_err(|error| shared.explain(error))?;
        Ok::<_, SshError>(handle)
    };
    let handle = match tokio::time::timeout(options.deadline, login).await {
        Ok(result) => result?,
        Err(_) => {
            let during = *during.lock().unwrap_or_else(PoisonError::into_inner);
            return Err(SshError::Timeout {
                during,
                after: options.deadline,
            });
        }
    };
    Ok(SshConnection::new(handle, shared, ended))
}

/// What the session's own task finds out.
#[derive(Debug, Default)]
pub(super) struct Shared {
    peer: Mutex<Peer>,
    ended: Mutex<Option<SshError>>,
}

impl Shared {
    pub(super) fn peer(&self) -> Peer {
        self.peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The reason why the connection ended says more than the error that it led to.
    pub(super) fn explain(&self, error: SshError) -> SshError {
        match error {
            SshError::Disconnected(_) => {
                let ended = self
                    .ended
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                ended.unwrap_or(error)
            }
            error => error,
        }
    }
}

#[derive(Debug)]
pub(super) struct Handler {
    host_keys: HostKeys,
    shared: Arc<Shared>,
    /// Goes with the session's task.
    _alive: watch::Sender<()>,
}

impl client::Handler for Handler {
    type Error = SshError;

    async fn check_server_key(
        &mut self,
        presented: &PublicKeyOrCertificate,
    ) -> Result<bool, SshError> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = presented else {
            return Err(SshError::Protocol(
                "it sent a certificate unasked".to_owned(),
            ));
        };
        let trusted_by = self.host_keys.check(key).map_err(SshError::HostKey)?;
        let mut peer = self
            .shared
            .peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        peer.host_key = fingerprint(key);
        peer.trusted_by = trusted_by;
        Ok(true)
    }

    async fn kex_done(
        &mut self,
        _shared_secret: Option<&[u8]>,
        names: &Names,
        _session: &mut Session,
    ) -> Result<(), SshError> {
        let mut peer = self
            .shared
            .peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Later exchanges don't say whether the first one was strict.
        if !peer.agreed {
            peer.agreed = true;
            peer.weak = algorithms::weak(names);
        }
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<SshError>) -> Result<(), SshError> {
        let error = match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                SshError::Disconnected(format!("the server said: {}", info.message.trim()))
            }
            DisconnectReason::Error(error) => error,
        };
        *self
            .shared
            .ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        Err(error)
    }
}
