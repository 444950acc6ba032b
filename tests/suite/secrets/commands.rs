//! What a `command:` says beside the secret may be the secret: nobody reads it, unless it failed.

use std::time::{Duration, Instant};

use crate::desk::Desk;

const BOOK: &str = "---\non: local\n---\n\n# Login\n\n## It is used\n\n\
    ```sh run\necho {{ secret.password }} > used\n```\n\n\
    ```sh check\ntest -s used\n```\n\n```sh undo\nrm used\n```\n";

/// A desk whose secret comes from this script.
fn desk(script: &str) -> Desk {
    let desk = Desk::new();
    desk.file("login.md", BOOK).file("store", script).file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  password: \"command:sh store\"\n",
    );
    desk
}

/// What a call complained about, which must have ended with this code.
fn complaint(desk: &Desk, words: &str, code: i32) -> String {
    let called = desk.call(&format!("-i inventory.yaml {words}")).code(code);
    String::from_utf8_lossy(&called.get_output().stderr).into_owned()
}

#[test]
fn what_it_says_on_the_way_is_not_shown() {
    let desk = desk("set -x\necho opening the store >&2\necho correct horse battery\n");
    for words in ["plan login.md", "run login.md", "undo"] {
        assert_eq!(complaint(&desk, words, 0), "", "{words}");
    }
}

#[test]
fn why_it_failed_is_shown_as_text_and_without_what_it_printed() {
    let desk = desk(
        "echo correct horse battery\n\
         printf 'wrong key \\033[2J\\nnot \"correct horse battery\"\\n' >&2\nexit 3\n",
    );
    assert_eq!(
        complaint(&desk, "run login.md", 2),
        "`sh store` said:\n  wrong key \\x1b[2J\n  not \"«secret:what it printed»\"\n\
         error: the secret `password` can't be used: failed to get a secret from `sh store`: \
         exit status: 3\n"
    );
    assert!(!desk.path(".runsheet/runs").exists());
}

#[test]
fn of_a_flood_only_the_beginning_is_shown() {
    let desk = desk("yes no such entry | head -c 1000000 >&2\nexit 1\n");
    let said = complaint(&desk, "run login.md", 2);
    assert!(
        said.contains("  no such entry\n  no such entry\n"),
        "{said}"
    );
    assert!(said.contains("\n  ...\nerror: the secret"), "{said}");
    assert!(said.len() < 8_000, "{} bytes", said.len());
}

#[test]
fn an_agent_that_it_leaves_behind_is_not_waited_for() {
    for (end, code) in [("echo correct horse battery", 0), ("exit 1", 2)] {
        let desk = desk(&format!(
            "echo starting an agent >&2\n(sleep 60; echo bye >&2) > /dev/null &\n{end}\n"
        ));
        let start = Instant::now();
        let said = complaint(&desk, "plan login.md", 0);
        assert_eq!(said.contains("starting an agent"), code != 0, "{said}");
        complaint(&desk, "run login.md", code);
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
