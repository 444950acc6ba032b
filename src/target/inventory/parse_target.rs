use camino::Utf8Path;

use super::parse_secret::{located, secret};
use super::{DriverKind, SecretRef, TargetSpec};
use crate::text::yaml::{Entry, Node};
use crate::text::{Fields, Span};
use crate::wire::Endpoint;

const KEYS: [&str; 17] = [
    "driver",
    "address",
    "console",
    "device",
    "user",
    "password",
    "enable",
    "console-login",
    "key",
    "agent",
    "host-key",
    "known-hosts",
    "tls-pin",
    "tls",
    "via",
    "legacy",
    "vars",
];
const LOGIN_KEYS: [&str; 2] = ["user", "password"];
const SSH_PORT: u16 = 22;

/// One target, and the place of its `via`.
pub(super) fn target(
    fields: &mut Fields<'_>,
    folder: &Utf8Path,
    entry: Entry,
) -> (TargetSpec, Option<Span>) {
    let name = entry.key;
    let mut spec = TargetSpec {
        name: name.clone(),
        driver: DriverKind::Local,
        address: None,
        console: None,
        device: name.clone(),
        user: None,
        password: None,
        enable: None,
        console_login: None,
        keys: Vec::new(),
        agent: false,
        host_keys: Vec::new(),
        known_hosts: None,
        tls_pins: Vec::new(),
        plain_http: false,
        via: None,
        legacy_cisco_ios: false,
        vars: Default::default(),
        span: entry.key_span,
    };
    let mut driver = None;
    let mut driver_given = false;
    let mut via_span = None;
    let mut address = None;
    for entry in fields.entries(&name, entry.value) {
        let Entry { key, value, .. } = &entry;
        match key.as_str() {
            "driver" => {
                driver_given = true;
                driver =
                    fields.choice(key, value, &DriverKind::ALL.map(|kind| (kind.word(), kind)));
            }
            "address" => address = Some(entry.value),
            "console" => spec.console = endpoint(fields, key, value, SSH_PORT),
            "device" => {
                if let Some(device) = fields.text(key, value) {
                    spec.device = device;
                }
            }
            "user" => spec.user = fields.text(key, value),
            "password" => spec.password = secret(fields, folder, &entry.key, entry.value),
            "enable" => spec.enable = secret(fields, folder, &entry.key, entry.value),
            "console-login" => spec.console_login = login(fields, folder, entry.value),
            "key" => {
                let paths = fields.texts("key", entry.value);
                spec.keys = paths
                    .iter()
                    .map(|(path, _)| located(folder, path))
                    .collect();
            }
            "agent" => spec.agent = fields.flag(key, value).unwrap_or(false),
            "host-key" => {
                spec.host_keys = fingerprints(fields, "host-key", SSH_FINGERPRINT, entry.value);
            }
            "tls-pin" => {
                spec.tls_pins = fingerprints(fields, "tls-pin", TLS_FINGERPRINT, entry.value);
            }
            "tls" => spec.plain_http = !fields.flag(key, value).unwrap_or(true),
            "known-hosts" => {
                let paths = fields.texts("known-hosts", entry.value);
                spec.known_hosts = Some(
                    paths
                        .iter()
                        .map(|(path, _)| located(folder, path))
                        .collect(),
                );
            }
            "via" => {
                via_span = Some(value.span);
                spec.via = fields.text(key, value);
            }
            "legacy" => {
                let profile = fields.choice(key, value, &[("cisco-ios", true)]);
                spec.legacy_cisco_ios = profile.unwrap_or(false);
            }
            "vars" => {
                let vars = fields.entries("vars", entry.value);
                spec.vars = vars
                    .into_iter()
                    .map(|var| (var.key, var.value.to_value()))
                    .collect();
            }
            _ => fields.unknown_key(&entry, "a target", &KEYS),
        }
    }
    spec.driver = driver.unwrap_or(DriverKind::Local);
    if let Some(address) = address {
        let port = port(&spec);
        spec.address = endpoint(fields, "address", &address, port);
    }
    complete(fields, &spec, driver_given, driver);
    (spec, via_span)
}

