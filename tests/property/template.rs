//! Texts with `{{ }}`, and the expressions in them.

use runsheet::value::{Expression, Quote, Scope, Template, TemplateError};

/// Names and mistakes have their places; a text without braces is itself; what is rendered is
/// the same each time, and shows no more than values that were given.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    inside(&text, Expression::parse(&text).err());
    let template = match Template::parse(&text) {
        Ok(template) => template,
        Err(refused) => return inside(&text, Some(refused)),
    };
    for (name, span) in template.names().into_iter().chain(template.secrets()) {
        let written = text.get(span.range());
        assert!(
            written.is_some_and(|text| text.contains(&name)),
            "{name} {span:?}"
        );
    }
    let mut scope = Scope::default();
    scope.bind("a", "it's \"a\" <b> & [..] \\ $x");
    scope.bind("n", 5);
    scope.bind("list", vec![1, 2]);
    for quote in [
        Quote::None,
        Quote::Sh,
        Quote::Ios,
        Quote::Json,
        Quote::Xml,
        Quote::Excerpt,
        Quote::Http,
    ] {
        match (
            template.render(&scope, quote),
            template.render(&scope, quote),
        ) {
            (Ok(first), Ok(second)) => assert_eq!(first.shown(), second.shown()),
            (Err(first), Err(second)) => {
                assert_eq!(first.message, second.message);
                inside(&text, Some(first));
            }
            _ => panic!("it depends on chance"),
        }
        if !text.contains("{{") {
            assert_eq!(template.show(&scope, quote), text);
        }
    }
}

fn inside(text: &str, refused: Option<TemplateError>) {
    if let Some(refused) = refused {
        assert!(text.get(refused.span.range()).is_some(), "{refused:?}");
        assert!(!refused.message.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "{{ ",
        " }}",
        "{{",
        "}}",
        "a",
        "n",
        "list",
        "secret.x",
        ".a",
        "[0]",
        "[1:2]",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "\\",
        " | join(',')",
        " | verbatim",
        " | default(1)",
        " + ",
        " ~ ",
        " - ",
        " not ",
        " if ",
        " else ",
        " is defined",
        "$(",
        "<<E\n",
        "E\n",
        "`",
        "#",
        "{%",
        "{#",
        "**",
        "1e400",
        "*",
        "//0",
    ];

    #[test]
    fn however_deep_an_expression_is_it_is_read_or_refused() {
        for (first, again) in [
            ("a", ".a"),
            ("a", "[0]"),
            ("a", "|length"),
            ("a", "+a"),
            ("a", "()"),
            ("a", " if a else a"),
            ("", "not "),
            ("", "-"),
            ("", "("),
        ] {
            for times in [90, 300, 499, 900, 999, 5_000, 100_000] {
                let expression = format!("{first}{}", again.repeat(times));
                for end in ["", "a"] {
                    holds(format!("{{{{ {expression}{end} }}}}").as_bytes());
                    holds(format!("{expression}{end}").as_bytes());
                }
            }
        }
        for (open, close) in [("(", "<1)"), ("[", "]"), ("(1 in ", ")"), ("(1<2<", ")")] {
            for times in [90, 140, 190, 240, 490] {
                let expression = format!("{}1{}", open.repeat(times), close.repeat(times));
                holds(format!("{{{{ {expression} }}}}").as_bytes());
                holds(expression.as_bytes());
            }
        }
    }

    #[test]
    fn a_character_that_is_no_sign_is_shown_as_a_whole() {
        holds("ä".as_bytes());
        holds("{{ € }}".as_bytes());
    }

    #[test]
    fn templates() {
        let mut seeds = seeds::fences("ios");
        seeds.extend(seeds::texts([
            "interface {{ a }}\n switchport access vlan {{ n }}\n",
            "echo {{ a }} \"{{ n }}\" '{{ a }}' $(x {{ a | default('y') }})\n",
            "cat <<E\n{{ n }}\nE\n{{ secret.root }} {{ list | join(',') }}",
            "{{ a if n > 3 else list[0] }}",
        ]));
        search("tests/property/kept/template.txt", seeds, WORDS, holds);
    }
}
