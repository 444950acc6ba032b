//! The words of an info string: `LANG ROLE key=value key="quoted value" flag`.

use std::borrow::Cow;

use crate::text::Span;

/// One word, with its place relative to the info string's start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// All of it, as written.
    pub(super) span: Span,
    /// What stands before the `=`, or the whole word.
    pub(super) key: &'a str,
    /// Its value, quotes and escapes resolved.
    pub(super) value: Option<WordValue<'a>>,
}

/// The part of a word behind the `=`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WordValue<'a> {
    pub(super) text: Cow<'a, str>,
    /// Inside the quotes.
    pub(super) span: Span,
    /// The closing quote is missing.
    pub(super) unclosed: bool,
}

/// Splits an info string.
pub(super) fn words(info: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(skip) = info[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skip;
        let rest = &info[start..];
        let key_len = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let key = &rest[..key_len];
        let value = rest[key_len..]
            .strip_prefix('=')
            .map(|_| value(info, start + key_len + 1));
        at = match &value {
            None => start + key_len,
            Some(value) => {
                let quoted = info[..value.span.start].ends_with('"')
                    && value.span.start > start + key_len + 1;
                value.span.end + usize::from(quoted && !value.unclosed)
            }
        };
        words.push(Word {
            span: Span::new(start, at),
            key,
            value,
        });
    }
    words
}

fn value(info: &str, start: usize) -> WordValue<'_> {
    let rest = &info[start..];
    let Some(quoted) = rest.strip_prefix('"') else {
        let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let text = Cow::Borrowed(&rest[..len]);
        return WordValue {
            text,
            span: Span::new(start, start + len),
            unclosed: false,
        };
    };
    let mut text = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                // Other escapes are kept: a regular expression in `when="…"` needs them.
                if !matches!(c, '"' | '\\') {
                    text.push('\\');
                }
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => {
                let span = Span::new(start + 1, start + 1 + at);
                return WordValue {
                    text: Cow::Owned(text),
                    span,
                    unclosed: false,
                };
            }
            c => text.push(c),
        }
    }
    let span = Span::new(start + 1, info.len());
    WordValue {
        text: Cow::Owned(text),
        span,
        unclosed: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(info: &str) -> Vec<String> {
        words(info)
            .iter()
            .map(|word| {
                let value = word.value.as_ref().map(|value| format!("={}", value.text));
                format!("{}{}", word.key, value.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn quotes_hold_a_value_together() {
        assert_eq!(
            shown("ios run  revert=5m exec"),
            ["ios", "run", "revert=5m", "exec"]
        );
        assert_eq!(
            shown(r#"sh run reason="so \"it\" is" once"#),
            ["sh", "run", r#"reason=so "it" is"#, "once"]
        );
        assert_eq!(
            shown(r#"sh run when="x is matching('\d')""#)[2],
            r"when=x is matching('\d')"
        );
    }

    #[test]
    fn spans_cover_the_words_as_written() {
        let info = r#"sh run on="a b" once"#;
        let words = words(info);
        assert_eq!(&info[words[2].span.range()], r#"on="a b""#);
        assert_eq!(
            words[2]
                .value
                .as_ref()
                .map(|value| &info[value.span.range()]),
            Some("a b")
        );
        assert_eq!(&info[words[3].span.range()], "once");
    }

    #[test]
    fn a_missing_quote_is_noticed() {
        let words = words(r#"sh run reason="because"#);
        assert!(words[2].value.as_ref().is_some_and(|value| value.unclosed));
    }
}
