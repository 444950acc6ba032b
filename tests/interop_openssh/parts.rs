//! Transfers that break, stall or are refused, and what is left of them.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::time::Duration;

use runsheet::target::{FailureKind, Progress, Silent, StreamKind};
use rustix::process::{Pid, Signal};

use crate::ends::{Ends, HELLO, large};
use crate::server::{tool, wanted};

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

/// The processes that a process started, and those that they did.
pub(crate) fn descendants(parent: u32) -> Vec<Pid> {
    let mut all = children(parent);
    let mut seen = 0;
    while let Some(next) = all.get(seen) {
        let id = u32::try_from(next.as_raw_nonzero().get()).expect("an id");
        all.extend(children(id));
        seen += 1;
    }
    all
}

/// The processes that a process started.
fn children(parent: u32) -> Vec<Pid> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(path).expect("a process");
    let id = |word: &str| word.parse().ok().and_then(Pid::from_raw).expect("an id");
    children.split_whitespace().map(id).collect()
}

/// Does something at each news of a transfer.
struct At<F>(F);

impl<F: FnMut(u64)> Progress for At<F> {
    fn sending(&mut self, _text: &str) {}
    fn output(&mut self, _stream: StreamKind, _bytes: &[u8]) {}
    fn moved(&mut self, done: u64, _of: u64) {
        (self.0)(done);
    }
}

/// How much of a file was there already, by what is told.
fn resumed(told: &str) -> u64 {
    let rest = told.split("; ").nth(1);
    let bytes = rest.and_then(|rest| rest.split(' ').next());
    let bytes = bytes.and_then(|bytes| bytes.parse().ok());
    bytes.unwrap_or_default()
}

#[tokio::test]
async fn a_put_that_breaks_goes_on_where_it_ended() {
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
    assert!(failure.maybe_sent(), "a part of it is there");
    assert!(fs::read(ends.path("there/image")).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there").len(), 2, "the part stays");

    ends.return_there().await;
    let reply = ends
        .host
        .apply(&request, &mut Silent)
        .await
        .expect("an answer");
    let told = ends.told(&reply);
    assert!(resumed(&told) > 10_000_000, "{told}");
    assert!(fs::read(ends.path("there/image")).is_ok_and(|read| read == content));
    assert_eq!(ends.names("there"), ["image"]);
}

#[tokio::test]
async fn a_get_that_breaks_goes_on_only_where_a_digest_tells_that_it_may() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    let content: Vec<u8> = large().into_iter().cycle().take(100_000_000).collect();
    ends.write("there/image", &content);
    let sum = tool("sha256sum", &[ends.path("there/image").as_str()]);
    let sum = format!("sha256={}", sum.split(' ').next().expect("a digest"));
    for (sum, continues) in [("", false), (sum.as_str(), true)] {
        let request = ends.request(&format!("get THERE/image HERE/back {sum}"), 120);
        let mut cutting = Cutting {
            server: ends.server.id(),
            after: 50_000_000,
            killed: false,
        };
        let failure = ends
            .host
            .look(&request, &mut cutting)
            .await
            .expect_err("cut");
        assert_eq!(failure.kind, FailureKind::Disconnected, "{failure}");
        assert!(!failure.maybe_sent());
        assert_eq!(ends.names("here").len(), usize::from(continues));
        ends.return_there().await;
        let reply = ends
            .host
            .look(&request, &mut Silent)
            .await
            .expect("an answer");
        let told = ends.told(&reply);
        assert_eq!(resumed(&told) > 10_000_000, continues, "{told}");
        assert!(fs::read(ends.path("here/back")).is_ok_and(|read| read == content));
        assert_eq!(ends.names("here"), ["back"]);
        fs::remove_file(ends.path("here/back")).expect("removed");
    }
}

#[tokio::test]
async fn what_was_fetched_before_is_held_to_the_digest() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/a", "hello\n");
    let line = format!("get THERE/a HERE/a sha256={HELLO}");
    // The name of the part, from a transfer that broke.
    let mut cutting = Cutting {
        server: ends.server.id(),
        after: 5,
        killed: false,
    };
    let request = ends.request(&line, 60);
    let _ = ends.host.look(&request, &mut cutting).await;
    ends.return_there().await;
    let names = ends.names("here");
    let part = names.iter().find(|name| name.ends_with(".part"));
    let part = format!("here/{}", part.expect("a part"));
    for (spoilt, already) in [("hexx", 0), ("hello\nand more\n", 0), ("hel", 3)] {
        let _ = fs::remove_file(ends.path("here/a"));
        ends.write(&part, spoilt);
        ends.set_mode(&part, 0o600);
        let reply = ends.look(&line).await.expect("an answer");
        let told = ends.told(&reply);
        assert_eq!(reply.exit, Some(0), "{told}");
        assert_eq!(resumed(&told), already, "{told}");
        assert!(fs::read(ends.path("here/a")).is_ok_and(|read| read == b"hello\n"));
        assert_eq!(ends.names("here"), ["a"]);
    }
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
        ends.set_mode(&part, 0o600);
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
    ends.set_mode(&part, 0o600);
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(
        ends.told(&reply),
        format!("put HERE/a THERE/a: 6 bytes, SHA-256 {HELLO}; 3 of them were there already\n")
    );
    assert_eq!(ends.names("there"), ["a"]);
}

