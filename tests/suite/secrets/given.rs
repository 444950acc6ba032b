//! A secret that was given as a variable, and does not fit it.

use crate::desk::Desk;

const BOOK: &str = "---\non: local\nvars:\n  size: {choices: [small, large], default: small}\n  \
    name: {pattern: \"[a-z]+\", default: web}\n  count: {type: int, default: 1}\n---\n\n# Guest\n\n\
    ## It is made\n\n```sh check\n: {{ size }} {{ name }} {{ count }} {{ secret.password }}\n```\n";

#[test]
fn what_does_not_fit_is_not_repeated() {
    let desk = Desk::new();
    desk.file("guest.md", BOOK).file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  password: env:PASSWORD\n",
    );
    for (name, why) in [
        ("size", "what was given for it is not `small` or `large`"),
        ("name", "what was given for it does not match `[a-z]+`"),
        ("count", "what was given for it is not a whole number"),
    ] {
        for verb in ["plan", "run"] {
            let words = format!("{verb} -i inventory.yaml guest.md --var {name}=SuperSecret99pass");
            let called = desk.runsheet(&words).env("PASSWORD", "SuperSecret99pass");
            let called = called.assert().code(2);
            let output = called.get_output();
            let said = [&*output.stdout, &*output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(said.contains(why), "{words}: {said}");
            assert!(!said.contains("Secret99"), "{words}: {said}");
        }
    }
}
