//! What fails says why, and shows the values that it failed on. A secret is never among them.

use super::encodings::all;
use super::sinks::{CANARY, Leak, desk, run_of, written};

/// Ways in which a step can fail on a name that holds the secret, or on an output that shows it.
/// `BOUND` stands for a name that was read from a file with the secret in it.
const FAILING: [(&str, &str); 20] = [
    ("a comparison", "```assert\nBOUND == 'another'\n```"),
    (
        "a list of parts",
        "```assert\n[BOUND, stdout] == [exit]\n```",
    ),
    (
        "a map of parts",
        "```assert\n{'a': BOUND, BOUND: 1} == json\n```",
    ),
    (
        "a pattern that is none",
        "```assert\nstdout is matching('(' ~ BOUND)\n```",
    ),
    ("a pattern", "```assert\n'another' is matching(BOUND)\n```"),
    ("a conversion", "```assert\nBOUND | int > 3\n```"),
    (
        "a key that is missing",
        "```assert\nBOUND.nothing.more\n```",
    ),
    ("a filter", "```assert\nBOUND | round\n```"),
    ("a slice of lines", "```assert\nlines[BOUND]\n```"),
    (
        "an output that is no JSON",
        "```assert\njson.password == 1\n```",
    ),
    (
        "an output that is no XML",
        "```assert\nxml.password == 1\n```",
    ),
    ("a table", "```assert\ntable[0].password == 1\n```"),
    (
        "a long value",
        "```assert\n[range(60), BOUND, range(60)] == []\n```",
    ),
    (
        "an excerpt that is cut",
        "```expect\nat the very edge of what there is room for {{ BOUND }}\n```",
    ),
    (
        "an excerpt of a list",
        "```expect\n{{ [range(9), BOUND] }} and nothing but that\n```",
    ),
    ("an excerpt", "```expect\n{{ BOUND }} and more\n```"),
    (
        "an excerpt of names",
        "```expect\n<first:word> and <second:int>\n```",
    ),
    ("the whole output", "```expect whole\nnothing\n```"),
    ("a template", "```expect\n{{ BOUND | int }}\n```"),
    (
        "a template of parts",
        "```expect\n{{ BOUND.nothing.more }}\n```",
    ),
];

/// A step that does something, and whose check shows the secret and then fails.
fn book(judged: &str) -> String {
    let judged = judged.replace("BOUND", "again");
    format!(
        "---\ntitle: Failing\non: local\n---\n\n# Failing\n\n## It fails\n\n\
         ```sh read capture=again\nprintf %s {{{{ secret.canary }}}}\n```\n\n\
         ```sh run\nprintf %s {{{{ again }}}} > kept\n```\n\n\
         ```sh check\ncat kept forms; cat kept >&2\n```\n\n{judged}\n\n\
         ```sh undo\ncat forms; rm kept\n```\n"
    )
}

#[test]
fn why_a_step_failed_holds_no_secret_whatever_it_failed_on() {
    let leak = Leak::of(CANARY);
    let (mut reasons, mut files) = (0, 0);
    for (what, judged) in FAILING {
        let desk = desk();
        desk.file("failing.md", book(judged));
        let call = |words: &str, code: i32| {
            let called = desk.runsheet(words).env("CANARY", CANARY).assert();
            let output = called.code(code).get_output().clone();
            leak.assert_none(&format!("{what}: the output of `{words}`"), &output.stdout);
            leak.assert_none(&format!("{what}: the errors of `{words}`"), &output.stderr);
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let run = "run -i inventory.yaml failing.md";
        let said = call(&format!("{run} --on-failure stop"), 1);
        assert!(said.contains("failed"), "{what}: {said}");
        call(&format!("{run} --json"), 1);
        let run = run_of(&said);
        for format in ["html", "md", "junit", "cast"] {
            call(&format!("report {run} -f {format}"), 0);
        }
        let kept = call(&format!("show {run} --json"), 0);
        reasons += kept.matches("\"misses\"").count();
        let mut paths = Vec::new();
        written(&desk.path(".runsheet"), &mut paths);
        for file in &paths {
            let bytes = std::fs::read(file).expect("a file that was written");
            leak.assert_none(&format!("{what}: {}", file.display()), &bytes);
        }
        files += paths.len();
    }
    assert!(reasons >= FAILING.len(), "{reasons} checks said why");
    let forms = all(CANARY).len();
    println!(
        "{} ways to fail on {forms} forms: no reason and none of {files} files holds the secret",
        FAILING.len()
    );
}

/// What is refused before anything runs shows the words that it refuses.
#[test]
fn what_can_not_be_rendered_is_named_and_not_shown() {
    let leak = Leak::of(CANARY);
    let texts = [
        // A secret in a place for which it can't be quoted, and a name that holds one.
        (
            "```sh run\necho \"$(cat <<X\n{{ secret.canary }}\nX\n)\" > kept\n```",
            "run",
        ),
        ("```sh run\necho {{ again | int }} > kept\n```", "run"),
        (
            "```sh run\necho {{ again.nothing.more }} > kept\n```",
            "run",
        ),
        (
            "```sh run when=\"again | int > 3\"\ntrue > kept\n```",
            "run",
        ),
    ];
    for (text, verb) in texts {
        let desk = desk();
        let book = format!(
            "---\ntitle: Failing\non: local\n---\n\n# Failing\n\n## It fails\n\n\
             ```sh read capture=again\nprintf %s {{{{ secret.canary }}}}\n```\n\n{text}\n\n\
             ```sh check\ntest -e kept\n```\n\n```sh undo\nrm kept\n```\n"
        );
        desk.file("failing.md", book);
        let words = format!("{verb} -i inventory.yaml failing.md --on-failure stop");
        let called = desk.runsheet(&words).env("CANARY", CANARY).assert();
        let output = called.get_output();
        println!(
            "{text}: {}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        leak.assert_none(text, &output.stdout);
        leak.assert_none(text, &output.stderr);
        let mut paths = Vec::new();
        if desk.path(".runsheet").exists() {
            written(&desk.path(".runsheet"), &mut paths);
        }
        for file in &paths {
            let bytes = std::fs::read(file).expect("a file that was written");
            leak.assert_none(&format!("{text}: {}", file.display()), &bytes);
        }
    }
}

#[test]
fn a_value_that_is_too_short_to_be_hidden_is_nobody_s() {
    let desk = desk();
    desk.file(
        "short.md",
        "---\non: local\n---\n\n# Short\n\n## Read it\n\n```sh read secret capture=pin\necho 4$((300 + 21))\n```\n\n\
         ```sh run\necho {{ pin }} > used\n```\n\n```sh check\ntest -e used\n```\n\n```sh undo\nrm used\n```\n",
    );
    let called = desk.call("run -i inventory.yaml short.md").code(1);
    let output = called.get_output();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("the value of `pin` has fewer than 8 characters, so it can't be hidden"),
        "{shown}"
    );
    assert!(!shown.contains("4321") && !desk.path("used").exists());
}
