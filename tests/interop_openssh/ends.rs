//! A folder here and one on a server, for `sftp` fences.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

use camino::Utf8PathBuf;
use runsheet::target::{Failure, Options, Reply, Request, Session, Silent};
use runsheet::text::Transfer;
use runsheet::value::Scope;
use secrecy::SecretString;
use tempfile::TempDir;

use crate::server::Sshd;
use crate::targets::{entry, open};

/// A folder here and one there, and the way between them.
pub(crate) struct Ends {
    pub(crate) server: Sshd,
    dir: TempDir,
    pub(crate) host: Box<dyn Session>,
}

impl Ends {
    pub(crate) async fn new() -> Self {
        Self::with(Sshd::start()).await
    }

    /// With a server that transfers files by this command.
    pub(crate) async fn over(subsystem: &str) -> Self {
        Self::with(Sshd::with_sftp(subsystem)).await
    }

    async fn with(server: Sshd) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        for end in ["here", "there"] {
            fs::create_dir(dir.path().join(end)).expect("a folder");
        }
        let host = open(&entry("xen1", &server), "xen1").await;
        let host = host.unwrap_or_else(|failure| panic!("{failure}\n{}", server.log()));
        Self { server, dir, host }
    }

    pub(crate) fn path(&self, name: &str) -> Utf8PathBuf {
        let path = self.dir.path().join(name);
        Utf8PathBuf::from_path_buf(path).expect("a path in UTF-8")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("written");
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.path(name), mode).expect("a mode");
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        let found = fs::symlink_metadata(self.path(name)).expect("a file");
        found.permissions().mode() & 0o7777
    }

    pub(crate) fn owner(&self, name: &str) -> (u32, u32) {
        let found = fs::symlink_metadata(self.path(name)).expect("a file");
        (found.uid(), found.gid())
    }

    /// The names in a folder, hidden ones too.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().into_string()
        };
        let mut names: Vec<String> = entries.map(|entry| name(entry).expect("UTF-8")).collect();
        names.sort();
        names
    }

    pub(crate) fn request(&self, text: &str, timeout: u64) -> Request {
        let root = self.path("");
        let text = text.replace("THERE", root.join("there").as_str());
        let text = text.replace("HERE", root.join("here").as_str());
        Request {
            names: Scope::default(),
            lang: "sftp",
            options: Options {
                timeout: Duration::from_secs(timeout),
                written_paths: Transfer::written_paths(&text, false),
                ..Options::default()
            },
            text: SecretString::from(text),
        }
    }

    pub(crate) async fn apply(&mut self, text: &str) -> Reply {
        let request = self.request(text, 60);
        match self.host.apply(&request, &mut Silent).await {
            Ok(reply) => reply,
            Err(failure) => panic!("{failure}\n{}", self.server.log()),
        }
    }

    pub(crate) async fn look(&mut self, text: &str) -> Result<Reply, Failure> {
        let request = self.request(text, 60);
        self.host.look(&request, &mut Silent).await
    }

    /// Logs in anew, as a run does after a connection that broke.
    pub(crate) async fn return_there(&mut self) {
        let host = open(&entry("xen1", &self.server), "xen1").await;
        self.host = host.unwrap_or_else(|failure| panic!("{failure}\n{}", self.server.log()));
    }

    /// What a reply says, with the names of this test's folders.
    pub(crate) fn told(&self, reply: &Reply) -> String {
        let root = self.path("");
        let text = [reply.stdout.as_slice(), reply.stderr.as_slice()].concat();
        String::from_utf8_lossy(&text)
            .replace(root.join("there").as_str(), "THERE")
            .replace(root.join("here").as_str(), "HERE")
    }
}

/// Three million bytes that are not all the same, and no multiple of any packet.
pub(crate) fn large() -> Vec<u8> {
    (0..3_000_001_u32)
        .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}

/// SHA-256 of `hello\n`, by `sha256sum`.
pub(crate) const HELLO: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
