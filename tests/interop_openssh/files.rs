//! `sftp` fences against the SFTP server that OpenSSH brings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use camino::Utf8PathBuf;
use runsheet::target::{
    Failure, FailureKind, LineFate, Options, Progress, Reply, Request, Session, Silent, StreamKind,
};
use rustix::process::{Pid, Signal};
use secrecy::SecretString;
use tempfile::TempDir;

use crate::server::{Sshd, tool, wanted};
use crate::targets::{entry, open};

/// A folder here and one there, and the way between them.
struct Ends {
    server: Sshd,
    dir: TempDir,
    host: Box<dyn Session>,
}

impl Ends {
    async fn new() -> Self {
        let server = Sshd::start();
        let dir = tempfile::tempdir().expect("a folder");
        for end in ["here", "there"] {
            fs::create_dir(dir.path().join(end)).expect("a folder");
        }
        let host = open(&entry("xen1", &server), "xen1").await;
        let host = host.unwrap_or_else(|failure| panic!("{failure}\n{}", server.log()));
        Self { server, dir, host }
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        let path = self.dir.path().join(name);
        Utf8PathBuf::from_path_buf(path).expect("a path in UTF-8")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("written");
    }

    /// The names in a folder, hidden ones too.
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().into_string()
        };
        let mut names: Vec<String> = entries.map(|entry| name(entry).expect("UTF-8")).collect();
        names.sort();
        names
    }

    fn request(&self, text: &str, timeout: u64) -> Request {
        let root = self.path("");
        let text = text.replace("THERE", root.join("there").as_str());
        let text = text.replace("HERE", root.join("here").as_str());
        Request {
            lang: "sftp",
            text: SecretString::from(text),
            options: Options {
                timeout: Duration::from_secs(timeout),
                ..Options::default()
            },
        }
    }

    async fn apply(&mut self, text: &str) -> Reply {
        let request = self.request(text, 60);
        match self.host.apply(&request, &mut Silent).await {
            Ok(reply) => reply,
            Err(failure) => panic!("{failure}\n{}", self.server.log()),
        }
    }

    async fn look(&mut self, text: &str) -> Result<Reply, Failure> {
        let request = self.request(text, 60);
        self.host.look(&request, &mut Silent).await
    }

    /// What a reply says, with the names of this test's folders.
    fn told(&self, reply: &Reply) -> String {
        let root = self.path("");
        let text = [reply.stdout.as_slice(), reply.stderr.as_slice()].concat();
        String::from_utf8_lossy(&text)
            .replace(root.join("there").as_str(), "THERE")
            .replace(root.join("here").as_str(), "HERE")
    }
}

/// Three million bytes that are not all the same, and no multiple of any packet.
fn large() -> Vec<u8> {
    (0..3_000_001_u32)
        .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}

/// SHA-256 of `hello\n`, by `sha256sum`.
const HELLO: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

#[tokio::test]
async fn a_file_goes_there_and_comes_back_the_same() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/it's large", large());
    let there = ends.look("absent \"THERE/it's large\"").await;
    assert_eq!(there.expect("an answer").exit, Some(0));
    let reply = ends
        .apply("put \"HERE/it's large\" \"THERE/it's large\"")
        .await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert_eq!(reply.lines[0].fate, LineFate::Accepted);
    assert!(fs::read(ends.path("there/it's large")).is_ok_and(|read| read == large()));
    assert_eq!(ends.names("there"), ["it's large"], "no part is left");

    let same = "same \"HERE/it's large\" \"THERE/it's large\"";
    assert_eq!(ends.look(same).await.expect("an answer").exit, Some(0));
    let reply = ends.look("get \"THERE/it's large\" HERE/back").await;
    assert_eq!(reply.expect("an answer").exit, Some(0));
    assert!(fs::read(ends.path("here/back")).is_ok_and(|read| read == large()));
    assert_eq!(ends.names("here"), ["back", "it's large"]);

    let reply = ends
        .apply("remove \"THERE/it's large\"\nremove THERE/nothing")
        .await;
    assert_eq!(
        ends.told(&reply),
        "remove THERE/it's large: done\nremove THERE/nothing: it was not there\n"
    );
    assert!(ends.names("there").is_empty());
}

#[tokio::test]
async fn what_is_told_names_size_and_digest() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "hello\n");
    let reply = ends
        .apply(&format!("put HERE/a THERE/a sha256={HELLO}"))
        .await;
    assert_eq!(
        ends.told(&reply),
        format!("put HERE/a THERE/a: 6 bytes, SHA-256 {HELLO}\n")
    );
    ends.write("here/empty", "");
    let reply = ends.apply("put HERE/empty THERE/empty").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert!(fs::read(ends.path("there/empty")).is_ok_and(|read| read.is_empty()));
}

