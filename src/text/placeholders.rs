use std::ops::Range;

use super::quoting::Quoting;

/// A `{{ … }}`, by the place of the expression in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the braces. Without an end it goes on to that of the text.
    pub expression: Range<usize>,
    /// It has its `}}`.
    pub is_closed: bool,
}

impl Placeholder {
    /// With its braces.
    pub fn all(&self) -> Range<usize> {
        let closing = if self.is_closed { 2 } else { 0 };
        self.expression.start - 2..self.expression.end + closing
    }
}

/// The placeholders of a text, up to and with the first that is never closed.
pub fn placeholders(text: &str) -> impl Iterator<Item = Placeholder> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find("{{")? + 2;
        let length = expression_length(&text[start..]);
        let end = length.map_or(text.len(), |length| start + length);
        let is_closed = length.is_some();
        rest = if is_closed { end + 2 } else { end };
        Some(Placeholder {
            expression: start..end,
            is_closed,
        })
    })
}

/// The length of the expression up to its `}}`, which may not be inside of a string or a map.
fn expression_length(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in Quoting::outside(text) {
        match c {
            '{' => open += 1,
            '}' if open > 0 => open -= 1,
            '}' if text[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    None
}

/// A text with something of the same length where values will stand, made of the character that
/// `with` gives for what stands between the braces.
pub fn filled(text: &str, with: impl Fn(&str) -> char) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = 0;
    for placeholder in placeholders(text).take_while(|found| found.is_closed) {
        let all = placeholder.all();
        let with = with(&text[placeholder.expression]);
        filled += &text[rest..all.start];
        filled.extend(std::iter::repeat_n(with, all.len() / with.len_utf8()));
        rest = all.end;
    }
    filled + &text[rest..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_and_maps_end_nothing() {
        for (text, with_values) in [
            ("a {{ b }} c", "a ####### c"),
            (r#"{{ "}}" }}!"#, "##########!"),
            (r#"{{ "\"}}" }}!"#, "############!"),
            ("{{ {'a': {'b': 1}} }}!", "#####################!"),
            ("{{ {'a': 1}.a }}{{ b }}", "#######################"),
            ("{{ a }} {{ b", "####### {{ b"),
            ("{{ a '}} {{ b }}", "{{ a '}} {{ b }}"),
        ] {
            assert_eq!(filled(text, |_| '#'), with_values);
        }
    }
}
