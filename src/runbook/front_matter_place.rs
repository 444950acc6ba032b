//! Where front matter stands, before Markdown is read.
//!
//! Markdown takes what is not closed for text, and then a runbook says something else than its
//! author wrote: its `on:` would be gone, without a word.

use crate::text::Span;

/// What stands above the Markdown of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FrontMatterPlace {
    /// The `---` that opens it.
    pub(super) opening: Span,
    /// What stands between the two lines.
    pub(super) yaml: Span,
    /// Where the Markdown begins.
    pub(super) end: usize,
    pub(super) closed: bool,
}

impl FrontMatterPlace {
    /// The front matter of a text, if it has any. A `---` above prose is a line across the page.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut lines = Lines::of(text);
        let (start, opening) = lines.find(|(_, line)| !line.trim().is_empty())?;
        let opening = opening.trim_start_matches('\u{feff}').trim_end();
        let start = text[start..].find(opening).map_or(start, |at| start + at);
        if opening != "---" {
            return None;
        }
        let opening = Span::new(start, start + opening.len());
        let body = lines.at;
        let mut inner = Lines { text, at: body };
        let (_, first) = inner.next()?;
        let is_meant = Lines { text, at: body }
            .find(|(_, line)| !line.trim().is_empty())
            .is_some_and(|(_, line)| begins_with_key(line));
        if !is_meant && (first.trim().is_empty() || is_closing(first)) {
            return None;
        }
        let closing = Lines { text, at: body }
            .take_while(|(_, line)| !opens_fence(line))
            .find(|(_, line)| is_closing(line));
        if let Some((at, line)) = closing {
            return Some(Self {
                opening,
                yaml: Span::new(body, at),
                end: at + line.len(),
                closed: true,
            });
        }
        // What can't be front matter any more is read as Markdown, so that its own mistakes are
        // found too.
        let (mut seen, mut end) = (false, text.len());
        for (at, line) in (Lines { text, at: body }) {
            let is_blank = line.trim().is_empty();
            if seen && is_blank || line.starts_with('#') || opens_fence(line) {
                end = at;
                break;
            }
            seen |= !is_blank;
        }
        is_meant.then_some(Self {
            opening,
            yaml: Span::new(body, end),
            end,
            closed: false,
        })
    }
}

/// The lines of a text with their ends, and where each begins.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let line = self.text[start..].split_inclusive('\n').next()?;
        self.at = start + line.len();
        Some((start, line))
    }
}

fn is_closing(line: &str) -> bool {
    matches!(line.trim_end(), "---" | "...")
}

fn opens_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// `title: x` or `vars:`; prose has blanks before its colon, or none behind it.
fn begins_with_key(line: &str) -> bool {
    let Some((key, rest)) = line.split_once(':') else {
        return false;
    };
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !key.is_empty()
        && key.chars().all(is_key)
        && (rest.trim().is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Option<(&str, bool)> {
        FrontMatterPlace::of(text).map(|place| (&text[place.yaml.range()], place.closed))
    }

    #[test]
    fn it_stands_between_two_lines() {
        assert_eq!(yaml("---\non: a\n---\n# T\n"), Some(("on: a\n", true)));
        assert_eq!(yaml("---\r\non: a\r\n---"), Some(("on: a\r\n", true)));
        assert_eq!(yaml("\u{feff}---\non: a\n...\n"), Some(("on: a\n", true)));
        assert_eq!(yaml("\n---\n\non: a\n---\n"), Some(("\non: a\n", true)));
        assert_eq!(yaml("---\njust words\n---\n"), Some(("just words\n", true)));
    }

    #[test]
    fn it_may_be_left_open() {
        assert_eq!(yaml("---\non: a\n\n# T\n"), Some(("on: a\n", false)));
        assert_eq!(
            yaml("---\nvars:\n  a: 1\n# T\n"),
            Some(("vars:\n  a: 1\n", false))
        );
        // These dots belong to an excerpt.
        assert_eq!(
            yaml("---\non: a\n# T\n```expect\n...\n```\n"),
            Some(("on: a\n", false))
        );
    }

    #[test]
    fn a_line_across_the_page_is_none() {
        for text in [
            "",
            "---\n",
            "---",
            "---\n---\n",
            "---\n\nSome prose.\n\n---\n",
            "---\nSome prose: with a colon.\n",
            "---\n# T\n",
            "----\non: a\n",
            "# T\n\n---\non: a\n---\n",
            "---\nhttps://example.org\n",
        ] {
            assert_eq!(yaml(text), None, "{text:?}");
        }
    }
}
