//! What a run knows when it is taken up again: names, secrets, and what it sent.

use std::fs;

use super::desk::Desk;

fn desk(book: &str) -> Desk {
    let desk = Desk::local();
    desk.file("book.md", book);
    desk
}

/// Each file of all runs, as text.
fn kept(desk: &Desk) -> String {
    let mut folders = vec![desk.path(".runsheet")];
    let mut all = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => all += &String::from_utf8_lossy(&fs::read(path).expect("a file")),
            }
        }
    }
    all
}

/// Reads a secret and what was there before, and waits for somebody behind its effect.
const BEFORE: &str = "---\ntitle: B\non: local\n---\n\n# B\n\n## Set it\n\n\
    ```sh read capture=before\ncat config\n```\n\n\
    ```sh read secret capture=token\ncat token\n```\n\n\
    ```sh run\ntest -n {{ token }} && echo new > config\n```\n\n\
    ```sh check\ngrep -q new config\n```\n\n\
    ```sh undo\necho {{ before }} > config\n```\n\n\
    ```sh check after=undo\ntest \"$(cat config)\" = {{ before }}\n```\n\n\
    ## Wait\n\n```sh run approve\ntouch waited\n```\n\n```sh check\ntest -e waited\n```\n\n\
    ```sh undo\nrm waited\n```\n";

#[test]
fn names_keep_their_values_while_secrets_are_read_again() {
    let desk = desk(BEFORE);
    desk.file("config", "old\n");
    desk.file("token", "a-token-of-some-length\n");
    desk.call("run -i inventory.yaml book.md").code(3);
    desk.call("resume -i inventory.yaml").code(3);
    desk.call("undo -i inventory.yaml").code(0);
    assert_eq!(desk.read("config"), "old\n");
    assert!(!kept(&desk).contains("a-token-of-some-length"));
}

/// A secret that an effect gave, which nothing can read again, and one that shows it later.
const GIVEN: &str = "---\ntitle: B\non: local\n---\n\n# B\n\n## Make it\n\n\
    ```sh run secret capture=token\necho made-$(expr 100000 + 23456) | tee token\n```\n\n\
    ```sh check secret\ntest -s token\n```\n\n```sh undo\nrm token\n```\n\n\
    ## Use it\n\n```sh run approve\ncat token\ncp token used\n```\n\n\
    ```sh check\ntest -e used\n```\n\n```sh undo\ncat used; rm used\n```\n";

#[test]
fn where_a_secret_is_not_known_any_more_answers_are_hidden() {
    let desk = desk(GIVEN);
    desk.call("run -i inventory.yaml book.md").code(3);
    let called = desk.call("undo -i inventory.yaml").code(0);
    let said = Desk::shown(&called);
    let kept = kept(&desk);
    assert!(!kept.contains("made-123456") && !said.contains("made-123456"));

    let desk = self::desk(&GIVEN.replace("run approve", "run"));
    desk.call("run -i inventory.yaml book.md").code(0);
    let called = desk.call("undo -i inventory.yaml").code(0);
    let said = Desk::shown(&called);
    let kept = self::kept(&desk);
    assert!(!kept.contains("made-123456") && !said.contains("made-123456"));
    assert!(
        kept.contains("the value that `book#make-it` gave `token` is secret and not known here"),
        "{kept}"
    );
}

/// A secret that a later step's check shows, before its name by the alphabet.
const ORDER: &str = "---\ntitle: B\non: local\n---\n\n# B\n\n## Token\n\n\
    ```sh read secret capture=token\ncat token\n```\n\n\
    ## Apply\n\n```sh read secret capture=salt\ncat salt\n```\n\n\
    ```sh run\ntest -n {{ salt }}; echo password {{ token }} > config\n```\n\n\
    ```sh check\ncat config\n```\n\n```sh undo\nrm config\n```\n";

#[test]
fn secrets_are_read_again_before_anything_that_may_show_them() {
    let desk = desk(ORDER);
    desk.file("token", "a-token-of-some-length\n");
    desk.file("salt", "salt-of-some-length\n");
    desk.call("run -i inventory.yaml book.md").code(0);
    desk.call("undo -i inventory.yaml").code(0);
    assert!(!kept(&desk).contains("a-token-of-some-length"));
    assert!(!desk.path("config").exists());
}

/// A step that a person agrees to, and whose second effect is not sent the first time.
const HALF: &str = "---\ntitle: B\non: local\n---\n\n# B\n\n## Both\n\n\
    ```sh run once\necho one >> one\n```\n\n\
    ```sh run once timeout=1s\ntest -e go || sleep 9\necho two >> two\n```\n\n\
    ```sh check\ntest -s two\n```\n\n```sh undo\nrm -f one two\n```\n";

#[test]
fn what_was_sent_is_not_taken_for_another_effect() {
    let desk = desk(HALF);
    desk.call("run -i inventory.yaml book.md").code(3);
    let edits = [
        (
            "## Both\n",
            "## Both\n\n```sh run\necho three >> three\n```\n",
        ),
        ("echo one >> one", "echo four >> one"),
    ];
    for (what, edit) in edits {
        let edited = HALF.replace(what, edit);
        desk.file("book.md", edited);
        let called = desk.call("resume -i inventory.yaml --accept-edit").code(3);
        let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
        assert!(
            said.contains("the edit changes an effect that was sent, or where it stands"),
            "{said}"
        );
        assert_eq!(desk.read("one"), "one\n");
        assert!(!desk.path("three").exists());
    }
}
