use std::fs;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// Who, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The account's name.
    pub user: String,
    /// Its number.
    pub uid: u32,
    /// How the person was recognised.
    pub authenticated_by: String,
    /// Fingerprint of the key that signs the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The account that logged in and then became this one, as the kernel remembers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
}

impl Operator {
    /// Whoever this process belongs to. The environment can say anything, so only the system is
    /// asked for the account's name.
    pub fn here() -> Self {
        let uid = rustix::process::getuid().as_raw();
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let account = named(&accounts, uid).or_else(from_directory);
        let authenticated_by = match &account {
            Some(_) => "operating-system account",
            None => "number of the operating-system account",
        };
        Self {
            user: account.unwrap_or_else(|| uid.to_string()),
            uid,
            authenticated_by: authenticated_by.to_owned(),
            key: None,
            behind: logged_in()
                .filter(|number| *number != uid)
                .map(|number| named(&accounts, number).unwrap_or_else(|| number.to_string())),
        }
    }
}

/// The number that the session began with, which no change of account changes. `None` where
/// nobody logged in, or the system does not keep it.
fn logged_in() -> Option<u32> {
    let number = fs::read_to_string("/proc/self/loginuid").ok()?;
    number.trim().parse().ok().filter(|n| *n != u32::MAX)
}

/// The name of an account in the system's file.
fn named(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// The same where accounts are kept in a directory, which the system's own program knows to ask.
fn from_directory() -> Option<String> {
    let mut ask = Command::new("/usr/bin/id");
    let ask = ask.arg("-un").env_clear().stdin(Stdio::null());
    let output = ask.output().ok().filter(|output| output.status.success())?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_accounts_with_that_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(named(accounts, 1000).as_deref(), Some("ada"));
        assert_eq!(named(accounts, 100), None);
    }
}
