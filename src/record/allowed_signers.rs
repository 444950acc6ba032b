use jiff::Timestamp;
use jiff::civil::DateTime;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Certificate, HashAlg, PublicKey};
use thiserror::Error;

use super::signature::plain;

/// Whose keys are trusted, and for what: a file in the form that `ssh-keygen -Y verify -f`
/// takes (ssh-keygen(1), ALLOWED SIGNERS).
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    principals: String,
    namespaces: Option<String>,
    authority: bool,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    key: KeyData,
}

/// A line that can't be read. Nothing is skipped: a line that is not understood may be the one
/// that takes trust away.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line} of the allowed signers {found}")]
pub struct BadLine {
    line: usize,
    found: String,
}

/// Why nobody vouches for a signature.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Untrusted {
    /// No line has the key.
    #[error("nobody is known to own it")]
    UnknownKey,
    /// The line is for other purposes.
    #[error("{who} may not sign for `{namespace}`")]
    OtherPurpose {
        /// The principals.
        who: String,
        /// The purpose.
        namespace: &'static str,
    },
    /// The line or the certificate does not hold at that time.
    #[error("{who} may not sign at {at}")]
    OtherTime {
        /// The principals.
        who: String,
        /// The time.
        at: Timestamp,
    },
    /// The certificate is not for any of the principals, or asks for what we can't check.
    #[error("the certificate does not make it the key of {who}")]
    Certificate {
        /// The principals.
        who: String,
    },
}

impl AllowedSigners {
    /// Reads the file's text.
    ///
    /// # Errors
    /// A line is not understood.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            lines.push(parse(line).map_err(|found| BadLine {
                line: index + 1,
                found,
            })?);
        }
        Ok(Self { lines })
    }

    /// Who made a signature with this key or certificate: the principals of the first line that
    /// vouches for it.
    ///
    /// # Errors
    /// No line does; the reason is that of the line that comes nearest.
    pub fn who(
        &self,
        key: &KeyData,
        namespace: &'static str,
        at: Timestamp,
    ) -> Result<&str, Untrusted> {
        let mut nearest = Untrusted::UnknownKey;
        for line in &self.lines {
            match line.vouches(key, namespace, at) {
                Ok(()) => return Ok(&line.principals),
                Err(Untrusted::UnknownKey) => {}
                Err(reason) => nearest = reason,
            }
        }
        Err(nearest)
    }
}

impl Line {
    fn vouches(
        &self,
        key: &KeyData,
        namespace: &'static str,
        at: Timestamp,
    ) -> Result<(), Untrusted> {
        let who = || self.principals.clone();
        match (self.authority, key.certificate()) {
            (true, Some(certificate)) if *certificate.signature_key() == self.key => {
                self.certifies(certificate, at)?;
            }
            (false, _) if *plain(key) == self.key => {}
            _ => return Err(Untrusted::UnknownKey),
        }
        let allowed = |patterns: &String| matches_list(patterns, namespace);
        if !self.namespaces.as_ref().is_none_or(allowed) {
            let who = who();
            return Err(Untrusted::OtherPurpose { who, namespace });
        }
        let too_early = self.after.is_some_and(|after| at < after);
        let too_late = self.before.is_some_and(|before| at >= before);
        if too_early || too_late {
            return Err(Untrusted::OtherTime { who: who(), at });
        }
        Ok(())
    }

    /// Whether a certificate of this authority holds, for one of the line's principals.
    fn certifies(&self, certificate: &Certificate, at: Timestamp) -> Result<(), Untrusted> {
        let who = || self.principals.clone();
        let seconds = u64::try_from(at.as_second()).unwrap_or(0);
        if !(certificate.valid_after()..certificate.valid_before()).contains(&seconds) {
            return Err(Untrusted::OtherTime { who: who(), at });
        }
        let authority = self.key.fingerprint(HashAlg::Sha256);
        let for_them = certificate
            .valid_principals()
            .iter()
            .any(|principal| matches_list(&self.principals, principal));
        let valid = certificate.cert_type().is_user()
            && certificate.critical_options().is_empty()
            && certificate.validate_at(seconds, [&authority]).is_ok();
        if valid && for_them {
            Ok(())
        } else {
            Err(Untrusted::Certificate { who: who() })
        }
    }
}

fn parse(line: &str) -> Result<Line, String> {
    let (principals, rest) = word(line)?;
    let mut parsed = Line {
        principals: principals.replace('"', ""),
        namespaces: None,
        authority: false,
        after: None,
        before: None,
        // Replaced below: every line ends in a key.
        key: KeyData::Ed25519(russh::keys::ssh_key::public::Ed25519PublicKey([0; 32])),
    };
    let mut rest = rest;
    if !begins_with_key(rest) {
        let (options, key) = word(rest)?;
        options_of(options, &mut parsed)?;
        rest = key;
    }
    let key = PublicKey::from_openssh(rest).map_err(|error| format!("has no key: {error}"))?;
    parsed.key = key.key_data().clone();
    Ok(parsed)
}

fn begins_with_key(text: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-", "rsa-"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The first word, which may hold blanks in quotes, and what follows it.
fn word(text: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_ascii_whitespace()
    });
    let end = end.ok_or("ends too early")?;
    Ok((&text[..end], text[end..].trim_start()))
}

fn options_of(options: &str, line: &mut Line) -> Result<(), String> {
    let mut quoted = false;
    let parts = options.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == ','
    });
    for option in parts {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" => line.authority = true,
            "namespaces" => line.namespaces = Some(value.to_owned()),
            "valid-after" => line.after = Some(time(value)?),
            "valid-before" => line.before = Some(time(value)?),
            _ => return Err(format!("has the unknown option `{name}`")),
        }
    }
    Ok(())
}

/// `YYYYMMDD[HHMM[SS]]`, with or without `Z`; always read as UTC.
fn time(text: &str) -> Result<Timestamp, String> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let padded = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        _ => digits.to_owned(),
    };
    DateTime::strptime("%Y%m%d%H%M%S", &padded)
        .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
        .map(|time| time.timestamp())
        .map_err(|_| format!("has the time `{text}`; it is written `YYYYMMDDhhmmssZ`"))
}

/// OpenSSH's pattern lists: `*`, `?`, and `!` for what must not match.
fn matches_list(patterns: &str, text: &str) -> bool {
    let mut matched = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern.as_bytes(), text.as_bytes()) => return false,
            Some(_) => {}
            None => matched |= matches(pattern.as_bytes(), text.as_bytes()),
        }
    }
    matched
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => matches(rest, text),
        (Some((b'*', rest)), Some((_, shorter))) => {
            matches(rest, text) || matches(pattern, shorter)
        }
        (Some((b'?', rest)), Some((_, shorter))) => matches(rest, shorter),
        (Some((p, rest)), Some((t, shorter))) if p == t => matches(rest, shorter),
        _ => false,
    }
}
