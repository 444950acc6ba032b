//! A secret that is given to a device of the lab, and what the lab's verbs say of it then.

use super::sinks::{Leak, written};
use crate::desk::Desk;
use crate::served::Served;

/// One that a Catalyst takes.
const CANARY: &str = "K7w-only-here:9931";

const BOOK: &str = "---\ntitle: A user\non: stack\n---\n\n# A user\n\n## Let her in\n\n\
    ```ios run\nusername carol privilege 15 secret {{ secret.canary }}\n```\n\n\
    ```ios check\nshow running-config | include username carol\n```\n\n\
    ```assert\nstdout is matching(\"username carol .*secret\")\n```\n\n\
    ```ios undo\nno username carol\n```\n";

#[test]
fn the_lab_tells_nobody_what_its_devices_were_given() {
    let leak = Leak::of(CANARY);
    let desk = Desk::with_runbooks();
    desk.file("user.md", BOOK);
    desk.call("lab reset --stage installed").success();
    desk.call("run runbooks/04-switch-stack.md runbooks/05-vlans.md")
        .success();
    let served = Served::start(&desk);
    let inventory = desk.read("inventory.yaml");
    let with = inventory.replace("secrets:\n", "secrets:\n  canary: env:CANARY\n");
    assert_ne!(with, inventory);
    desk.file("inventory.yaml", with);

    let call = |words: &str, code: i32| {
        let called = desk.runsheet(words).env("CANARY", CANARY).assert();
        let output = called.code(code).get_output().clone();
        leak.assert_none(&format!("the output of `{words}`"), &output.stdout);
        leak.assert_none(&format!("the errors of `{words}`"), &output.stderr);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let said = call("run -i inventory.yaml user.md", 0);
    assert!(said.contains("passed"), "{said}");
    for words in [
        "lab show",
        "lab diff",
        "lab technician power-off storage",
        "lab break slow stack 1ms",
        "lab mend",
        "lab wait 10s",
        "lab step",
    ] {
        call(words, 0);
    }
    drop(served);
    for words in ["lab show", "lab diff"] {
        let said = call(words, 0);
        assert!(said.contains("carol") || words == "lab show", "{said}");
    }
    let mut files = Vec::new();
    written(&desk.path(".runsheet"), &mut files);
    // The lab's control socket is none.
    files.retain(|file| file.is_file());
    for file in &files {
        let bytes = std::fs::read(file).expect("a file that was written");
        leak.assert_none(&file.display().to_string(), &bytes);
    }
    println!(
        "{} files, the lab's among them: none holds the secret",
        files.len()
    );
}
