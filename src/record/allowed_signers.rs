use jiff::Timestamp;
use russh::keys::ssh_key::public::KeyData;
use thiserror::Error;

use super::Identity;
use super::pattern::is_pattern;
use super::signature::fingerprint;
use super::signer_line::{Line, parse};

/// Whose keys are trusted, and for what: a file in the form that `ssh-keygen -Y verify -f`
/// takes (ssh-keygen(1), ALLOWED SIGNERS).
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    lines: Vec<Line>,
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
    /// Whether it names no key at all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

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

#[cfg(test)]
mod tests {
    use russh::keys::PublicKey;

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
                format!("\u{feff}alice {ALICE}").as_str(),
                "names `\\u{feff}alice`, with the character U+FEFF, which is not seen",
            ),
            (
                format!("bob,jose\u{301} {ALICE}").as_str(),
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