#[tokio::test]
async fn a_file_that_is_not_the_one_that_was_meant_goes_nowhere() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "hello\n");
    ends.write("here/b", "other\n");
    ends.write("there/b", "other\n");
    let line = format!("sha256={HELLO}");
    let reply = ends
        .apply(&format!("put HERE/a THERE/a\nput HERE/b THERE/c {line}"))
        .await;
    assert_eq!(reply.exit, Some(1));
    assert!(
        ends.told(&reply)
            .starts_with("HERE/b is not the file that the line names: its SHA-256 is "),
        "{}",
        ends.told(&reply)
    );
    assert_eq!(ends.names("there"), ["b"], "nothing was sent");
    let reply = ends
        .look(&format!("get THERE/b HERE/c {line}"))
        .await
        .expect("an answer");
    assert_eq!(reply.exit, Some(1));
    assert_eq!(ends.names("here"), ["a", "b"]);

    let request = ends.request("put HERE/none THERE/none", 60);
    let failure = ends
        .host
        .apply(&request, &mut Silent)
        .await
        .expect_err("no file");
    assert_eq!(
        (failure.kind, failure.maybe_sent),
        (FailureKind::Local, false)
    );
}

#[tokio::test]
async fn same_says_what_differs() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "hello\n");
    ends.write("there/longer", "hello!\n");
    ends.write("there/other", "jello\n");
    fs::create_dir(ends.path("there/folder")).expect("a folder");
    let other = tool("sha256sum", &[ends.path("there/other").as_str()]);
    let other = other.split(' ').next().expect("a digest");
    let differs = format!(
        "THERE/other has the size of HERE/a and another content: SHA-256 {other} instead of {HELLO}\n"
    );
    for (text, why) in [
        ("same HERE/a THERE/none", "THERE/none is not there\n"),
        (
            "same HERE/a THERE/longer",
            "THERE/longer has 7 bytes, HERE/a has 6\n",
        ),
        ("same HERE/a THERE/folder", "THERE/folder is no file\n"),
        ("same HERE/a THERE/other", &differs),
        ("absent THERE/other", "THERE/other is there\n"),
    ] {
        let reply = ends.look(text).await.expect("an answer");
        assert_eq!(reply.exit, Some(1));
        assert!(reply.error.is_none(), "no refusal, but not so");
        assert_eq!(ends.told(&reply), why);
    }
}

#[tokio::test]
async fn what_the_server_refuses_leaves_the_old_file() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "new\n");
    ends.write("there/kept", "old\n");
    fs::create_dir(ends.path("there/folder")).expect("a folder");
    for (text, why) in [
        (
            "put HERE/a THERE/nowhere/a",
            "THERE/nowhere/a: there is no folder THERE/nowhere\n",
        ),
        ("put HERE/a THERE/folder", "THERE/folder: that is no file\n"),
        (
            "get THERE/none HERE/none",
            "THERE/none: there is no such file\n",
        ),
        (
            "get THERE/folder HERE/none",
            "THERE/folder: that is no file\n",
        ),
    ] {
        let reply = ends.apply(text).await;
        assert_eq!(ends.told(&reply), why);
        assert_eq!(reply.error.map(|error| error.line), Some(Some(0)));
        assert_eq!(reply.lines[0].fate, LineFate::Rejected);
    }
    assert_eq!(ends.names("there"), ["folder", "kept"]);
    assert_eq!(ends.names("here"), ["a"]);

    // The first line of several that is refused ends the fence.
    let reply = ends
        .apply("put HERE/a THERE/kept\nput HERE/a THERE/no/a\nremove THERE/kept")
        .await;
    assert_eq!(reply.lines.len(), 2);
    assert!(fs::read(ends.path("there/kept")).is_ok_and(|read| read == b"new\n"));
}

#[tokio::test]
async fn a_file_keeps_its_permissions_and_a_new_one_gets_those_of_its_source() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    let set = |path: Utf8PathBuf, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    let mode =
        |path: Utf8PathBuf| fs::metadata(path).expect("a file").permissions().mode() & 0o7777;
    ends.write("here/script", "#!/bin/sh\n");
    ends.write("there/old", "old\n");
    set(ends.path("here/script"), 0o750);
    set(ends.path("there/old"), 0o600);
    ends.apply("put HERE/script THERE/old\nput HERE/script THERE/new")
        .await;
    assert_eq!(mode(ends.path("there/old")), 0o600);
    assert_eq!(mode(ends.path("there/new")), 0o750);
}

