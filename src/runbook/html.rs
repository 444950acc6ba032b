//! Raw HTML in a runbook, as far as it can keep readers from seeing what runs.

use std::ops::Range;

use crate::text::Span;

/// Elements whose content browsers don't show, or show otherwise than it is written (HTML
/// Standard, 15.3.1 "Hidden elements"; the raw text elements of 13.1.2; those with fallback content).
const HIDING: &[&str] = &[
    "audio",
    "canvas",
    "colgroup",
    "datalist",
    "dialog",
    "frameset",
    "marquee",
    "math",
    "meter",
    "noembed",
    "noframes",
    "noscript",
    "optgroup",
    "option",
    "plaintext",
    "progress",
    "rp",
    "select",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];

/// Elements that change how the whole page looks, wherever they stand, or what is in it.
const RESTYLING: &[&str] = &[
    "applet", "base", "body", "embed", "frame", "head", "html", "iframe", "link", "meta", "object",
    "script", "style",
];

/// Attributes that hide an element. One that begins with `on` is a script.
const HIDING_ATTRIBUTES: &[&str] = &[
    "aria-hidden",
    "bgcolor",
    "color",
    "hidden",
    "popover",
    "style",
];

/// Classes that hide an element by the style sheets of mdBook, Bootstrap and their like.
const HIDING_CLASSES: &[&str] = &[
    "d-none",
    "hidden",
    "invisible",
    "sr-only",
    "visually-hidden",
];

/// Elements without content (13.1.2 "Void elements").
const VOID: &[&str] = &[
    "area", "br", "col", "embed", "hr", "img", "input", "param", "source", "track", "wbr",
];

/// What of a runbook's HTML is open, and hides what follows.
#[derive(Debug, Default)]
pub(super) struct Hiding {
    /// The elements that are open, by their names, with the place of a tag that hides.
    open: Vec<(String, Option<Span>)>,
    /// A comment that ran into the end of its block: browsers read on in what follows.
    comment: Option<Span>,
}

impl Hiding {
    /// The tag that hides what stands here.
    pub(super) fn by(&self) -> Option<Span> {
        let first = self.open.iter().find_map(|(_, at)| *at);
        self.comment.or(first)
    }

    /// Reads a piece of HTML. Gives the tags in it that change the whole page.
    /// `place`: where a part of it stands in the file.
    pub(super) fn read(&mut self, html: &str, place: impl Fn(Range<usize>) -> Span) -> Vec<Span> {
        let mut restyling = Vec::new();
        let mut at = 0;
        if self.comment.is_some() {
            let Some(end) = after(html, "-->") else {
                return restyling;
            };
            self.comment = None;
            at = end;
        }
        while let Some(begin) = html[at..].find('<').map(|found| at + found) {
            let markup = &html[begin..];
            if let Some(tag) = Tag::read(markup) {
                at = begin + tag.length;
                let span = place(begin..at);
                let is_of_page = RESTYLING.contains(&tag.name.as_str()) && !tag.closes;
                if is_of_page || tag.runs {
                    restyling.push(span);
                } else {
                    self.take(tag, span);
                }
                continue;
            }
            let length = match markup {
                _ if markup.starts_with("<!--") => after(markup, "-->"),
                _ if markup.starts_with("<!") || markup.starts_with("<?") => after(markup, ">"),
                _ => Some(1),
            };
            let Some(length) = length else {
                self.comment = Some(place(begin..html.trim_end().len()));
                break;
            };
            at = begin + length;
        }
        restyling
    }

    fn take(&mut self, tag: Tag, span: Span) {
        if tag.is_torn {
            // Who knows where it ends, and what it takes in till then.
            self.open.push((String::new(), Some(span)));
        } else if !tag.closes {
            if !VOID.contains(&tag.name.as_str()) {
                self.open.push((tag.name, tag.hides.then_some(span)));
            }
        } else if let Some(last) = self.open.iter().rposition(|(name, _)| *name == tag.name) {
            // Browsers pass over an end tag across a table's bounds and the like, and open some
            // elements again behind it: what hides is closed where nothing else is open in it.
            let is_last = last + 1 == self.open.len();
            if is_last || self.open[last].1.is_none() {
                self.open.remove(last);
            }
        }
    }
}

/// Where a text goes on behind `end`.
fn after(text: &str, end: &str) -> Option<usize> {
    text.find(end).map(|at| at + end.len())
}

/// A start or end tag (13.2.5.6 to 13.2.5.40, without character references).
struct Tag {
    /// In lower case.
    name: String,
    closes: bool,
    hides: bool,
    /// It has a script in it.
    runs: bool,
    /// The text ends within it.
    is_torn: bool,
    length: usize,
}