#[tokio::test]
async fn nothing_is_written_through_a_part_that_somebody_else_laid_out() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "hello\n");
    ends.write("victim", "root:x\n");
    ends.set_mode("victim", 0o600);
    let (victim, part) = (
        ends.path("victim"),
        format!("there/.a.{}.part", &HELLO[..12]),
    );
    let told = format!("put HERE/a THERE/a: 6 bytes, SHA-256 {HELLO}\n");
    let lay: [&dyn Fn(&Ends); 4] = [
        &|ends| symlink(&victim, ends.path(&part)).expect("a link"),
        &|ends| fs::hard_link(&victim, ends.path(&part)).expect("a link"),
        // What would be continued, was it ours and private.
        &|ends| {
            ends.write(&part, "hel");
            ends.set_mode(&part, 0o600);
            std::os::unix::fs::chown(ends.path(&part), Some(1234), None).expect("root");
        },
        &|ends| {
            ends.write(&part, "hel");
            ends.set_mode(&part, 0o666);
        },
    ];
    for lay in lay {
        lay(&ends);
        let reply = ends.apply("put HERE/a THERE/a").await;
        assert_eq!(ends.told(&reply), told);
        assert!(fs::read(&victim).is_ok_and(|read| read == b"root:x\n"));
        assert_eq!(ends.names("there"), ["a"]);
        assert_eq!(ends.owner("there/a"), ends.owner("victim"));
        fs::remove_file(ends.path("there/a")).expect("removed");
    }
}

#[tokio::test]
async fn what_is_under_way_is_nobody_elses_to_read() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/open", large());
    ends.write("there/open", large());
    for (line, folder) in [
        ("put HERE/open THERE/new", "there"),
        ("get THERE/open HERE/new", "here"),
    ] {
        let request = ends.request(line, 60);
        let place = ends.path(folder);
        let mut seen = Vec::new();
        let mut watching = At(|_| {
            for entry in fs::read_dir(&place).expect("a folder") {
                let entry = entry.expect("an entry");
                if entry.file_name().to_string_lossy().ends_with(".part") {
                    seen.push(entry.metadata().expect("a file").mode() & 0o777);
                }
            }
        });
        let done = ends.host.apply(&request, &mut watching).await;
        assert_eq!(done.expect("an answer").exit, Some(0));
        assert!(
            !seen.is_empty() && seen.iter().all(|mode| *mode == 0o600),
            "{seen:?}"
        );
    }
    assert_eq!(ends.mode("there/new"), 0o644);
    assert_eq!(ends.mode("here/new"), 0o600, "fetched for us alone");
}

#[tokio::test]
async fn a_transfer_that_moves_is_given_time_and_one_that_stalls_is_not() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    // Three million bytes go in some ninety pieces.
    ends.write("here/slow", large());
    let request = ends.request("put HERE/slow THERE/slow", 1);
    let mut slow = At(|_| std::thread::sleep(Duration::from_millis(30)));
    let began = std::time::Instant::now();
    let reply = ends.host.apply(&request, &mut slow).await;
    assert_eq!(reply.expect("in time").exit, Some(0));
    assert!(began.elapsed() > Duration::from_secs(2));

    let content: Vec<u8> = large().into_iter().cycle().take(50_000_000).collect();
    ends.write("here/a", &content);
    let request = ends.request("put HERE/a THERE/a", 1);
    let server = ends.server.id();
    let mut stopped = Vec::new();
    let mut stalling = At(|done| {
        if done > 20_000_000 && stopped.is_empty() {
            stopped = descendants(server);
            for process in &stopped {
                rustix::process::kill_process(*process, Signal::STOP).expect("stopped");
            }
        }
    });
    let failure = ends.host.apply(&request, &mut stalling).await;
    let failure = failure.expect_err("it stalls");
    for process in &stopped {
        rustix::process::kill_process(*process, Signal::KILL).expect("killed");
    }
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.maybe_sent());
    assert_eq!(failure.message, "transfer files: nothing moved for 1s");
    ends.return_there().await;
    let reply = ends.apply("put HERE/a THERE/a").await;
    let told = ends.told(&reply);
    assert!(resumed(&told) > 0, "{told}");
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == content));
}

#[tokio::test]
async fn what_is_refused_leaves_no_part_or_says_where_it_is() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::over("internal-sftp -P write").await;
    ends.write("here/a", large());
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(ends.told(&reply), "THERE/a: permission denied\n");
    assert!(ends.names("there").is_empty());

    let mut ends = Ends::over("internal-sftp -P write,remove").await;
    ends.write("here/a", large());
    let reply = ends.apply("put HERE/a THERE/a").await;
    let names = ends.names("there");
    assert_eq!(
        ends.told(&reply),
        format!(
            "THERE/a: permission denied; THERE/{} is left there: permission denied\n",
            names[0]
        )
    );
}
