//! `sftp` fences against the SFTP server that OpenSSH brings.

use std::fs;
use std::os::unix::fs::symlink;

use runsheet::target::{FailureKind, LineFate, Silent};

use crate::ends::{Ends, HELLO, large};
use crate::server::{tool, wanted};

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
    assert!(reply.lines.len() == 2);
    assert!(
        reply
            .lines
            .iter()
            .all(|line| line.fate == LineFate::NotSent)
    );
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
        (failure.kind, failure.maybe_sent()),
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
    let fates: Vec<LineFate> = reply.lines.iter().map(|line| line.fate).collect();
    assert_eq!(
        fates,
        [LineFate::Accepted, LineFate::Rejected, LineFate::NotSent]
    );
    assert!(fs::read(ends.path("there/kept")).is_ok_and(|read| read == b"new\n"));
}

#[tokio::test]
async fn a_file_keeps_its_permissions_and_a_new_one_gets_those_of_its_source() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/script", "#!/bin/sh\n");
    ends.write("there/old", "old\n");
    ends.set_mode("here/script", 0o750);
    ends.set_mode("there/old", 0o640);
    ends.apply("put HERE/script THERE/old\nput HERE/script THERE/new")
        .await;
    assert_eq!(ends.mode("there/old"), 0o640);
    assert_eq!(ends.mode("there/new"), 0o750);
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
            (failure.kind, failure.maybe_sent()),
            (FailureKind::Local, false)
        );
    }
    assert!(ends.names("there").is_empty());
}

#[tokio::test]
async fn a_link_is_neither_replaced_nor_taken_for_nothing() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::new().await;
    ends.write("here/a", "new\n");
    ends.write("there/real", "old\n");
    symlink(ends.path("there/real"), ends.path("there/link")).expect("a link");
    symlink("nowhere", ends.path("there/dangling")).expect("a link");
    let reply = ends.apply("put HERE/a THERE/link").await;
    assert_eq!(
        ends.told(&reply),
        "THERE/link is a link to THERE/real: put the file there, or remove the link first\n"
    );
    assert!(fs::read(ends.path("there/real")).is_ok_and(|read| read == b"old\n"));
    let reply = ends.look("absent THERE/dangling").await.expect("an answer");
    assert_eq!(
        ends.told(&reply),
        "THERE/dangling is there, as a link to nowhere\n"
    );
    ends.apply("remove THERE/link").await;
    assert_eq!(ends.names("there"), ["dangling", "real"]);
}

#[tokio::test]
async fn a_file_keeps_its_owner_or_is_left_alone() {
    if !wanted() {
        return;
    }
    let old = |ends: &Ends| {
        ends.write("here/a", "new\n");
        ends.write("there/a", "old\n");
        let owner = [Some(1234), Some(2345)];
        std::os::unix::fs::chown(ends.path("there/a"), owner[0], owner[1]).expect("root");
        ends.set_mode("there/a", 0o4750);
    };
    let mut ends = Ends::new().await;
    old(&ends);
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"new\n"));
    assert_eq!(ends.owner("there/a"), (1234, 2345));
    assert_eq!(ends.mode("there/a"), 0o4750);

    // Where the server lets nobody change an owner, nothing is changed.
    let mut ends = Ends::over("internal-sftp -P setstat").await;
    old(&ends);
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(
        ends.told(&reply),
        "THERE/a belongs to user 1234 and group 2345, and a file from us would not: permission \
         denied; log in as its owner, or remove it first\n"
    );
    assert!(reply.error.is_some());
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there"), ["a"]);
}

#[tokio::test]
async fn a_server_that_renames_over_nothing_never_loses_the_old_file() {
    if !wanted() {
        return;
    }
    let mut ends = Ends::over("internal-sftp -P posix-rename").await;
    ends.write("here/a", "hello\n");
    ends.write("there/a", "old\n");
    ends.set_mode("there/a", 0o640);
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"hello\n"));
    assert_eq!(ends.names("there"), ["a"]);

    // A try that broke off between the two names is finished, and its owner and mode are kept.
    let aside = format!("there/.a.{}.old", &HELLO[..12]);
    fs::rename(ends.path("there/a"), ends.path(&aside)).expect("moved");
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert_eq!(ends.names("there"), ["a"]);
    assert_eq!(ends.mode("there/a"), 0o640);

    // And where nothing can be renamed at all, all is as it was.
    let mut ends = Ends::over("internal-sftp -P posix-rename,rename").await;
    ends.write("here/a", "hello\n");
    ends.write("there/a", "old\n");
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(ends.told(&reply), "THERE/a: permission denied\n");
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there"), ["a"]);
}

/// What is made of a server's failure for which it gives no reason.
const FAILED: &str =
    "the server failed (it does not say why: a full disk, a folder of that name …)";

/// A server that renames over nothing, and whose disk fails these of its renames.
async fn failing_to_rename(which: &str) -> Ends {
    // It renames a file by a link to it.
    let traced = format!(
        "/usr/bin/strace -o /dev/null -e trace=link,linkat \
         -e inject=link,linkat:error=EIO:when={which} \
         /usr/lib/openssh/sftp-server -P posix-rename"
    );
    let ends = Ends::over(&traced).await;
    ends.write("here/a", "hello\n");
    ends.write("there/a", "old\n");
    ends
}

#[tokio::test]
async fn a_rename_that_fails_behind_another_leaves_the_old_file_or_says_where_it_is() {
    if !wanted() {
        return;
    }
    // The old file stepped aside, the new one could not take its place, the old one is back.
    let mut ends = failing_to_rename("2").await;
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(ends.told(&reply), format!("THERE/a: {FAILED}\n"));
    assert!(reply.error.is_some());
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there"), ["a"], "nothing of ours is left");

    // Not even that can be done: it is there under a name that is told.
    let mut ends = failing_to_rename("2+").await;
    let reply = ends.apply("put HERE/a THERE/a").await;
    let aside = format!(".a.{}.old", &HELLO[..12]);
    assert_eq!(
        ends.told(&reply),
        format!(
            "THERE/a: {FAILED}; the old file is THERE/{aside} now, and could not be moved back: \
             {FAILED}\n"
        )
    );
    assert!(reply.error.is_some());
    assert!(fs::read(ends.path(&format!("there/{aside}"))).is_ok_and(|read| read == b"old\n"));
    assert_eq!(ends.names("there"), [aside]);

    // The next login has a disk that renames once more before it fails, and that is enough.
    ends.return_there().await;
    let reply = ends.apply("put HERE/a THERE/a").await;
    assert_eq!(reply.exit, Some(0), "{}", ends.told(&reply));
    assert!(fs::read(ends.path("there/a")).is_ok_and(|read| read == b"hello\n"));
    assert_eq!(ends.names("there"), ["a"]);
}
