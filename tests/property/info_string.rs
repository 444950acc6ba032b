//! The info string of a fence.

use runsheet::runbook::parse;
use runsheet::text::Source;

/// Whatever stands behind the backticks is one info string; what is understood of it and what is
/// wrong with it has its place there, and nothing of it reaches the fence's body.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let info: String = text
        .chars()
        .filter(|c| !matches!(c, '`' | '\n' | '\r' | '\0'))
        .collect();
    for opening in ["", "sh run "] {
        fence(&format!("{opening}{info}"));
    }
}

fn fence(info: &str) {
    let before = "# A\n\n```";
    let text = format!("{before}{info}\ntrue\n```\n");
    let parsed = parse(Source::new("01-a.md", text.as_str()));
    for finding in &parsed.diagnostics {
        assert!(
            text.get(finding.primary.span.range()).is_some(),
            "{finding:?}"
        );
    }
    for fence in parsed.runbook.steps.iter().flat_map(|step| &step.fences) {
        assert_eq!(&text[fence.info_span.range()], info.trim());
        assert_eq!(fence.body.text, "true\n");
        for (name, span) in &fence.attributes.written {
            let inside = fence.info_span.start <= span.start && span.end <= fence.info_span.end;
            assert!(inside, "{name} at {span:?}");
            assert!(text[span.range()].starts_with(name), "{name} at {span:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "sh ",
        "ios ",
        "run ",
        "check ",
        "undo ",
        "read ",
        "skip-if ",
        "on=",
        "each=row ",
        "when=",
        "\"",
        "\\\"",
        "\\",
        "=",
        " ",
        "once ",
        "timeout=5m ",
        "exit=",
        "capture=x",
        "revert=5m ",
        "of=",
        "~",
        "{",
    ];

    #[test]
    fn info_strings() {
        let seeds = seeds::texts([
            "sh run on=xen1 timeout=5m",
            "ios run revert=5m when=\"x == 'a'\"",
            "sh check exit=1 reason=\"so \\\"it\\\" is\"",
        ]);
        search("tests/property/kept/info_string.txt", seeds, WORDS, holds);
    }
}
