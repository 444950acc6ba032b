//! An excerpt of the expected output against an output.

use runsheet::check::Expect;
use runsheet::value::{Quote, Scope, Template};

/// An excerpt and an output in one input.
const BETWEEN: &str = "\n=====\n";

/// Places are inside the excerpt; a match stays one when its own bindings are given, and none
/// where a binding is another; a miss is plain text; and an output quoted as an excerpt is in
/// that output.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (excerpt, output) = text.split_once(BETWEEN).unwrap_or((&text, &text));
    for whole in [false, true] {
        compare(excerpt, output, whole);
    }
    for line in output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(3)
    {
        quoted(line, output);
    }
}

fn compare(excerpt: &str, output: &str, whole: bool) {
    let expect = match Expect::parse(excerpt, whole) {
        Ok(expect) => expect,
        Err(refused) => {
            assert!(
                excerpt.get(refused.span.range()).is_some(),
                "{:?}",
                refused.span
            );
            return;
        }
    };
    for (name, _, span) in expect.placeholders() {
        let written = excerpt.get(span.range()).expect("inside");
        assert!(written.contains(name), "{name} is not in {written:?}");
    }
    match expect.matches(output, &Scope::default()) {
        Ok(bound) => {
            let mut scope = Scope::default();
            for (name, value) in &bound {
                scope.bind(name, value.clone());
            }
            let again = expect.matches(output, &scope);
            assert!(
                again.is_ok_and(|fresh| fresh.is_empty()),
                "given its own values"
            );
            if let Some((name, _)) = bound.first() {
                scope.bind(name, "no such value \u{1}");
                assert!(
                    expect.matches(output, &scope).is_err(),
                    "given another value"
                );
            }
        }
        Err(miss) => {
            let shown = miss.render(80);
            let steers = shown.chars().any(|c| c.is_control() && c != '\n');
            assert!(!steers && !shown.is_empty(), "{shown:?}");
        }
    }
}

fn quoted(line: &str, output: &str) {
    let template = Template::parse("{{ line }}").expect("a template");
    let mut scope = Scope::default();
    scope.bind("line", line);
    let Ok(rendered) = template.render(&scope, Quote::Excerpt) else {
        return;
    };
    let expect = Expect::parse(&rendered.shown(), false).expect("quoted text is an excerpt");
    assert_eq!(expect.placeholders().count(), 0, "{line:?}");
    assert!(
        expect.matches(output, &Scope::default()).is_ok(),
        "{line:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::search::{TOO_LONG, computed, search};
    use crate::seeds;

    const WORDS: &[&str] = &[
        "...\n",
        "[..]",
        "<a:int>",
        "<b:word>",
        "<a:mac>",
        "<x:any>",
        "<s:size>",
        "<u:uuid>",
        "<q:iqn>",
        "<i:ip>",
        "<",
        ">",
        "\\",
        "a",
        "b ",
        " ",
        "\n",
        "1",
        "12",
        "00:1a:2b:3c:4d:5e",
        "10.0.0.1",
        "\n=====\n",
        "<a:",
        "[",
        "]",
        ".",
        "-7",
        "1.5T",
    ];

    #[test]
    fn blanks_of_any_kind_are_blanks_on_both_sides() {
        holds(b"\x0b\x01");
        holds("5\u{a0}GiB\n=====\n5\u{a0}GiB\n".as_bytes());
    }

    /// Long values, of which each place of the search holds several.
    #[test]
    fn names_of_one_line_that_repeat_are_given_up_in_good_time() {
        let begun = computed();
        holds("<b:word><x:any><u:uuid>".repeat(300).as_bytes());
        let spent = computed() - begun;
        assert!(spent < TOO_LONG, "{spent:?}");
    }

    #[test]
    fn excerpts() {
        let mut seeds = seeds::fences("expect");
        seeds.extend(seeds::texts([
            "id <a:int>\n...\nuse <a:int>\n=====\nid 1\nid 2\nuse 2\n",
            "<m:mac> <i:ip>/24 [..]\n=====\n00:1a:2b:3c:4d:5e 10.0.0.1/24 up\n",
            "a [..] c\n...\n<n:word>\n=====\na b c\nx\ny\n",
        ]));
        search("tests/property/kept/excerpt.txt", seeds, WORDS, holds);
    }
}
