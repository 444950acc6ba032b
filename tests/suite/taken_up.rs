//! What a run knows when it is taken up again: names, secrets, and what it sent.

use std::fs;

use snapbox::cmd::OutputAssert;

use super::desk::Desk;
use super::terminal::typing;

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

const BASE: &str = "---\non: local\n---\n\n# Base\n\n## Lay it\n\n\
    ```sh run\ntouch laid\n```\n\n```sh check\ntest -e laid\n```\n\n```sh undo\nrm laid\n```\n";

/// A step behind which the program dies, and while which what the runbook needs is not there; and
/// one that waits for a person.
const TOP: &str = "---\non: local\nneeds: [base]\n---\n\n# Top\n\n## Restart it\n\n\
    ```sh run\nmv laid away\n(sleep 1; mv away laid; touch restarted) >/dev/null 2>&1 &\n\
    kill -9 $PPID\n```\n\n```sh check within=9s\ntest -e restarted\n```\n\n\
    ```sh undo\nrm restarted\n```\n\n## Ask\n\n```sh run approve\ntouch asked\n```\n\n\
    ```sh check\ntest -e asked\n```\n\n```sh undo\nrm asked\n```\n";

#[test]
fn what_a_run_needs_is_looked_at_before_it_begins_another_step() {
    let desk = Desk::local();
    desk.file("base.md", BASE);
    desk.file("top.md", TOP);
    desk.call("run -i inventory.yaml base.md").success();
    let died = desk.call("run -i inventory.yaml top.md").interrupted();
    drop(died);

    // The step that had begun is brought to its end first.
    let called = desk.call("resume -i inventory.yaml").code(3);
    let said = Desk::shown(&called);
    assert!(
        said.contains("reconciled  Restart it\n\nstuck: `top#ask` needs approval\n"),
        "{said}"
    );

    let away = |here: &str, there: &str| fs::rename(desk.path(here), desk.path(there));
    away("laid", "away").expect("it is there");
    stuck_without_base(&desk);
    for (typed, end) in [
        (vec!["no"], "stuck: `base` does not hold, and"),
        (vec!["yes", "yes"], "done: 2 steps: 1 passed, 1 reconciled"),
    ] {
        let shown = on_a_terminal(&desk, "resume -i inventory.yaml", &typed);
        assert!(
            shown.contains("the run builds on it: go on all the same? [yes/no]"),
            "{shown}"
        );
        assert!(shown.contains(end), "{shown}");
    }
    let report = desk.said("report --format md");
    assert!(report.contains("chose: to go on without it"), "{report}");
}

#[test]
fn so_it_is_where_nothing_was_begun_yet() {
    let desk = Desk::local();
    desk.file("base.md", BASE);
    let step = TOP.split_once("## Ask").expect("the step that waits").1;
    let front = "---\non: local\nneeds: [base]\n---\n\n# Top\n\n## Ask";
    desk.file("top.md", format!("{front}{step}"));
    desk.call("run -i inventory.yaml base.md").success();
    desk.call("run -i inventory.yaml top.md").code(3);
    fs::remove_file(desk.path("laid")).expect("it is there");
    let called = stuck_without_base(&desk);
    let output = String::from_utf8_lossy(&called.get_output().stdout).into_owned();
    assert!(output.contains("go on: runsheet resume "), "{output}");
    let shown = on_a_terminal(&desk, "resume -i inventory.yaml", &["no"]);
    assert!(
        shown.contains("the run builds on it: go on all the same? [yes/no]"),
        "{shown}"
    );
    // Once it is there again, the run goes on.
    desk.file("laid", "");
    let shown = on_a_terminal(&desk, "resume -i inventory.yaml", &["yes"]);
    assert!(shown.contains("done: 1 step: 1 passed"), "{shown}");
    assert!(desk.path("asked").exists());
}

/// Goes on with a run whose `base` is gone.
fn stuck_without_base(desk: &Desk) -> OutputAssert {
    let called = desk.call("resume -i inventory.yaml").code(3);
    let said = Desk::shown(&called);
    assert!(
        said.ends_with(
            "\n\nstuck: `base` does not hold, and the run builds on it: nothing more was sent\n"
        ),
        "{said}"
    );
    called
}

fn on_a_terminal(desk: &Desk, words: &str, typed: &[&str]) -> String {
    let (_, shown) = typing(&mut desk.on_a_terminal(words), typed);
    shown
}