#[tokio::test]
async fn a_look_changes_nothing() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "new\n");
    for text in ["put HERE/a THERE/a", "remove THERE/a"] {
        let failure = ends.look(text).await.expect_err("refused");
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (FailureKind::Local, false)
        );
    }
    assert!(ends.names("there").is_empty());
}

/// Ends the server's process for the connection at the first news of a transfer beyond `after`.
struct Cutting {
    server: u32,
    after: u64,
    killed: bool,
}

impl Progress for Cutting {
    fn sending(&mut self, _text: &str) {}
    fn output(&mut self, _stream: StreamKind, _bytes: &[u8]) {}
    fn moved(&mut self, done: u64, _of: u64) {
        if done > self.after && !self.killed {
            self.killed = true;
            for child in children(self.server) {
                rustix::process::kill_process(child, Signal::KILL).expect("killed");
            }
        }
    }
}

/// The processes that a process started.
fn children(parent: u32) -> Vec<Pid> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(path).expect("a process");
    let id = |word: &str| word.parse().ok().and_then(Pid::from_raw).expect("an id");
    children.split_whitespace().map(id).collect()
}

#[tokio::test]
async fn a_transfer_that_breaks_goes_on_where_it_ended() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    let content: Vec<u8> = large().into_iter().cycle().take(200_000_000).collect();
    ends.write("here/image", &content);
    ends.write("there/image", "old\n");
    let request = ends.request("put HERE/image THERE/image", 120);
    let mut cutting = Cutting {
        server: ends.server.id(),
        after: 50_000_000,
        killed: false,
    };
    let failure = ends
        .host
        .apply(&request, &mut cutting)
        .await
        .expect_err("cut");
    assert_eq!(failure.kind, FailureKind::Disconnected, "{failure}");
    assert!(!failure.maybe_sent, "the old file is still there");
    assert!(fs::read(ends.path("there/image")).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there").len(), 2, "the part stays");

    let host = open(&entry("xen1", &ends.server), "xen1").await;
    ends.host = host.unwrap_or_else(|failure| panic!("{failure}"));
    let reply = ends
        .host
        .apply(&request, &mut Silent)
        .await
        .expect("an answer");
    let told = ends.told(&reply);
    let resumed = told
        .split("; ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let resumed: u64 = resumed
        .and_then(|bytes| bytes.parse().ok())
        .expect("resumed");
    assert!(resumed > 10_000_000, "{told}");
    assert!(fs::read(ends.path("there/image")).is_ok_and(|read| read == content));
    assert_eq!(ends.names("there"), ["image"]);

    // And the same the other way.
    let request = ends.request("get THERE/image HERE/back", 120);
    let mut cutting = Cutting {
        killed: false,
        ..cutting
    };
    let failure = ends
        .host
        .look(&request, &mut cutting)
        .await
        .expect_err("cut");
    assert_eq!(failure.kind, FailureKind::Disconnected, "{failure}");
    let host = open(&entry("xen1", &ends.server), "xen1").await;
    ends.host = host.unwrap_or_else(|failure| panic!("{failure}"));
    let reply = ends
        .host
        .look(&request, &mut Silent)
        .await
        .expect("an answer");
    assert!(
        ends.told(&reply).contains("were there already"),
        "{}",
        ends.told(&reply)
    );
    assert!(fs::read(ends.path("here/back")).is_ok_and(|read| read == content));
}

#[tokio::test]
async fn a_part_that_was_spoilt_is_found_and_begun_anew() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "hello\n");
    let part = format!("there/.a.{}.part", &HELLO[..12]);
    for spoilt in ["hexx", "hexxo\n", "hello\nand more\n"] {
        ends.write(&part, spoilt);
        let reply = ends.apply("put HERE/a THERE/a").await;
        assert_eq!(
            ends.told(&reply),
            format!("put HERE/a THERE/a: 6 bytes, SHA-256 {HELLO}\n")
        );
        assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"hello\n"));
        assert_eq!(ends.names("there"), ["a"]);
        fs::remove_file(ends.path("there/a")).expect("removed");
    }
    ends.write(&part, "hel");
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(
        ends.told(&reply),
        format!("put HERE/a THERE/a: 6 bytes, SHA-256 {HELLO}; 3 of them were there already\n")
    );
}
