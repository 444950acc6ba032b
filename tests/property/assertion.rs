//! Assertions about an answer: its text, its JSON, XML and tables.

use runsheet::check::{Assert, Expectation, Kind, Observation, verify};
use runsheet::value::Scope;

/// Assertions and an answer in one input.
const BETWEEN: &str = "\n=====\n";

/// Names and mistakes have their places; the verdict is the same each time, binds nothing, and
/// says in plain text why it does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (assertions, answer) = text.split_once(BETWEEN).unwrap_or((&text, &text));
    match Assert::parse(assertions) {
        Ok(assert) => {
            for (name, span) in assert.names() {
                let written = assertions.get(span.range());
                assert!(
                    written.is_some_and(|text| text.contains(&name)),
                    "{name} {span:?}"
                );
            }
            for (_, span) in assert.patterns() {
                assert!(assertions.get(span.range()).is_some(), "{span:?}");
            }
        }
        Err(refused) => {
            assert!(
                assertions.get(refused.span.range()).is_some(),
                "{:?}",
                refused.span
            );
        }
    }
    for asked in [
        assertions,
        "json is mapping",
        "xml is mapping",
        "table | length > 1",
    ] {
        judged(asked, answer);
    }
}

fn judged(asked: &str, answer: &str) {
    let expectation = Expectation {
        kind: Kind::Assert,
        text: asked.to_owned(),
        whole: false,
    };
    let observation = Observation {
        stdout: answer.to_owned(),
        ..Observation::default()
    };
    let judge = || {
        verify(
            std::slice::from_ref(&expectation),
            &observation,
            None,
            &Scope::default(),
        )
    };
    let verdict = judge();
    assert_eq!(verdict.holds, verdict.misses.is_empty());
    assert!(verdict.bound.is_empty());
    for miss in &verdict.misses {
        let steers = miss
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert!(!steers && !miss.is_empty(), "{miss:?}");
    }
    assert_eq!(verdict, judge());
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "json",
        "xml",
        "table",
        "lines",
        "stdout",
        ".a",
        "[0]",
        "['a']",
        " == ",
        " in ",
        " not ",
        " | length",
        " | int",
        " | map(attribute='a')",
        " is matching('",
        "')",
        " and ",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        ":",
        ",",
        "1",
        "-",
        "~",
        "\n",
        "\n=====\n",
        "<a>",
        "</a>",
        "<a b='",
        "/>",
        "&amp;",
        "&#0;",
        "null",
        "1e999",
        "\\u0000",
        "  a  b\n",
        "----  ----\n",
        "x if y else z",
        "range(100000000)",
        "**",
    ];

    #[test]
    fn an_assertion_that_does_not_hold_is_shown_as_plain_text() {
        holds(b"stdout is matching\r(\"a\")\n=====\nb");
        holds("\u{fffd}".as_bytes());
        holds(b"\"\x00\".a\n=====\n");
    }

    #[test]
    fn assertions() {
        let mut seeds = seeds::fences("assert");
        seeds.extend(seeds::texts([
            "json.a[0].b == 1\njson | length > 0\n=====\n{\"a\": [{\"b\": 1}], \"c\": \"x\"}",
            "xml.a['@b'] == \"1\"\nxml.a.c | length == 2\n=====\n<a b=\"1\"><c>x</c><c/></a>",
            "table[0].Port == \"Gi1/0/1\"\n=====\nPort      Name  Status\nGi1/0/1   up    1\nGi1/0/2   x     2\n",
            "stdout is matching('^a.*b$')\nlines | length == 1\n=====\na b\n",
        ]));
        search("tests/property/kept/assertion.txt", seeds, WORDS, holds);
    }
}
