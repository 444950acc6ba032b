//! A runbook: read and linted.

use runsheet::runbook::{Known, Runbook, lint, parse};
use runsheet::text::{ColorChoice, Diagnostic, Source, render};

/// Whatever a file holds: every place is in it and on character boundaries, the findings are the
/// same each time, and what is shown of them can't steer a terminal.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (runbook, found) = read(&text);
    for finding in &found {
        assert!(!finding.message.is_empty());
        let places = finding.secondary.iter().chain([&finding.primary]);
        for place in places {
            let inside = text.get(place.span.range()).is_some();
            assert!(inside, "{:?} of {}", place.span, finding.code);
        }
    }
    for step in &runbook.steps {
        assert!(!step.id.is_empty() || !step.fences.is_empty());
        for fence in &step.fences {
            let info = text.get(fence.info_span.range()).expect("inside");
            assert!(!info.contains('\n'), "{info:?}");
        }
    }
    let shown = render(&found, ColorChoice::Never);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    let (_, again) = read(&text);
    assert_eq!(shown, render(&again, ColorChoice::Never));
}

fn read(text: &str) -> (Runbook, Vec<Diagnostic>) {
    let parsed = parse(Source::new("01-change.md", text));
    let mut found = parsed.diagnostics;
    found.extend(lint(&[&parsed.runbook], &Known::default()));
    (parsed.runbook, found)
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::search::{TOO_LONG, computed, search};
    use crate::seeds;

    const WORDS: &[&str] = &[
        "```",
        "~~~",
        "````",
        "# ",
        "## ",
        "---\n",
        "> ",
        "1. ",
        "| a | b |\n|---|---|\n",
        "```sh run\n",
        "```ios run revert=5m\n",
        "```expect\n",
        "```assert\n",
        "```manual run\n",
        "```cimc read\n",
        "```http read\n",
        "```file run path=/x\n",
        " each=row",
        " when=\"",
        " capture=",
        " once",
        " {#id}",
        "{{ x }}",
        "{{ secret.x }}",
        "{{",
        "}}",
        "<x:int>",
        "[..]",
        "...",
        "vars:\n",
        "  x: {type: int}\n",
        "needs: [a]\n",
        "targets: ",
        "&a",
        "*a",
        "!!int ",
        "<!--",
        "-->",
        "    ",
        "\\",
        "[a](b)",
        "`",
    ];

    /// What reads each part of a file once takes a hundredth of it, and what reads all of it for each
    /// part minutes.
    #[test]
    fn a_large_file_takes_no_longer_than_it_is() {
        let fence = "```sh check on=local\ntrue\n```\n\n";
        let calls = |line: &str| format!("```xapi check on=pool\n{}```\n", line.repeat(4000));
        for (what, text) in [
            (
                "tags",
                format!("{fence}{}{}", "<a>".repeat(80_000), "</x>".repeat(80_000)),
            ),
            (
                "comments",
                format!("{fence}{}", "<!-- a --> <b> ".repeat(80_000)),
            ),
            (
                "torn comments",
                format!("{fence}{}", "<!-- a ".repeat(80_000)),
            ),
            ("fences", format!("x <b hidden>\n\n{fence}").repeat(10_000)),
            ("calls", calls("pool.get_all()\n")),
            (
                "makers",
                calls("VM.create(ref('VM', 'a'))\n").replace("check", "run"),
            ),
            ("unknown calls", calls("VM.clone(vm, name)\n")),
        ] {
            let begun = computed();
            holds(format!("# A\n\n{text}").as_bytes());
            let spent = computed() - begun;
            println!("{what}: {spent:?}");
            assert!(spent < TOO_LONG, "{what}: {spent:?}");
        }
    }

    #[test]
    fn runbooks() {
        search(
            "tests/property/kept/markdown.txt",
            seeds::runbooks(),
            WORDS,
            holds,
        );
    }
}
