use std::borrow::Cow;

use russh::client::GexParams;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Names, Preferred, cipher, kex, mac};

use super::{HostKeys, SshError};

/// What we offer, in order of preference.
///
/// Differs from the library's defaults: no SHA-1 signatures unless asked for, the NIST curves
/// that some devices need, and chacha20 last, since without strict key exchange it is open to
/// prefix truncation (CVE-2023-48795).
pub(super) fn preferred(legacy: bool, host_keys: &HostKeys) -> Preferred {
    let mut kex = Preferred::DEFAULT.kex.into_owned();
    kex.extend([
        kex::ECDH_SHA2_NISTP256,
        kex::ECDH_SHA2_NISTP384,
        kex::ECDH_SHA2_NISTP521,
    ]);
    let mut key = vec![
        Algorithm::Ed25519,
        Algorithm::Ecdsa {
            curve: EcdsaCurve::NistP256,
        },
        Algorithm::Ecdsa {
            curve: EcdsaCurve::NistP384,
        },
        Algorithm::Ecdsa {
            curve: EcdsaCurve::NistP521,
        },
        Algorithm::Rsa {
            hash: Some(HashAlg::Sha512),
        },
        Algorithm::Rsa {
            hash: Some(HashAlg::Sha256),
        },
    ];
    let mut cipher = vec![
        cipher::AES_256_GCM,
        cipher::AES_128_GCM,
        cipher::AES_256_CTR,
        cipher::AES_192_CTR,
        cipher::AES_128_CTR,
        cipher::CHACHA20_POLY1305,
    ];
    let mut mac = Preferred::DEFAULT.mac.into_owned();
    if legacy {
        kex.extend([kex::DH_GEX_SHA1, kex::DH_G14_SHA1]);
        key.push(Algorithm::Rsa { hash: None });
        cipher.extend([
            cipher::AES_256_CBC,
            cipher::AES_128_CBC,
            cipher::TRIPLE_DES_CBC,
        ]);
        mac.push(mac::HMAC_SHA1);
    }
    // A server with several keys is asked for one that we know, as OpenSSH does.
    let known = host_keys.algorithms();
    let is_known = |algorithm: &Algorithm| match algorithm {
        Algorithm::Rsa { .. } => known
            .iter()
            .any(|known| matches!(known, Algorithm::Rsa { .. })),
        algorithm => known.contains(algorithm),
    };
    key.sort_by_key(|algorithm| !is_known(algorithm));
    Preferred {
        kex: Cow::Owned(kex),
        key: Cow::Owned(key),
        host_key_certificates: Cow::Borrowed(&[]),
        cipher: Cow::Owned(cipher),
        mac: Cow::Owned(mac),
        compression: Preferred::DEFAULT.compression,
    }
}

/// Group sizes in bits for group exchange. Old devices have no larger groups than 2048.
pub(super) fn group_sizes(legacy: bool) -> Result<GexParams, SshError> {
    let (min, preferred) = if legacy { (2048, 2048) } else { (2048, 4096) };
    GexParams::for_client_config(min, preferred, 8192).map_err(SshError::from)
}

/// The agreed algorithms that belong in the record as weak.
pub(super) fn weak(names: &Names) -> Vec<String> {
    let kex = names.kex.as_ref();
    let cipher = names.cipher.as_ref();
    let mut weak = Vec::new();
    if kex.ends_with("-sha1") {
        weak.push(kex.to_owned());
    }
    if matches!(names.key, Algorithm::Rsa { hash: None }) {
        weak.push("ssh-rsa".to_owned());
    }
    if cipher.ends_with("-cbc") {
        weak.push(cipher.to_owned());
    }
    let mac = names.client_mac.as_ref();
    if mac.starts_with("hmac-sha1") {
        weak.push(mac.to_owned());
    }
    if cipher.starts_with("chacha20") && !names.strict_kex() {
        weak.push(format!("{cipher} without strict key exchange"));
    }
    weak
}
