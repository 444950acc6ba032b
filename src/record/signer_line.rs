use jiff::Timestamp;
use jiff::civil::DateTime;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Certificate, HashAlg, PublicKey};

use super::Untrusted;
use super::pattern::matches_list;
use super::principal::unclear;
use super::signature::plain;
use crate::text::escape;

/// A line of a list of allowed signers: whose a key is, or whose keys an authority certifies, for
/// what and when.
#[derive(Clone, Debug)]
pub(super) struct Line {
    principals: String,
    namespaces: Option<String>,
    pub(super) authority: bool,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    pub(super) key: KeyData,
}

impl Line {
    pub(super) fn vouches(
        &self,
        key: &KeyData,
        namespace: &'static str,
        at: Timestamp,
    ) -> Result<(), Untrusted> {
        let who = || self.principals.clone();
        if !self.is_about(key) {
            return Err(Untrusted::UnknownKey);
        }
        if !self.authority && self.names(key).is_empty() {
            return Err(Untrusted::UnknownKey);
        }
        if let Some(certificate) = key.certificate().filter(|_| self.authority) {
            self.certifies(certificate, at)?;
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

    /// Whether the line has this key, or the authority that issued this certificate.
    pub(super) fn is_about(&self, key: &KeyData) -> bool {
        match (self.authority, key.certificate()) {
            (true, Some(certificate)) => *certificate.signature_key() == self.key,
            (true, None) => false,
            (false, _) => *plain(key) == self.key,
        }
    }

    /// Whose key it is: the line's principals, or those of the certificate that the line allows.
    pub(super) fn names(&self, key: &KeyData) -> Vec<String> {
        match key.certificate().filter(|_| self.authority) {
            None => {
                let principals = self.principals.split(',');
                principals
                    .filter(|name| !name.starts_with('!') && matches_list(&self.principals, name))
                    .map(str::to_owned)
                    .collect()
            }
            Some(certificate) => {
                let principals = certificate.valid_principals().iter();
                principals
                    .filter(|name| self.allows(name))
                    .cloned()
                    .collect()
            }
        }
    }

    /// Whether it is for the name that a certificate has.
    fn allows(&self, name: &str) -> bool {
        matches_list(&self.principals, name) && unclear(name).is_none()
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
            .any(|name| self.allows(name));
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

/// Reads a line.
pub(super) fn parse(line: &str) -> Result<Line, String> {
    let (principals, rest) = word(line)?;
    let principals = principals.replace('"', "");
    if let Some(found) = unclear(&principals) {
        return Err(format!(
            "names `{}`, with the character U+{:04X}, which is not seen or is part of another: by \
             it one person could be two; write the name without it",
            escape(&principals),
            u32::from(found)
        ));
    }
    let mut parsed = Line {
        principals,
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