impl Tag {
    fn read(text: &str) -> Option<Self> {
        let closes = text.starts_with("</");
        let start = if closes { 2 } else { 1 };
        if !text.starts_with('<') || !text[start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let name_end = text[start..]
            .find(is_end)
            .map_or(text.len(), |at| start + at);
        let name = text[start..name_end].to_ascii_lowercase();
        let mut hides = HIDING.contains(&name.as_str());
        let mut runs = false;
        let mut at = name_end;
        loop {
            let rest = &text[at..];
            at += rest.len()
                - rest
                    .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/')
                    .len();
            if at == text.len() || text[at..].starts_with('>') {
                break;
            }
            let attribute = Attribute::read(&text[at..]);
            let mut classes = attribute.value.split_ascii_whitespace();
            hides |= HIDING_ATTRIBUTES.contains(&attribute.name.as_str())
                || (attribute.name == "class"
                    && classes.any(|class| HIDING_CLASSES.contains(&class)));
            runs |= attribute.name.starts_with("on");
            at += attribute.length;
        }
        let is_torn = at == text.len();
        Some(Self {
            name,
            closes,
            hides,
            runs,
            is_torn,
            length: match is_torn {
                true => text.trim_end().len(),
                false => at + 1,
            },
        })
    }
}

/// An attribute at the start of a text.
struct Attribute<'t> {
    /// In lower case.
    name: String,
    /// Without its quotes.
    value: &'t str,
    /// How long it is with its value.
    length: usize,
}

impl<'t> Attribute<'t> {
    fn read(text: &'t str) -> Self {
        let blank = |c: char| c.is_ascii_whitespace();
        // An equals sign at its start belongs to the name.
        let ends =
            |(at, c): &(usize, char)| blank(*c) || matches!(c, '/' | '>') || (*c == '=' && *at > 0);
        let name_end = text.char_indices().find(ends);
        let name_end = name_end.map_or(text.len(), |(at, _)| at);
        let name = text[..name_end].to_ascii_lowercase();
        let rest = text[name_end..].trim_start_matches(blank);
        let Some(value) = rest.strip_prefix('=') else {
            let (value, length) = ("", name_end);
            return Self {
                name,
                value,
                length,
            };
        };
        let value = value.trim_start_matches(blank);
        let start = text.len() - value.len();
        let (value, length) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => match value[1..].find(quote) {
                Some(at) => (&value[1..=at], at + 2),
                None => (&value[1..], value.len()),
            },
            _ => {
                let end = value.find(|c: char| blank(c) || c == '>');
                let end = end.unwrap_or(value.len());
                (&value[..end], end)
            }
        };
        Self {
            name,
            value,
            length: start + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What hides a fence that stands behind these blocks of HTML.
    fn hidden_by(blocks: &[&str]) -> Option<String> {
        let text = blocks.concat();
        let mut hiding = Hiding::default();
        let mut base = 0;
        for block in blocks {
            hiding.read(block, |part| Span::from(part).shifted(base));
            base += block.len();
        }
        hiding.by().map(|span| text[span.range()].to_owned())
    }

    #[test]
    fn what_is_not_shown_is_known() {
        for (html, by) in [
            ("<div hidden>", "<div hidden>"),
            (
                "a <SPAN STYLE='display: none'>",
                "<SPAN STYLE='display: none'>",
            ),
            ("<div><template>", "<template>"),
            ("<b/hidden>", "<b/hidden>"),
            (
                "<p title=\"a > b\" hidden=\"\">",
                "<p title=\"a > b\" hidden=\"\">",
            ),
            (
                "<p class=x hidden = until-found >",
                "<p class=x hidden = until-found >",
            ),
            ("<div>\n<!-- not\nclosed", "<!-- not\nclosed"),
            ("<div\nclass=x", "<div\nclass=x"),
            ("<div hidden><b hidden></div>", "<div hidden>"),
            ("<div hidden><div hidden></div>", "<div hidden>"),
            ("<div hidden><table></div>", "<div hidden>"),
            ("<div hidden><marquee></div></marquee>", "<div hidden>"),
            ("<pre class='x hidden'>", "<pre class='x hidden'>"),
            ("<marquee width=1>", "<marquee width=1>"),
        ] {
            assert_eq!(hidden_by(&[html]).as_deref(), Some(by), "{html}");
        }
    }

    #[test]
    fn what_is_shown_is_let_be() {
        for html in [
            "<details><summary>More</summary>",
            "<div class=\"warning\">",
            "<div hidden></div>",
            "<p hidden>x</p >",
            "<!-- hidden --><img src=x hidden><br hidden/>",
            "a < b <name> <x:y> <=",
            "<a title=\"hidden style=x\" href=hidden>",
            "</div>",
        ] {
            assert_eq!(hidden_by(&[html]), None, "{html}");
        }
    }

    #[test]
    fn a_torn_comment_is_read_on_in_the_next_block() {
        assert_eq!(hidden_by(&["<div><!-- a\n", "b <p> -->\n"]), None);
        assert_eq!(
            hidden_by(&["<div><!-- a\n", "<p>\n"]).as_deref(),
            Some("<!-- a")
        );
    }

    #[test]
    fn what_changes_the_page_is_told() {
        for (html, tag) in [
            ("<p><style>pre {}</style>", "<style>"),
            ("<LINK rel=x>", "<LINK rel=x>"),
            (
                "<img src=x onerror='hide()'>",
                "<img src=x onerror='hide()'>",
            ),
            ("<p><iframe srcdoc=x></iframe>", "<iframe srcdoc=x>"),
            ("<body onload=x></body>", "<body onload=x>"),
            ("<i onclick=x>a</i>", "<i onclick=x>"),
        ] {
            let found = Hiding::default().read(html, Span::from);
            let found: Vec<&str> = found.iter().map(|span| &html[span.range()]).collect();
            assert_eq!(found, [tag], "{html}");
        }
    }
}
