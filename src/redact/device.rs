use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::marks::DEVICE_SECRET;

/// The secrets in device output that nobody told us: after the words that Cisco's, XenServer's,
/// iSCSI's and HTTP's texts put before them. What a mark of ours stands for is hidden already.
static HELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?m)",
        // A word, up to the next blank.
        r"(?P<word>",
        // `enable secret 9 $9$…`, `username x password 7 0822…`, `key-string 7 …`
        r"(?-u:\b)(?:secret|password|key-string|pre-shared-key|key) (?:[0-9] )|",
        r"(?-u:\b)(?:key-string|pre-shared-key) |",
        r"(?-u:\b)snmp-server community |",
        // IET's and open-iscsi's CHAP
        r"(?-u:\b)(?:Incoming|Outgoing)User[ \t]+\S+[ \t]+|",
        r"(?-u:\b)auth\.password(?:_in)?[ \t]*=[ \t]*|",
        r"(?i:^(?:proxy-)?authorization: *(?:\S+ +)?|^(?:set-)?cookie: *)",
        r")(?:[^\s«]\S*)|",
        // The same, perhaps behind the digit that says how it is hidden.
        r"(?P<typed>",
        r"(?-u:\b)(?:tacacs|radius)-server (?:host \S+ )?(?:[a-z]+-[a-z]+ [0-9]+ )*key (?:[0-9] )?|",
        r"(?-u:\b)ppp (?:chap|pap sent-username \S+) password (?:[0-9] )?",
        r")(?:[^\s«]\S+)|",
        // One in a list of `name: value; …` or `name=value,…`.
        r"(?P<item>(?-u:\b)chap_?password[ \t]*[=:][ \t]*)(?:[^\s;,«][^\s;,]*)|",
        // One that is the last word of its line: elsewhere the same words are prose.
        r"(?P<last>(?-u:\b)enable password (?:level [0-9]+ )?|",
        r"(?-u:\b)username (?P<user>\S+) (?:privilege [0-9]+ )?password )",
        r"(?:[^\s«]\S*)(?P<end>[ \t]*\r?$)|",
        // One in quotes: an attribute, a JSON string, whatever the name begins with.
        r#"(?P<attribute>(?:pwd|[pP]assword|[cC]ookie)=")(?:[^"«][^"]*)|"#,
        r#"(?P<json>[pP]assword"\s*:\s*")(?:[^"\\«]|\\.)(?:[^"\\]|\\.)*|"#,
        // Two of them in one line.
        r"(?P<snmp>(?-u:\b)snmp-server user [^\r\n]*)|",
        r"(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----)",
        r"[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
    ))
    .expect("a pattern of ours compiles")
});

/// What follows the words before it in `snmp-server user NAME GROUP v3 auth sha … priv aes 128 …`.
static OF_USER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"((?:auth (?:md5|sha(?:-2 [0-9]+)?)|priv (?:3?des|aes(?: [0-9]+)?)) )[^\s«]\S*";
    Regex::new(pattern).expect("a pattern of ours compiles")
});

/// What iSCSI tools print where no password is set.
const NONE: &str = "<empty>";

/// Hides the secrets in a device's configuration, keeping the words that say what stood
/// there, and tells how many there were. XenAPI references are handles and stay; that of our
/// own session its driver takes out.
pub fn scrub(text: &str) -> (Cow<'_, str>, usize) {
    let mut count = 0;
    let scrubbed = HELD.replace_all(text, |found: &Captures<'_>| {
        let (all, hidden) = replaced(found);
        count += hidden;
        all
    });
    match count {
        0 => (Cow::Borrowed(text), 0),
        count => (scrubbed, count),
    }
}

/// What stands in the place of a find, and how many secrets that hides.
fn replaced(found: &Captures<'_>) -> (String, usize) {
    let whole = &found[0];
    if let Some(user) = found.name("snmp") {
        let hidden = OF_USER.find_iter(user.as_str()).count();
        let with = format!("${{1}}{DEVICE_SECRET}");
        return (
            OF_USER
                .replace_all(user.as_str(), with.as_str())
                .into_owned(),
            hidden,
        );
    }
    // `wrong username or password given` is no line of a configuration.
    let user = found.name("user").map(|user| user.as_str());
    if whole.ends_with(NONE) || matches!(user, Some("or" | "and")) {
        return (whole.to_owned(), 0);
    }
    let end = found.name("end").map_or("", |end| end.as_str());
    (format!("{}{DEVICE_SECRET}{end}", before(found)), 1)
}

/// The words that say what a secret is.
fn before<'t>(found: &Captures<'t>) -> &'t str {
    let names = ["word", "typed", "item", "last", "attribute", "json", "pem"];
    let before = names.iter().find_map(|name| found.name(name));
    before.map_or("snmp-server user", |before| before.as_str())
}

