use std::borrow::Cow;

/// Text from elsewhere, made safe to show: control characters (except line ends and tabs),
/// C1 codes and characters that reorder or hide text are written out, as `\x1b` or `\u{202e}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hostile(c) {
            out += &written_out(c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A hostile character as text.
pub(super) fn written_out(c: char) -> String {
    match u32::from(c) {
        code @ ..=0xff => format!("\\x{code:02x}"),
        code => format!("\\u{{{code:x}}}"),
    }
}

/// Whether a terminal would obey it, or a reader not see it.
pub(crate) fn is_hostile(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // Zero-width characters, marks and overrides of direction, line separators, tags.
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// Whether it changes the order in which the characters beside it are shown (Unicode Standard
/// Annex 9, 2: explicit directional formatting).
pub(crate) fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(escape("\x1b[2Jhello\r\x07"), r"\x1b[2Jhello\x0d\x07");
        assert_eq!(escape("\u{9b}31m"), r"\x9b31m");
        assert_eq!(escape("\u{202e}txt.exe"), r"\u{202e}txt.exe");
    }

    #[test]
    fn plain_text_is_left_alone() {
        assert!(matches!(escape("größe\t«1»\n"), Cow::Borrowed(_)));
    }
}
