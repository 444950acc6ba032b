//! What `get` does on this machine.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;

use runsheet::target::{FailureKind, Progress, Silent, StreamKind};

use crate::ends::{Ends, large};
use crate::server::wanted;

#[tokio::test]
async fn a_look_replaces_no_file_of_another_content() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/a", "hello\n");
    for other in ["other\n", "longer than that\n"] {
        ends.write("here/a", other);
        let reply = ends.look("get THERE/a HERE/a").await.expect("an answer");
        assert_eq!(reply.exit, Some(1));
        assert_eq!(
            ends.told(&reply),
            "HERE/a is here already and is not what THERE/a is: a `read` replaces nothing, so \
             move it away, or fetch to another name\n"
        );
        assert!(fs::read_to_string(ends.path("here/a")).is_ok_and(|read| read == other));
        assert_eq!(ends.names("here"), ["a"]);
    }
    // The same once more is fine, and leaves the file as it is.
    ends.write("here/a", "hello\n");
    ends.set_mode("here/a", 0o640);
    let reply = ends.look("get THERE/a HERE/a").await.expect("an answer");
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert_eq!(ends.mode("here/a"), 0o640);

    // An effect may replace it.
    ends.write("here/a", "other\n");
    let reply = ends.apply("get THERE/a HERE/a").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert!(fs::read(ends.path("here/a")).is_ok_and(|read| read == b"hello\n"));
}

#[tokio::test]
async fn what_comes_is_never_open_to_more_than_it_was() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/secret", "hello\n");
    for (there, here, comes) in [
        (0o644, None, 0o600),
        (0o400, None, 0o400),
        (0o644, Some(0o644), 0o644),
        (0o600, Some(0o644), 0o600),
    ] {
        let _ = fs::remove_file(ends.path("here/secret"));
        if let Some(mode) = here {
            ends.write("here/secret", "old\n");
            ends.set_mode("here/secret", mode);
        }
        ends.set_mode("there/secret", there);
        ends.apply("get THERE/secret HERE/secret").await;
        assert_eq!(ends.mode("here/secret"), comes, "{there:o} {here:?}");
    }
}

#[tokio::test]
async fn a_place_that_is_no_file_is_left_alone() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/a", "hello\n");
    ends.write("victim", "kept\n");
    symlink(ends.path("victim"), ends.path("here/link")).expect("a link");
    let reply = ends.apply("get THERE/a HERE/link").await;
    assert_eq!(ends.told(&reply), "HERE/link: that is no file\n");
    assert!(fs::read(ends.path("victim")).is_ok_and(|read| read == b"kept\n"));
    assert_eq!(ends.names("here"), ["link"]);
}

#[tokio::test]
async fn a_value_leads_to_no_other_place() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/a", "hello\n");
    let mut request = ends.request("get THERE/a HERE/a", 60);
    // As if the path had come from a device.
    request.options.written_paths.clear();
    let up = ends.request("get THERE/a HERE/../there/b", 60);
    for (request, why) in [(request, "is an absolute path"), (up, "leads up")] {
        let failure = ends.host.apply(&request, &mut Silent).await;
        let failure = failure.expect_err("refused");
        assert_eq!(failure.kind, FailureKind::Local);
        assert!(failure.message.contains(why), "{failure}");
        assert!(!failure.maybe_sent());
    }
    assert!(ends.names("here").is_empty());
}

/// Writes on at the other end.
struct Growing(fs::File);

impl Progress for Growing {
    fn sending(&mut self, _text: &str) {}
    fn output(&mut self, _stream: StreamKind, _bytes: &[u8]) {}
    fn moved(&mut self, _done: u64, _of: u64) {
        self.0.write_all(&[b'x'; 64 << 10]).expect("written");
    }
}

#[tokio::test]
async fn a_file_that_grows_is_not_followed_for_ever() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("there/log", large());
    let log = fs::File::options()
        .append(true)
        .open(ends.path("there/log"));
    let log = log.expect("a file");
    let request = ends.request("get THERE/log HERE/log", 60);
    let reply = ends.host.look(&request, &mut Growing(log)).await;
    let reply = reply.expect("an answer");
    assert_eq!(
        ends.told(&reply),
        "THERE/log: it grew beyond its 3000001 bytes while it was read\n"
    );
    assert!(ends.names("here").is_empty());
}
