use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::marks::DEVICE_SECRET;

/// The secrets in device output that nobody told us: after the words that Cisco's, XenServer's
/// and HTTP's texts put before them.
static HELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?m)(?P<before>",
        // `enable secret 9 $9$…`, `username x password 7 0822…`, `key-string 7 …`
        r"(?-u:\b)(?:secret|password|key-string|pre-shared-key|key) (?:[0-9] )|",
        r"(?-u:\b)(?:key-string|pre-shared-key) |",
        r"(?-u:\b)snmp-server community |",
        r"(?i:^(?:proxy-)?authorization: *(?:\S+ +)?|^(?:set-)?cookie: *)",
        // What a mark of ours stands for is hidden already.
        r")(?P<secret>[^\s«]\S*)|",
        r"(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
    ))
    .expect("a pattern of ours compiles")
});

/// Hides the secrets in a device's configuration, keeping the words that say what stood
/// there, and tells how many there were. XenAPI references are handles and stay; a
/// session's is a secret that its driver adds to the [`Redactor`](super::Redactor).
pub fn scrub(text: &str) -> (Cow<'_, str>, usize) {
    let mut count = 0;
    let scrubbed = HELD.replace_all(text, |found: &regex::Captures<'_>| {
        count += 1;
        let before = found.name("before").or_else(|| found.name("pem"));
        format!(
            "{}{DEVICE_SECRET}",
            before.map_or("", |before| before.as_str())
        )
    });
    (scrubbed, count)
}

/// The words before the first secret that a device's output holds, which say what it is.
pub fn held(text: &str) -> Option<&str> {
    let found = HELD.captures(text)?;
    let before = found.name("before").or_else(|| found.name("pem"))?;
    Some(before.as_str().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_named_without_its_value() {
        for (text, name) in [
            ("x\nenable secret 9 $9$abc", Some("secret 9")),
            (
                "a -----BEGIN PRIVATE KEY-----\nMIIE",
                Some("-----BEGIN PRIVATE KEY-----"),
            ),
            ("the password is asked for", None),
        ] {
            assert_eq!(held(text), name);
        }
    }

    #[test]
    fn secrets_in_a_running_config_are_hidden() {
        let (text, count) = scrub(concat!(
            "enable secret 9 $9$abc$def\n",
            "username admin privilege 15 password 7 0822455D0A16\n",
            "snmp-server community s3cret RO\n",
            " key-string 7 13061E010803\n",
            "no service password-encryption\n",
            "hostname stack\n",
        ));
        assert_eq!(count, 4);
        assert_eq!(
            text,
            concat!(
                "enable secret 9 «device-secret»\n",
                "username admin privilege 15 password 7 «device-secret»\n",
                "snmp-server community «device-secret» RO\n",
                " key-string 7 «device-secret»\n",
                "no service password-encryption\n",
                "hostname stack\n",
            )
        );
    }

    #[test]
    fn keys_and_headers_are_hidden() {
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nnext";
        assert_eq!(
            scrub(pem).0,
            "-----BEGIN RSA PRIVATE KEY-----«device-secret»\nnext"
        );
        assert_eq!(
            scrub("Authorization: Basic cm9vdDp4").0,
            "Authorization: Basic «device-secret»"
        );
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let text = "the password is asked for\nsecret 7\nport 22";
        assert_eq!(scrub(text), (Cow::Borrowed(text), 0));
    }
}
