//! TLS towards devices that make their own certificates: the key is pinned, and nothing else
//! about the certificate counts.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};

/// Why there is no TLS connection.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The device's key is not one that we trust.
    #[error("its TLS key is {found}, {}", trusted(.pins))]
    Pin {
        /// `SHA256:…` of the key that it has.
        found: String,
        /// Those that were pinned.
        pins: Vec<String>,
    },
    /// The handshake came to nothing.
    #[error("the TLS handshake failed: {0}")]
    Handshake(io::Error),
    /// The connection ended in the middle of the handshake.
    #[error("the connection ended during the TLS handshake: {0}")]
    Ended(io::Error),
}

fn trusted(pins: &[String]) -> String {
    match pins {
        [] => "and no key is pinned for it".to_owned(),
        pins => format!("and pinned is {}", pins.join(" or ")),
    }
}

/// The fingerprint of a certificate's key, `SHA256:…` over its SubjectPublicKeyInfo. It stays
/// the same when a device makes a new certificate for the key that it has.
///
/// # Errors
///
/// It is no certificate.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> Result<String, Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    let digest = Sha256::digest(parsed.subject_public_key_info().as_ref());
    Ok(format!("SHA256:{}", STANDARD_NO_PAD.encode(digest)))
}

/// Connects over a stream to a device whose key is one of `pins`. Returns the stream and the
/// fingerprint of the device's key.
///
/// # Errors
///
/// The key is another one, or it does not speak TLS. Nothing was sent but the handshake.
pub async fn connect<S>(stream: S, pins: &[String]) -> Result<(TlsStream<S>, String), TlsError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Pinned {
        pins: pins.to_owned(),
        provider: provider.clone(),
        found: Mutex::default(),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Handshake(io::Error::other(error)))?
        .dangerous()
        .with_custom_certificate_verifier(verifier.clone())
        .with_no_client_auth();
    config.enable_sni = false;
    // The name is not what we trust, and devices are called by their addresses.
    let name = ServerName::try_from("device.invalid")
        .map_err(|error| TlsError::Handshake(io::Error::other(error)))?;
    let connected = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await;
    let found = verifier.found();
    match connected {
        Ok(stream) => Ok((stream, found.unwrap_or_default())),
        Err(_) if found.as_ref().is_some_and(|found| !pins.contains(found)) => Err(TlsError::Pin {
            found: found.unwrap_or_default(),
            pins: pins.to_owned(),
        }),
        Err(error) if ended(&error) => Err(TlsError::Ended(error)),
        Err(error) => Err(TlsError::Handshake(error)),
    }
}

fn ended(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}

#[derive(Debug)]
struct Pinned {
    pins: Vec<String>,
    provider: Arc<CryptoProvider>,
    found: Mutex<Option<String>>,
}

impl Pinned {
    fn found(&self) -> Option<String> {
        let found = self.found.lock();
        found.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = fingerprint(certificate)?;
        let known = self.pins.contains(&found);
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        if known {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
