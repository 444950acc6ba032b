use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use camino::Utf8Path;
use hmac::{Hmac, KeyInit, Mac};
use russh::keys::PublicKey;
use sha1::Sha1;

use super::KnownKey;
use crate::wire::Endpoint;

/// Adds the lines of a known-hosts file that speak of `endpoint`.
///
/// The format is sshd(8)'s, `SSH_KNOWN_HOSTS FILE FORMAT`. Lines that can't be read are passed
/// over, as OpenSSH does. `@cert-authority` lines are passed over too: certificates are not
/// asked for.
pub(super) fn read(
    path: &Utf8Path,
    text: &str,
    endpoint: &Endpoint,
    trusted: &mut Vec<KnownKey>,
    revoked: &mut Vec<KnownKey>,
) {
    let name = name_of(endpoint);
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split_ascii_whitespace().peekable();
        let marker = words.next_if(|word| word.starts_with('@'));
        let into = match marker {
            None => &mut *trusted,
            Some("@revoked") => &mut *revoked,
            Some(_) => continue,
        };
        let (Some(hosts), Some(kind), Some(key)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        if hosts.starts_with('#') || !matches(hosts, &name) {
            continue;
        }
        if let Ok(key) = PublicKey::from_openssh(&format!("{kind} {key}")) {
            into.push(KnownKey {
                key,
                place: format!("{path}:{}", number + 1),
            });
        }
    }
}

/// The name that OpenSSH looks up: the port stands with it unless it is 22.
fn name_of(endpoint: &Endpoint) -> String {
    let host = endpoint.host.to_lowercase();
    match endpoint.port {
        22 => host,
        port => format!("[{host}]:{port}"),
    }
}

/// Whether a host field, hashed or a list of patterns, means `name`. One negated pattern that
/// matches rules the line out.
fn matches(hosts: &str, name: &str) -> bool {
    if let Some(hashed) = hosts.strip_prefix("|1|") {
        return hashed_matches(hashed, name).unwrap_or(false);
    }
    let mut found = false;
    for pattern in hosts.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if glob(&pattern.to_lowercase(), name) => return false,
            Some(_) => {}
            None => found |= glob(&pattern.to_lowercase(), name),
        }
    }
    found
}

/// `SALT|HASH`, both base64; the hash is HMAC-SHA1 of the name under the salt.
fn hashed_matches(hashed: &str, name: &str) -> Option<bool> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64 = GeneralPurpose::new(&STANDARD, config);
    let (salt, hash) = hashed.split_once('|')?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&base64.decode(salt).ok()?).ok()?;
    mac.update(name.as_bytes());
    Some(mac.verify_slice(&base64.decode(hash).ok()?).is_ok())
}

/// `*` stands for any characters, `?` for one.
fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Where to go on if what follows the last `*` turns out wrong.
    let mut retry = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(&c) if c == b'?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((star, from)) = retry else {
                    return false;
                };
                retry = Some((star, from + 1));
                p = star + 1;
                n = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_fields_match_as_in_openssh() {
        assert!(matches("xen1,xen2", "xen2"));
        assert!(matches("XEN?", "xen1"));
        assert!(matches(
            "*.example.org,!bad.example.org",
            "good.example.org"
        ));
        assert!(!matches(
            "*.example.org,!bad.example.org",
            "bad.example.org"
        ));
        assert!(matches("[10.0.0.*]:2222", "[10.0.0.7]:2222"));
        assert!(!matches("10.0.0.7", "[10.0.0.7]:2222"));
        assert!(!matches("!xen1", "xen2"));
    }

    #[test]
    fn hashed_names_match_their_host_only() {
        let salt = "AAECAwQFBgcICQoLDA0ODxAREhM=";
        let base64 = base64::engine::general_purpose::STANDARD;
        let mut mac = Hmac::<Sha1>::new_from_slice(&base64.decode(salt).unwrap()).unwrap();
        mac.update(b"lab-host");
        let field = format!("|1|{salt}|{}", base64.encode(mac.finalize().into_bytes()));
        assert!(matches(&field, "lab-host"));
        assert!(!matches(&field, "lab-host2"));
        assert!(!matches("|1|not base64", "lab-host"));
    }
}
