use serde::Serialize;

/// How many bytes of a text are kept from its beginning, and from its end.
const HEAD: usize = 24 * 1024;
const TAIL: usize = 8 * 1024;

/// A text of any size, of which a report shows a bounded part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// All of it, or its beginning.
    pub head: String,
    /// What is left out behind the beginning.
    pub gap: Option<Gap>,
    /// Its end, if something is left out.
    pub tail: String,
}

/// What an excerpt leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// How many bytes.
    pub bytes: usize,
    /// How many line ends are among them.
    pub lines: usize,
}

impl Excerpt {
    /// Keeps what is shown of `text`. Cuts are at line ends, unless a single line is longer
    /// than all that is kept.
    pub fn of(text: &str) -> Self {
        if text.len() <= HEAD + TAIL {
            return Self {
                head: plain_ends(text),
                ..Self::default()
            };
        }
        let head = text.floor_char_boundary(HEAD);
        let head = text[..head].rfind('\n').map_or(head, |end| end + 1);
        let tail = text.ceil_char_boundary(text.len() - TAIL);
        let tail = text[tail..].find('\n').map_or(tail, |end| tail + end + 1);
        // A last line that alone is longer than the tail would leave nothing of it.
        let tail = match tail == text.len() {
            true => text.ceil_char_boundary(text.len() - TAIL),
            false => tail,
        };
        let gap = Gap {
            bytes: tail - head,
            lines: text[head..tail].matches('\n').count(),
        };
        Self {
            head: plain_ends(&text[..head]),
            gap: Some(gap),
            tail: plain_ends(&text[tail..]),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.head.trim().is_empty() && self.gap.is_none()
    }

    /// How many lines are shown.
    pub fn lines(&self) -> usize {
        self.head.lines().count() + self.tail.lines().count()
    }
}

/// Terminals end lines with `\r\n`; in a document the first of them is only noise.
fn plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_kept_whole() {
        let excerpt = Excerpt::of("one\r\ntwo\n");
        assert_eq!(excerpt.head, "one\ntwo\n");
        assert_eq!((excerpt.gap, excerpt.tail.as_str()), (None, ""));
    }

    #[test]
    fn of_a_long_text_both_ends_are_kept_in_whole_lines() {
        let text: String = (0..100_000).map(|n| format!("line {n}\n")).collect();
        let excerpt = Excerpt::of(&text);
        assert!(excerpt.head.starts_with("line 0\n") && excerpt.head.ends_with('\n'));
        assert!(excerpt.tail.starts_with("line ") && excerpt.tail.ends_with("line 99999\n"));
        let gap = excerpt.gap.expect("something is left out");
        assert_eq!(excerpt.lines() + gap.lines, 100_000);
        assert_eq!(
            excerpt.head.len() + gap.bytes + excerpt.tail.len(),
            text.len()
        );
    }

    #[test]
    fn a_single_long_line_is_cut_between_characters() {
        for end in ["", "\n"] {
            let text = "ä".repeat(100_000) + end;
            let excerpt = Excerpt::of(&text);
            assert!(!excerpt.head.is_empty() && !excerpt.tail.is_empty());
            let gap = excerpt.gap.expect("something is left out");
            assert_eq!(
                excerpt.head.len() + gap.bytes + excerpt.tail.len(),
                text.len()
            );
        }
    }
}
