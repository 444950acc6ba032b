//! Raw HTML in a runbook: where anything runs, it is what can't hide it.
//!
//! Browsers have a rule for every mistake in HTML, and each rule is a way to end what looks open or
//! to open what looks ended. So nothing is followed here: a piece has the plain form of one that is
//! known to be harmless, or it is refused.

use std::ops::Range;

/// Elements in which everything is shown as it is written, whether or not they are closed, with the
/// attributes that they may have. What is folded up can be unfolded.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("b", &[]),
    ("br", &[]),
    ("details", &["open"]),
    ("div", &["class"]),
    ("em", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["alt", "height", "src", "title", "width"]),
    ("p", &[]),
    ("strong", &[]),
    ("summary", &[]),
    ("u", &[]),
    ("wbr", &[]),
];

/// Of classes nobody knows what a page's style sheets make of them; this one is mdBook's.
const CLASSES: &[&str] = &["warning"];

/// The elements that a runbook may have, by their names.
pub(super) fn elements() -> impl Iterator<Item = &'static str> {
    ELEMENTS.iter().map(|(name, _)| *name)
}

/// The first piece of some HTML that could hide what runs, or show it as something else.
pub(super) fn unfit(html: &str) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(begin) = html[at..].find('<').map(|found| at + found) {
        match piece(&html[begin..]) {
            Some(length) => at = begin + length,
            None => {
                let rest = &html[begin..];
                let line = rest.lines().next().unwrap_or_default().trim_end();
                let length = line.find('>').map_or(line.len(), |end| end + 1);
                return Some(begin..begin + length);
            }
        }
    }
    None
}

/// The length of what begins with this `<`, if it is harmless.
fn piece(text: &str) -> Option<usize> {
    match text[1..].chars().next() {
        Some('!') => comment(text),
        // Anything but a letter behind `</` begins a comment, as `<?` does.
        Some('/') => end_tag(text),
        Some('?') => None,
        Some(c) if c.is_ascii_alphabetic() => start_tag(text),
        _ => Some(1),
    }
}

fn comment(text: &str) -> Option<usize> {
    let opening = "<!--";
    let content = text.strip_prefix(opening)?;
    let length = content.find("-->")?;
    let content = &content[..length];
    // `<!-->`, `<!--->` and `--!>` end one, too.
    let ends_early = content.starts_with(['>']) || content.starts_with("->");
    (!ends_early && !content.contains("--!>")).then_some(opening.len() + length + "-->".len())
}

fn end_tag(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("</")?;
    let (_, rest) = element(rest)?;
    let rest = rest.trim_start_matches(is_blank).strip_prefix('>')?;
    Some(text.len() - rest.len())
}

fn start_tag(text: &str) -> Option<usize> {
    let (attributes, mut rest) = element(text.strip_prefix('<')?)?;
    loop {
        let trimmed = rest.trim_start_matches(is_blank);
        if let Some(behind) = trimmed
            .strip_prefix('/')
            .unwrap_or(trimmed)
            .strip_prefix('>')
        {
            return Some(text.len() - behind.len());
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        rest = attribute(attributes, trimmed)?;
    }
}

/// The attributes of the known element whose name stands here, and what is behind it.
fn element(text: &str) -> Option<(&'static [&'static str], &str)> {
    let (name, rest) = word(text);
    let mut known = ELEMENTS.iter();
    let (_, attributes) = known.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some((attributes, rest))
}

/// What is behind a known attribute and its value.
fn attribute<'t>(known: &[&str], text: &'t str) -> Option<&'t str> {
    let (name, rest) = word(text);
    let mut known = known.iter();
    let name = known.find(|known| known.eq_ignore_ascii_case(name))?;
    let (value, rest) = match rest.strip_prefix('=') {
        None => ("", rest),
        Some(value) => match value.strip_prefix(['"', '\'']) {
            Some(quoted) => {
                let quote = value.chars().next()?;
                quoted.split_once(quote)?
            }
            None => {
                let is_end =
                    |c: char| is_blank(c) || matches!(c, '"' | '\'' | '=' | '<' | '>' | '`');
                value.split_at(value.find(is_end)?)
            }
        },
    };
    (*name != "class" || CLASSES.contains(&value)).then_some(rest)
}

/// The letters and digits at the start of a text, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    text.split_at(end.unwrap_or(text.len()))
}

fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_hide_a_fence_is_refused() {
        for (html, piece) in [
            ("<div hidden>", "<div hidden>"),
            ("a <SPAN STYLE='x'>", "<SPAN STYLE='x'>"),
            ("<div><template>", "<template>"),
            ("<b/hidden>", "<b/hidden>"),
            ("<p class=x>", "<p class=x>"),
            ("<div class='x hidden'>", "<div class='x hidden'>"),
            ("<div class=\"hidde&#110;\">", "<div class=\"hidde&#110;\">"),
            ("<div id=warning>", "<div id=warning>"),
            ("<marquee width=1>", "<marquee width=1>"),
            ("<bdo dir=rtl>", "<bdo dir=rtl>"),
            ("<fencedframe>", "<fencedframe>"),
            ("<p><style>pre {}</style>", "<style>"),
            ("<LINK rel=x>", "<LINK rel=x>"),
            (
                "<img src=x onerror='hide()'>",
                "<img src=x onerror='hide()'>",
            ),
            ("<i onclick=x>a</i>", "<i onclick=x>"),
            ("<body onload=x></body>", "<body onload=x>"),
            // Each of them would make the ones behind it smaller.
            ("<kbd><kbd><kbd>", "<kbd>"),
            // What nobody knows is not shown either.
            ("a < b <name> c", "<name>"),
            ("</x>", "</x>"),
        ] {
            let found = unfit(html).map(|range| &html[range]);
            assert_eq!(found, Some(piece), "{html}");
        }
    }

    #[test]
    fn what_browsers_read_otherwise_than_it_looks_is_refused() {
        for (html, piece) in [
            ("<!-- --!><div hidden> -->", "<!-- --!>"),
            ("<!--><div hidden> -->", "<!-->"),
            ("<!---><div hidden> -->", "<!--->"),
            ("<div></ <!-- ><div hidden> -->", "</ <!-- >"),
            ("<div><textarea><!-- </textarea> -->", "<textarea>"),
            ("<svg><desc><![CDATA[ > </desc></svg> ]]>", "<svg>"),
            ("<div>\n<!-- not\nclosed", "<!-- not"),
            ("<div\nclass=x", "<div"),
            ("<!doctype html>", "<!doctype html>"),
            ("<?php ?>", "<?php ?>"),
            ("<img src=\"a\"hidden>", "<img src=\"a\"hidden>"),
            ("<img src=\"a", "<img src=\"a"),
            ("<p", "<p"),
        ] {
            let found = unfit(html).map(|range| &html[range]);
            assert_eq!(found, Some(piece), "{html}");
        }
    }

    #[test]
    fn what_is_shown_is_let_be() {
        for html in [
            "<details open><summary>More</summary>",
            "<div class=\"warning\">",
            "<DIV CLASS=warning ></DIV >",
            "<p>x</p\n><br/><hr /><wbr>",
            "<!-- hidden --><img src=x/y.png alt='hidden > \"style\"' width=\"20\">",
            "a < b <= 3 <3 <",
            "</div><!---->",
        ] {
            assert_eq!(unfit(html), None, "{html}");
        }
    }
}
