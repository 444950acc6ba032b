//! A name whose value the journal did not keep, because it is secret, and which is another one when
//! it is read again: what is made of it is not what the run made.

use super::sinks::{self, written};
use crate::desk::Desk;
use crate::terminal::typing;

const BOOK: &str = "---\non: local\n---\n\n# Shares\n\n## One is made\n\n\
    ```sh read capture=who secret\ncat who\n```\n\n\
    ```sh run\nmkdir share-{{ who }}\n```\n\n```sh check\ntest -d share-{{ who }}\n```\n\n\
    ```sh undo\nrm -r share-{{ who }}\n```\n\n\
    ## It is late\n\n```sh run\ntouch late KILL\n```\n\n```sh check\ntest -e late\n```\n\n\
    ```sh undo\nrm late\n```\n\n\
    ## It is used\n\n```sh run\ntouch share-{{ who }}/used\n```\n\n\
    ```sh check\ntest -e share-{{ who }}/used\n```\n\n```sh undo\nrm share-{{ who }}/used\n```\n";

/// A run for one user, behind which another one has the name.
fn another(kill: &str) -> Desk {
    let desk = sinks::desk();
    desk.file("shares.md", BOOK.replace(" KILL", kill));
    desk.file("who", "somebody-1");
    let run = desk.runsheet("run -i inventory.yaml shares.md --key alice");
    let ran = run.env("CANARY", sinks::CANARY).assert();
    assert_eq!(ran.get_output().status.code().is_none(), !kill.is_empty());
    desk.file("who", "somebody-2")
        .file("share-somebody-2/data", "");
    desk
}

fn nothing_was_done(desk: &Desk) {
    assert!(desk.path("share-somebody-1").exists());
    assert!(desk.path("share-somebody-2/data").exists());
    assert!(!desk.path("share-somebody-2/used").exists());
}

#[test]
fn an_undo_does_not_take_back_what_the_run_never_made() {
    let desk = another("");
    for words in ["undo -i inventory.yaml", "undo -i inventory.yaml --yes"] {
        let called = desk.call(words).code(3);
        let shown = Desk::shown(&called);
        assert!(
            shown.contains(
                "stuck: `shares#one-is-made` read the secret `who` again, and nothing tells that \
                 it is the one that the run had; nothing was sent"
            ),
            "{words}: {shown}"
        );
        assert!(!shown.contains("somebody"), "{shown}");
        nothing_was_done(&desk);
    }
    desk.file("who", "somebody-1");
    let shown = desk.said("undo -i inventory.yaml");
    assert!(shown.contains("3 steps taken back"), "{shown}");
    assert!(!desk.path("share-somebody-1").exists());
    assert!(desk.path("share-somebody-2/data").exists());
}

#[test]
fn a_resumed_run_does_not_go_on_with_it() {
    let desk = another("; kill -9 $PPID");
    let shown = Desk::shown(&desk.call("resume -i inventory.yaml").code(3));
    assert!(shown.contains("read the secret `who` again"), "{shown}");
    nothing_was_done(&desk);
    desk.file("who", "somebody-1");
    desk.call("resume -i inventory.yaml").success();
    assert!(desk.path("share-somebody-1/used").exists());
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("share-somebody-1").exists());
    assert!(desk.path("share-somebody-2/data").exists());
}

#[test]
fn a_person_may_know_that_it_is_good() {
    let desk = another("");
    desk.file("share-somebody-2/used", "");
    let (_, seen) = typing(&mut desk.on_a_terminal("undo -i inventory.yaml"), &["yes"]);
    assert!(
        seen.contains("it is secret, and may not be the one that the run had: go on with it?"),
        "{seen}"
    );
    assert!(desk.path("share-somebody-1/used").exists(), "{seen}");
    assert!(!desk.path("share-somebody-2").exists(), "{seen}");
}

#[test]
fn what_tells_them_apart_is_for_the_run_folder_only_and_holds_no_value() {
    let desk = another("");
    let mut files = Vec::new();
    written(&desk.path(".runsheet"), &mut files);
    let mut kept = 0;
    for file in files {
        let bytes = std::fs::read(&file).expect("the file can be read");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("somebody-1"), "{}: {text}", file.display());
        let is_sealed = file.components().any(|part| part.as_os_str() == "records");
        if file.ends_with("withheld.jsonl") {
            assert!(!is_sealed, "{}", file.display());
            kept += 1;
        }
    }
    assert_eq!(kept, 1);
}