/// The words before the first secret that a device's output holds, which say what it is.
pub fn held(text: &str) -> Option<&str> {
    let mut found = HELD.captures_iter(text);
    let found = found.find(|found| replaced(found).1 > 0)?;
    Some(before(&found).trim_matches([' ', '\t', '"', '=', ':']))
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
            ("user: wrong username or password given", None),
            (r#"<aaaUser pwd="x1"/>"#, Some("pwd")),
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
    fn chap_secrets_are_hidden_wherever_iscsi_keeps_them() {
        for (held, hidden) in [
            (
                " ppp chap password 7 0822455D0A16",
                " ppp chap password 7 «device-secret»",
            ),
            (
                " ppp chap password 0 hunter22",
                " ppp chap password 0 «device-secret»",
            ),
            (
                " ppp chap password hunter22",
                " ppp chap password «device-secret»",
            ),
            (
                "\tIncomingUser xen hunter22",
                "\tIncomingUser xen «device-secret»",
            ),
            (
                "OutgoingUser filer hunter22",
                "OutgoingUser filer «device-secret»",
            ),
            (
                "node.session.auth.password = hunter22",
                "node.session.auth.password = «device-secret»",
            ),
            (
                "discovery.sendtargets.auth.password_in = hunter22",
                "discovery.sendtargets.auth.password_in = «device-secret»",
            ),
            (
                "device-config:chappassword=hunter22 device-config:port=3260",
                "device-config:chappassword=«device-secret» device-config:port=3260",
            ),
            (
                "device-config (MRO): chapuser: xen; chappassword: hunter22; port: 3260",
                "device-config (MRO): chapuser: xen; chappassword: «device-secret»; port: 3260",
            ),
        ] {
            assert_eq!(scrub(held), (Cow::Borrowed(hidden), 1), "{held}");
            assert_eq!(scrub(hidden).1, 0, "a mark is hidden already: {hidden}");
        }
    }

    #[test]
    fn secrets_that_a_switch_keeps_as_they_are_are_hidden() {
        for (held, hidden) in [
            (
                "enable password hunter22\r\n",
                "enable password «device-secret»\r\n",
            ),
            (
                "+username ada password hunter22",
                "+username ada password «device-secret»",
            ),
            (
                "sw1(config)#username ada privilege 15 password hunter22",
                "sw1(config)#username ada privilege 15 password «device-secret»",
            ),
            (
                "tacacs-server key hunter22",
                "tacacs-server key «device-secret»",
            ),
            (
                "radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key hunter22",
                "radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key «device-secret»",
            ),
            (" key 7 13061E010803", " key 7 «device-secret»"),
            (
                "snmp-server user ada ops v3 auth md5 hunter22",
                "snmp-server user ada ops v3 auth md5 «device-secret»",
            ),
        ] {
            assert_eq!(scrub(held), (Cow::Borrowed(hidden), 1), "{held}");
            assert_eq!(scrub(hidden).1, 0, "a mark is hidden already: {hidden}");
        }
        let user = "snmp-server user ada ops v3 auth sha hunter22 priv aes 128 hunter23 access 9";
        assert_eq!(
            scrub(user),
            (
                Cow::Borrowed(
                    "snmp-server user ada ops v3 auth sha «device-secret» \
                     priv aes 128 «device-secret» access 9"
                ),
                2
            )
        );
    }

    #[test]
    fn secrets_in_attributes_and_in_json_are_hidden() {
        for (held, hidden) in [
            (
                r#"<aaaUser id="2" name="ada" pwd="hunter 22" priv="admin"/>"#,
                r#"<aaaUser id="2" name="ada" pwd="«device-secret»" priv="admin"/>"#,
            ),
            (
                r#"<aaaLogin inName="admin" inPassword="hunter22"/>"#,
                r#"<aaaLogin inName="admin" inPassword="«device-secret»"/>"#,
            ),
            (
                r#"<aaaLogin cookie="" response="yes" outCookie="1447/1d/2"/>"#,
                r#"<aaaLogin cookie="" response="yes" outCookie="«device-secret»"/>"#,
            ),
            (
                r#"<configResolveClass cookie="1447/1d/2" classId="lsbootDef"/>"#,
                r#"<configResolveClass cookie="«device-secret»" classId="lsbootDef"/>"#,
            ),
            (
                r#"{"UserName": "ada", "Password": "hun\"ter22", "Enabled": true}"#,
                r#"{"UserName": "ada", "Password": "«device-secret»", "Enabled": true}"#,
            ),
        ] {
            assert_eq!(scrub(held), (Cow::Borrowed(hidden), 1), "{held}");
            assert_eq!(scrub(hidden).1, 0, "a mark is hidden already: {hidden}");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "the password is asked for\nsecret 7\nport 22",
            "failed to log in: wrong username or password given",
            "the enable password of `sw1` can't be used",
            "node.session.auth.password = <empty>",
            "key chain ospf\n key 1",
            r#"{"Password": null, "PasswordExpiration": "never", "MinPasswordLength": 8}"#,
            r#"<aaaUser id="2" name="ada" pwd="" pwdStrength="yes"/>"#,
            "snmp-server user ada ops v3",
            "IncomingUser",
        ] {
            assert_eq!(scrub(text), (Cow::Borrowed(text), 0), "{text}");
        }
    }
}
