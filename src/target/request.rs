use std::time::Duration;

use camino::Utf8PathBuf;
use secrecy::SecretString;

use crate::value::Scope;

/// One fence, rendered for one target.
#[derive(Debug)]
pub struct Request {
    /// The language of the fence, as in its info string.
    pub lang: &'static str,
    /// The text to send, secrets included.
    pub text: SecretString,
    /// What the fence asks of the driver.
    pub options: Options,
    /// `xapi`: the names that its arguments may mention.
    pub names: Scope,
}

/// The attributes of a fence that a driver enforces, or refuses.
#[derive(Clone, Debug)]
pub struct Options {
    /// The deadline of the whole request; `sftp`: how long nothing may move.
    pub timeout: Duration,
    /// `ios`: exec-mode lines although the role is `run` or `undo`.
    pub exec: bool,
    /// `ios`: apply under this revert timer.
    pub revert: Option<Duration>,
    /// `file`: where the text goes.
    pub path: Option<Utf8PathBuf>,
    /// `file`: its permissions.
    pub mode: Option<u32>,
    /// `sh`: the shell that fences with the same name share.
    pub session: Option<String>,
    /// `sh`: that shell holds what an earlier fence left there; a new one won't do.
    pub goes_on: bool,
    /// `sh`: the text holds a secret. It must not stand in a command line, which every user of the
    /// machine can read.
    pub hidden: bool,
    /// `sh`, `file`: become this user.
    pub become_user: Option<String>,
    /// `sh`: on a terminal.
    pub tty: bool,
    /// `manual`: what the lab's technician does.
    pub lab: Option<String>,
    /// `sftp`: the absolute paths that the fence fetches to, as written: no value led there.
    pub written_paths: Vec<Utf8PathBuf>,
    /// Losing the connection after the last byte is the expected outcome.
    pub disconnects: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            exec: false,
            revert: None,
            path: None,
            mode: None,
            session: None,
            goes_on: false,
            hidden: false,
            become_user: None,
            tty: false,
            lab: None,
            written_paths: Vec::new(),
            disconnects: false,
        }
    }
}

/// Which stream output came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// Standard output, or a device's terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Hears what goes on while a request is under way. Unredacted: the engine redacts.
pub trait Progress {
    /// A line (or a whole script) is about to leave.
    fn sending(&mut self, text: &str);
    /// A process group of this machine does the work.
    fn started(&mut self, group: i32) {
        let _ = group;
    }
    /// Output arrived.
    fn output(&mut self, stream: StreamKind, bytes: &[u8]);
    /// So many of these bytes were transferred.
    fn moved(&mut self, done: u64, of: u64) {
        let _ = (done, of);
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn sending(&mut self, _text: &str) {}
    fn output(&mut self, _stream: StreamKind, _bytes: &[u8]) {}
}