/// Reports what a target of its kind lacks.
fn complete(
    fields: &mut Fields<'_>,
    spec: &TargetSpec,
    driver_given: bool,
    driver: Option<DriverKind>,
) {
    let name = &spec.name;
    let mut lacks = |what: &str, help: &str| {
        let message = format!("the target `{name}` has no `{what}`");
        fields.error("missing-key", spec.span, message, help.to_owned());
    };
    if !driver_given {
        lacks(
            "driver",
            "write `driver: ssh`, or `local`, `ios`, `cimc`, `xapi`, `http`, `manual`",
        );
    }
    use DriverKind::{Cimc, Http, Ios, Ssh, Xapi};
    if !matches!(driver, Some(Ssh | Ios | Cimc | Xapi | Http)) {
        return;
    }
    if spec.address.is_none() && spec.console.is_none() {
        lacks("address", "write `address: HOST` or `address: HOST:PORT`");
    }
    if spec.user.is_none() && driver != Some(Http) {
        lacks("user", "write `user: NAME`");
    }
}

/// The port of an address that names none.
fn port(spec: &TargetSpec) -> u16 {
    match spec.driver {
        driver if driver.is_web() && spec.plain_http => 80,
        driver if driver.is_web() => 443,
        _ => SSH_PORT,
    }
}

fn endpoint(fields: &mut Fields<'_>, key: &str, node: &Node, port: u16) -> Option<Endpoint> {
    let text = fields.text(key, node)?;
    let endpoint = Endpoint::parse(&text, port);
    if endpoint.is_none() {
        fields.error(
            "bad-value",
            node.span,
            format!("`{key}` cannot be `{text}`"),
            "write `HOST` or `HOST:PORT`; an IPv6 address with a port stands in brackets"
                .to_owned(),
        );
    }
    endpoint
}

/// The login of the device behind a console line. Both parts, or it is no login.
fn login(fields: &mut Fields<'_>, folder: &Utf8Path, node: Node) -> Option<(String, SecretRef)> {
    let span = node.span;
    let (mut user, mut password) = (None, None);
    for entry in fields.entries("console-login", node) {
        match entry.key.as_str() {
            "user" => user = fields.text("user", &entry.value),
            "password" => password = secret(fields, folder, "password", entry.value),
            _ => fields.unknown_key(&entry, "`console-login`", &LOGIN_KEYS),
        }
    }
    if user.is_none() || password.is_none() {
        fields.error(
            "missing-key",
            span,
            "`console-login` needs a user and a password".to_owned(),
            "write `console-login: {user: NAME, password: env:VARIABLE}`".to_owned(),
        );
    }
    user.zip(password)
}

const SSH_FINGERPRINT: &str = "write the key's fingerprint as `ssh-keygen -l` shows it: `SHA256:…`";
const TLS_FINGERPRINT: &str =
    "write `SHA256:` and the base64 of the SHA-256 of the key (SubjectPublicKeyInfo, DER)";

/// Pins as `ssh-keygen -lf` prints them: `SHA256:` and 43 characters of base64.
fn fingerprints(fields: &mut Fields<'_>, key: &str, help: &str, node: Node) -> Vec<String> {
    let pins = fields.texts(key, node);
    pins.into_iter()
        .filter_map(|(pin, span)| {
            let base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
            let digest = pin
                .strip_prefix("SHA256:")
                .map(|digest| digest.trim_end_matches('='));
            match digest {
                Some(digest) if digest.len() == 43 && digest.chars().all(base64) => {
                    Some(format!("SHA256:{digest}"))
                }
                _ => {
                    fields.error(
                        "bad-value",
                        span,
                        format!("`{key}` cannot be `{pin}`"),
                        help.to_owned(),
                    );
                    None
                }
            }
        })
        .collect()
}
