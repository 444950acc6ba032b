use std::collections::BTreeMap;
use std::fmt;

use camino::Utf8PathBuf;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::text::{Span, escape};
use crate::wire::Endpoint;

/// Which driver opens sessions to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverKind {
    /// This machine.
    Local,
    /// A POSIX machine over SSH.
    Ssh,
    /// A Catalyst switch.
    Ios,
    /// The management controller of a Cisco server.
    Cimc,
    /// The toolstack of a XenServer host.
    Xapi,
    /// Anything that speaks HTTP.
    Http,
    /// A person, or the lab's technician.
    Manual,
}

impl DriverKind {
    pub(super) const ALL: [Self; 7] = [
        Self::Local,
        Self::Ssh,
        Self::Ios,
        Self::Cimc,
        Self::Xapi,
        Self::Http,
        Self::Manual,
    ];

    /// As `driver:` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Ssh => "ssh",
            Self::Ios => "ios",
            Self::Cimc => "cimc",
            Self::Xapi => "xapi",
            Self::Http => "http",
            Self::Manual => "manual",
        }
    }

    /// Whether it speaks HTTP, over TLS unless the inventory says otherwise.
    pub fn is_web(self) -> bool {
        matches!(self, Self::Cimc | Self::Xapi | Self::Http)
    }
}

/// Where a secret comes from. Never the secret itself, unless it is a published default.
#[derive(Clone, Debug, PartialEq)]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file; one trailing newline is dropped.
    File(Utf8PathBuf),
    /// The standard output of a command; one trailing newline is dropped.
    Command(String),
    /// To be asked for on the terminal.
    Prompt,
    /// What a person typed there.
    Typed(Typed),
    /// A published factory default or a lab's password: `{value: …, public: true}`.
    Public(String),
}

/// Where it comes from, in a line, never what it is.
impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, what) = match self {
            Self::Env(name) => ("env:", name.as_str()),
            Self::File(path) => ("file:", path.as_str()),
            Self::Command(command) => ("command:", command.as_str()),
            Self::Prompt | Self::Typed(_) => return f.write_str("prompt"),
            Self::Public(_) => return f.write_str("public"),
        };
        f.write_str(from)?;
        what.chars().try_for_each(|c| match c {
            '\n' | '\t' => write!(f, "{}", c.escape_debug()),
            c => f.write_str(&escape(c.encode_utf8(&mut [0; 4]))),
        })
    }
}

/// A secret that a person typed; its `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct Typed(pub SecretString);

impl PartialEq for Typed {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

/// One target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetSpec {
    /// Its name.
    pub name: String,
    /// Its driver.
    pub driver: DriverKind,
    /// `address`: where it listens. `None` for local and manual targets.
    pub address: Option<Endpoint>,
    /// `console`: a terminal-server port over SSH, used instead of `address`.
    pub console: Option<Endpoint>,
    /// `device`: the physical thing behind it; its own name where not given.
    pub device: String,
    /// `user`.
    pub user: Option<String>,
    /// `password`.
    pub password: Option<SecretRef>,
    /// `enable`: the enable password of an IOS device.
    pub enable: Option<SecretRef>,
    /// `login` (user, password) asked for by the device behind a console line.
    pub console_login: Option<(String, SecretRef)>,
    /// `key`: private key files, tried in order.
    pub keys: Vec<Utf8PathBuf>,
    /// `agent: true`: use the SSH agent.
    pub agent: bool,
    /// `host-key`: pinned `SHA256:…` fingerprints.
    pub host_keys: Vec<String>,
    /// `known-hosts`: files to use instead of the user's.
    pub known_hosts: Option<Vec<Utf8PathBuf>>,
    /// `tls-pin`: pinned `SHA256:…` fingerprints of TLS keys.
    pub tls_pins: Vec<String>,
    /// `tls: false`: HTTP without TLS.
    pub plain_http: bool,
    /// `via`: the target to jump through.
    pub via: Option<String>,
    /// `legacy: cisco-ios`: old algorithms are allowed for this target.
    pub legacy_cisco_ios: bool,
    /// Variables of this target.
    pub vars: BTreeMap<String, Value>,
    /// Where it is declared in the inventory; empty where it is not.
    pub span: Span,
}

impl TargetSpec {
    /// How it is reached, in words: driver, account and place, and what else decides whom a
    /// connection leads to.
    pub fn way(&self) -> String {
        let mut way = self.driver.word().to_owned();
        let at = match (&self.console, &self.address) {
            (Some(console), _) => Some(format!("console {console}")),
            (None, Some(address)) => Some(address.to_string()),
            (None, None) => None,
        };
        if let Some(at) = at {
            way.push_str(&format!(", {at}"));
        }
        if let Some(user) = &self.user {
            way.push_str(&format!(" as {user}"));
        }
        let console = self.console_login.as_ref();
        let login = console.map(|(user, password)| format!("{user} with {password}"));
        let secrets = [
            ("password", self.password.as_ref().map(SecretRef::to_string)),
            ("enable", self.enable.as_ref().map(SecretRef::to_string)),
            ("login", login),
        ];
        for (what, from) in secrets {
            if let Some(from) = from {
                way.push_str(&format!(", {what} {from}"));
            }
        }
        if let Some(via) = &self.via {
            way.push_str(&format!(", via {via}"));
        }
        if self.device != self.name {
            way.push_str(&format!(", device {}", self.device));
        }
        if self.plain_http {
            way.push_str(", without TLS");
        }
        if self.legacy_cisco_ios {
            way.push_str(", with old algorithms");
        }
        way
    }
}

/// All targets that a run may use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inventory {
    /// By name.
    pub targets: BTreeMap<String, TargetSpec>,
    /// Groups, each with its targets in the order written.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Variables for all runbooks.
    pub vars: BTreeMap<String, Value>,
    /// Secrets for `{{ secret.NAME }}`.
    pub secrets: BTreeMap<String, SecretRef>,
    /// Where the processes of this machine begin; `None`: where the state lies.
    pub folder: Option<String>,
    /// It is the lab's own, as nobody named another.
    pub lab: bool,
}

impl Inventory {
    /// How a target is reached, as its plan says.
    pub fn way(&self, target: &TargetSpec) -> String {
        match &self.folder {
            Some(folder) if target.driver == DriverKind::Local => {
                format!("{}, in {folder}", target.way())
            }
            _ => target.way(),
        }
    }

    /// The targets that a name means: itself, or a group's members; `None` if it is unknown.
    pub fn resolve(&self, name: &str) -> Option<Vec<&TargetSpec>> {
        if let Some(target) = self.targets.get(name) {
            return Some(vec![target]);
        }
        self.groups
            .get(name)?
            .iter()
            .map(|member| self.targets.get(member))
            .collect()
    }
}
