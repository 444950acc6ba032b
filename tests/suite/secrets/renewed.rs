//! Secrets that are other ones each time they are fetched, as one-time passwords, short-lived
//! tokens and passwords that a runbook changes are.

use super::sinks::written;
use crate::desk::Desk;

/// A step that sends its secret and gets it back, each time it is sent.
const BOOK: &str = "---\non: local\n---\n\n# Token\n\n## It is used\n\n\
    ```sh run\necho using {{ secret.token }} | tee used\n```\n\n\
    ```sh check\necho looking with {{ secret.token }}\ntest -e used\n```\n\n\
    ```sh undo\necho leaving with {{ secret.token }}\nrm used\n```\n";

/// Gives another one each time.
const STORE: &str = "n=$(cat fetched 2>/dev/null || echo 100)\necho $((n + 1)) > fetched\n\
    echo one-time-$n\n";

/// What was shown, after everything that is kept was searched for `secret`.
fn called(desk: &Desk, words: &str, code: i32, secret: &str) -> String {
    let output = desk.call(words).code(code);
    let output = output.get_output();
    let shown = [&*output.stdout, &*output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(!shown.contains(secret), "{shown}");
    let mut files = Vec::new();
    written(&desk.path(".runsheet"), &mut files);
    assert!(!files.is_empty(), "something is kept");
    for path in files {
        let bytes = std::fs::read(&path).expect("the file can be read");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(secret), "{}: {text}", path.display());
    }
    shown
}

#[test]
fn each_value_is_hidden_however_often_it_is_fetched() {
    let desk = super::sinks::desk();
    desk.file("token.md", BOOK).file("store", STORE).file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  token: \"command:sh store\"\n",
    );
    let run = "run -i inventory.yaml token.md --key alice --allowed-signers allowed_signers";
    called(&desk, run, 0, "one-time-");
    let report = called(&desk, "report --format md", 0, "one-time-");
    assert!(report.contains("using «secret:token»"), "{report}");
    assert!(report.contains("looking with «secret:token»"), "{report}");
    assert!(desk.read("used").starts_with("using one-time-"));
    assert_ne!(desk.read("fetched").trim(), "102", "it was fetched again");
    called(&desk, "undo -i inventory.yaml", 0, "one-time-");
}

#[test]
fn a_password_that_a_step_changes_is_hidden_before_and_after() {
    let desk = Desk::new();
    desk.file("password", "Factory-secret-1\n").file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  password: file:password\n",
    );
    desk.file(
        "change.md",
        "---\non: local\n---\n\n# Password\n\n## It is changed\n\n\
         ```sh run\necho from {{ secret.password }}; echo Q-secret-2 | sed s/Q/Rotated/ > password\n\
         ```\n\n\
         ```sh check\necho it is {{ secret.password }}; grep Rotated password\n```\n\n\
         ```sh undo\ncat password; echo back from {{ secret.password }}\n\
         printf 'Factory-secret-%s\\n' 1 > password\n```\n",
    );
    for (words, code) in [
        ("run -i inventory.yaml change.md", 0),
        ("undo -i inventory.yaml", 0),
    ] {
        called(&desk, words, code, "Rotated-secret-2");
        called(&desk, "show", 0, "Factory-secret-1");
    }
}
