use jiff::Timestamp;
use jiff::civil::DateTime;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Certificate, HashAlg, PublicKey};
use thiserror::Error;

use super::Identity;
use super::pattern::{is_pattern, matches_list};
use super::principal::unclear;
use super::signature::{fingerprint, plain};
use crate::text::escape;

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
    /// The line is for whoever a pattern matches.
    #[error("the list names its owner by the pattern `{0}`, which can be anybody")]
    Pattern(String),
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

    /// Who made a signature with this key or certificate, as the first line that vouches for it
    /// calls them.
    ///
    /// # Errors
    /// No line does; the reason is that of the line that comes nearest.
    pub fn who(
        &self,
        key: &KeyData,
        namespace: &'static str,
        at: Timestamp,
    ) -> Result<String, Untrusted> {
        let mut nearest = Untrusted::UnknownKey;
        for line in &self.lines {
            match line.vouches(key, namespace, at) {
                Ok(()) => return Ok(line.names(key).join(",")),
                Err(Untrusted::UnknownKey) => {}
                Err(reason) => nearest = reason,
            }
        }
        Err(nearest)
    }

    /// The same, where it must be one person: a pattern names nobody.
    ///
    /// # Errors
    /// No line vouches for it, or it does not say for whom.
    pub(super) fn person(
        &self,
        key: &KeyData,
        namespace: &'static str,
        at: Timestamp,
    ) -> Result<String, Untrusted> {
        let who = self.who(key, namespace, at)?;
        match self.pattern(key) {
            Some(pattern) => Err(Untrusted::Pattern(pattern)),
            None => Ok(who),
        }
    }

    /// A pattern by which a line names the key's owner, for whatever purposes. What an authority
    /// may certify is a pattern too, but the certificate then has a name.
    pub(super) fn pattern(&self, key: &KeyData) -> Option<String> {
        let plain_lines = self.lines.iter().filter(|line| !line.authority);
        let mut names = plain_lines
            .filter(|line| line.is_about(key))
            .flat_map(|line| line.names(key));
        names.find(|name| is_pattern(name))
    }

    /// A key, with all names that lines give its owner, for whatever purposes.
    pub(super) fn identity(&self, key: &KeyData) -> Identity {
        let lines = self.lines.iter().filter(|line| line.is_about(key));
        Identity::new(&fingerprint(key), lines.flat_map(|line| line.names(key)))
    }

    /// The same, where only the key's fingerprint is known: a certificate's names are not.
    pub(super) fn identity_of(&self, key: &str) -> Identity {
        let lines = self.lines.iter().filter(|line| !line.authority);
        let lines = lines.filter(|line| fingerprint(&line.key) == key);
        Identity::new(key, lines.flat_map(|line| line.names(&line.key)))
    }

    /// Whose each of these is: a number for every person. The list's other lines tell, too, which
    /// names are one person's.
    pub fn people(&self, these: &[Identity]) -> Vec<usize> {
        let plain_lines = self.lines.iter().filter(|line| !line.authority);
        let known = plain_lines
            .map(|line| Identity::new(&fingerprint(&line.key), line.names(&line.key)))
            .collect();
        Identity::people(known, these)
    }

    /// Whether two keys are one person's, for whatever purposes.
    pub(crate) fn are_of_one_person(&self, one: &KeyData, other: &KeyData) -> bool {
        self.is_among(one, &[self.identity(other)])
    }

    /// Whether a key is that of one of these people, for whatever purposes.
    pub(super) fn is_among(&self, key: &KeyData, these: &[Identity]) -> bool {
        let with_it = [&[self.identity(key)], these].concat();
        let people = self.people(&with_it);
        people[1..].contains(&people[0])
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
    fn is_about(&self, key: &KeyData) -> bool {
        match (self.authority, key.certificate()) {
            (true, Some(certificate)) => *certificate.signature_key() == self.key,
            (true, None) => false,
            (false, _) => *plain(key) == self.key,
        }
    }

    /// Whose key it is: the line's principals, or those of the certificate that the line allows.
    fn names(&self, key: &KeyData) -> Vec<String> {
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

fn parse(line: &str) -> Result<Line, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const OTHER: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G1sz07DnfFlrouTcysQlj2P+jpNSOEWD9OJ3X";

    fn key(text: &str) -> KeyData {
        let key = PublicKey::from_openssh(text).expect("a key");
        key.key_data().clone()
    }

    fn who(file: &str, at: &str) -> Result<String, Untrusted> {
        let signers = AllowedSigners::parse(file).expect("it can be read");
        signers.who(&key(ALICE), "purpose", at.parse().expect("a time"))
    }

    #[test]
    fn a_line_vouches_for_its_key_its_purposes_and_its_time() {
        let now = "2026-03-01T12:00:00Z";
        let line = |options: &str| who(&format!("# keys\n\nalice {options}{ALICE} laptop\n"), now);
        assert_eq!(line(""), Ok("alice".to_owned()));
        assert_eq!(line("namespaces=\"git,pur*\" "), Ok("alice".to_owned()));
        let other = line("namespaces=\"git,!purpose,*\" ").expect_err("excepted");
        assert_eq!(other.to_string(), "alice may not sign for `purpose`");
        assert_eq!(line("valid-after=20260301120000Z "), Ok("alice".to_owned()));
        assert!(line("valid-after=\"20260301120001Z\" ").is_err());
        assert!(line("valid-before=202603011200 ").is_err());
        assert_eq!(line("valid-before=20260302 "), Ok("alice".to_owned()));
        // A plain key is no certificate, whoever issues those.
        assert_eq!(line("cert-authority "), Err(Untrusted::UnknownKey));
        assert_eq!(
            who(&format!("bob {OTHER}"), now),
            Err(Untrusted::UnknownKey)
        );
    }

    #[test]
    fn what_is_not_understood_is_not_skipped() {
        for (line, found) in [
            ("alice", "ends too early"),
            ("alice ssh-ed25519 AAAA", "has no key"),
            (
                "alice no-such-option ssh-ed25519 AAAA",
                "has the unknown option",
            ),
            (
                "alice valid-after=tomorrow ssh-ed25519 AAAA",
                "has the time `tomorrow`",
            ),
            (
                &format!("\u{feff}alice {ALICE}"),
                "names `\\u{feff}alice`, with the character U+FEFF, which is not seen",
            ),
            (
                &format!("bob,jose\u{301} {ALICE}"),
                "names `bob,jose\u{301}`, with the character U+0301, which is not seen or is part",
            ),
        ] {
            let bad = AllowedSigners::parse(&format!("\n{line}\n")).expect_err(line);
            let said = bad.to_string();
            assert!(
                said.starts_with(&format!("line 2 of the allowed signers {found}")),
                "{said}"
            );
        }
    }

    #[test]
    fn two_keys_can_be_one_persons() {
        let signers = |text: String| AllowedSigners::parse(&text).expect("it can be read");
        let same = signers(format!("alice {ALICE}\nbob,alice {OTHER}\n"));
        assert!(same.are_of_one_person(&key(ALICE), &key(OTHER)));
        let apart = signers(format!("alice {ALICE}\nbob {OTHER}\n"));
        assert!(!apart.are_of_one_person(&key(ALICE), &key(OTHER)));
    }
}
