//! Host keys of the lab's devices.
//!
//! They come from the lab's seed, so that the same seed has the same fingerprints. They protect
//! nothing.

use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ED25519};
use russh::keys::{HashAlg, PrivateKey};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::wire::tls;

/// An RSA key for clients that know nothing newer, as a 3650 itself has. RSA keys can't be made
/// from a seed in a reasonable time, so all labs share it.
const LEGACY_RSA: &str = include_str!("legacy_rsa.pem");

/// What the certificates of management controllers say they are.
const CONTROLLER: &str = "C-series CIMC";
/// Whose keys: the switch's, as one or as a stack.
pub(crate) const STACK: &str = "stack";
/// Whose keys: the terminal server's.
pub(crate) const TERMINAL_SERVER: &str = "terminal-server";

/// The host keys of the device called `name`, the preferred one first.
pub(crate) fn host_keys(seed: u64, name: &str) -> Vec<PrivateKey> {
    let mut hasher = Sha256::new();
    hasher.update(b"runsheet lab host key\0");
    hasher.update(seed.to_be_bytes());
    hasher.update(name.as_bytes());
    let pair = Ed25519Keypair::from_seed(&hasher.finalize().into());
    let ed25519 = PrivateKey::new(KeypairData::Ed25519(pair), name);
    let rsa = PrivateKey::from_openssh(LEGACY_RSA);
    // Neither depends on anything from outside, and a test sees that both are there.
    [ed25519, rsa].into_iter().flatten().collect()
}

/// Their fingerprints, `SHA256:…`, in the same order.
pub(crate) fn fingerprints(seed: u64, name: &str) -> Vec<String> {
    let print = |key: &PrivateKey| key.fingerprint(HashAlg::Sha256).to_string();
    host_keys(seed, name).iter().map(print).collect()
}

/// The TLS key and certificate of a server's management controller. `None` never happens: they
/// depend on nothing from outside.
pub(crate) fn tls(seed: u64, server: &str) -> Option<Arc<ServerConfig>> {
    config(certificate(seed, server, CONTROLLER)?)
}

/// The same of the host that a server runs.
pub(crate) fn host_tls(seed: u64, server: &str) -> Option<Arc<ServerConfig>> {
    config(host_certificate(seed, server)?)
}

fn config((certificate, key): Certified) -> Option<Arc<ServerConfig>> {
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key));
    config.ok().map(Arc::new)
}

/// The fingerprint of a management controller's TLS key, as `tls-pin` has it.
pub(crate) fn tls_fingerprint(seed: u64, server: &str) -> String {
    print(certificate(seed, server, CONTROLLER))
}

/// The same of the host that a server runs.
pub(crate) fn host_tls_fingerprint(seed: u64, server: &str) -> String {
    print(host_certificate(seed, server))
}

fn print(certified: Option<Certified>) -> String {
    let certificate = certified.map(|(certificate, _)| certificate);
    let print = certificate.and_then(|certificate| tls::fingerprint(&certificate).ok());
    print.unwrap_or_default()
}

fn host_certificate(seed: u64, server: &str) -> Option<Certified> {
    certificate(seed, &format!("{server} host"), server)
}

/// A certificate and its key.
type Certified = (CertificateDer<'static>, PrivatePkcs8KeyDer<'static>);

fn certificate(seed: u64, name: &str, subject: &str) -> Option<Certified> {
    let mut hasher = Sha256::new();
    hasher.update(b"runsheet lab tls key\0");
    hasher.update(seed.to_be_bytes());
    hasher.update(name.as_bytes());
    // RFC 8410: version 0, Ed25519, the private key as a string in a string.
    let head = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let key = PrivatePkcs8KeyDer::from([&head[..], &hasher.finalize()[..]].concat());
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ED25519).ok()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, subject);
    let certificate = params.self_signed(&pair).ok()?;
    Some((certificate.der().clone(), key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_new_key_and_an_old_one() {
        let names: Vec<_> = host_keys(1, STACK)
            .iter()
            .map(|key| key.algorithm())
            .collect();
        assert_eq!(
            names.iter().map(|a| a.as_str()).collect::<Vec<_>>(),
            ["ssh-ed25519", "ssh-rsa"]
        );
    }

    #[test]
    fn a_seed_and_a_name_have_one_key() {
        assert_eq!(fingerprints(7, STACK), fingerprints(7, STACK));
        assert_ne!(fingerprints(7, STACK)[0], fingerprints(8, STACK)[0]);
        assert_ne!(
            fingerprints(7, STACK)[0],
            fingerprints(7, TERMINAL_SERVER)[0]
        );
    }
}
