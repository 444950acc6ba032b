/// The characters of an expression with their places, and whether they belong to a string: its quotes
/// do, and a backslash in it takes the meaning of the character behind it.
pub(crate) struct Quoting<'t> {
    chars: std::str::CharIndices<'t>,
    quote: Option<char>,
    is_escaped: bool,
}

impl<'t> Quoting<'t> {
    pub(crate) fn of(expression: &'t str) -> Self {
        Self {
            chars: expression.char_indices(),
            quote: None,
            is_escaped: false,
        }
    }

    /// The characters that stand outside of strings.
    pub(crate) fn outside(expression: &'t str) -> impl Iterator<Item = (usize, char)> + use<'t> {
        let outside = Self::of(expression).filter(|(_, _, is_quoted)| !is_quoted);
        outside.map(|(at, c, _)| (at, c))
    }
}

impl Iterator for Quoting<'_> {
    type Item = (usize, char, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let (at, c) = self.chars.next()?;
        let is_quoted = match (self.quote, c) {
            (Some(_), _) if self.is_escaped => {
                self.is_escaped = false;
                true
            }
            (Some(_), '\\') => {
                self.is_escaped = true;
                true
            }
            (Some(quote), _) => {
                self.quote = Some(quote).filter(|quote| *quote != c);
                true
            }
            (None, '"' | '\'') => {
                self.quote = Some(c);
                true
            }
            (None, _) => false,
        };
        Some((at, c, is_quoted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_their_quotes_do() {
        for (text, outside) in [
            (r#"a "b" c"#, "a  c"),
            (r#"a 'b"' c"#, "a  c"),
            (r#"a "b\" c" d"#, "a  d"),
            (r#"a "b\\" c"#, "a  c"),
            (r#"a \"b"#, r"a \"),
        ] {
            let found: String = Quoting::outside(text).map(|(_, c)| c).collect();
            assert_eq!(found, outside, "{text}");
        }
    }
}
