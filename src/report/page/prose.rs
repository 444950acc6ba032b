//! A runbook's own words as HTML, made of a few harmless elements.
//!
//! Nothing is sanitised: no tag of the text is passed on, and no address becomes a link.

use minijinja::HtmlEscape;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::runbook::markdown_options;
use crate::text::escape;

/// Markdown as HTML without links, images and raw HTML; these are shown as text.
pub(super) fn prose(markdown: &str) -> String {
    let mut out = String::new();
    // Where the links that are open lead.
    let mut links = Vec::new();
    let mut cell = "td";
    for event in Parser::new_ext(markdown, markdown_options()) {
        match event {
            Event::Start(Tag::TableHead) => {
                cell = "th";
                out += "<tr>";
            }
            Event::Start(Tag::TableCell) => open(&mut out, cell),
            Event::End(TagEnd::TableCell) => close(&mut out, cell),
            Event::End(TagEnd::TableHead) => {
                cell = "td";
                out += "</tr>\n";
            }
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url),
            Event::Start(Tag::Image { dest_url, .. }) => {
                out += "[";
                links.push(dest_url);
            }
            Event::End(TagEnd::Image) => {
                out += "]";
                address(&mut out, links.pop().as_deref());
            }
            Event::End(TagEnd::Link) => address(&mut out, links.pop().as_deref()),
            Event::Start(tag) => open(&mut out, element(&tag.to_end())),
            Event::End(tag) => {
                close(&mut out, element(&tag));
                if !matches!(tag, TagEnd::Emphasis | TagEnd::Strong) {
                    out.push('\n');
                }
            }
            Event::Code(code) => {
                out += "<code>";
                text(&mut out, &code);
                out += "</code>";
            }
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak => out += "<br>\n",
            Event::Rule => {}
            Event::Text(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words)
            | Event::FootnoteReference(words) => text(&mut out, &words),
            Event::TaskListMarker(done) => out += if done { "[x] " } else { "[ ] " },
        }
    }
    out
}

/// The element that stands for a tag; none for those that are only left out.
fn element(tag: &TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph => "p",
        TagEnd::Heading(_) => "p",
        TagEnd::Emphasis => "em",
        TagEnd::Strong => "strong",
        TagEnd::List(true) => "ol",
        TagEnd::List(false) => "ul",
        TagEnd::Item => "li",
        TagEnd::CodeBlock | TagEnd::HtmlBlock => "pre",
        TagEnd::BlockQuote(_) => "blockquote",
        TagEnd::Table => "table",
        TagEnd::TableRow => "tr",
        _ => "",
    }
}

fn open(out: &mut String, element: &str) {
    if !element.is_empty() {
        *out += &format!("<{element}>");
    }
}

fn close(out: &mut String, element: &str) {
    if !element.is_empty() {
        *out += &format!("</{element}>");
    }
}

fn address(out: &mut String, address: Option<&str>) {
    *out += " (";
    text(out, address.unwrap_or_default());
    out.push(')');
}

fn text(out: &mut String, words: &str) {
    *out += &HtmlEscape(&escape(words)).to_string();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_markup() {
        assert_eq!(
            prose("Three *moves*.\n\n1. `one`\n2. **two**\n"),
            "<p>Three <em>moves</em>.</p>\n<ol>\n<li><code>one</code></li>\n\
             <li><strong>two</strong></li>\n</ol>\n"
                .replace("<ol>\n", "<ol>")
        );
    }

    #[test]
    fn no_tag_and_no_address_is_passed_on() {
        assert_eq!(
            prose("a <b onclick=x> [c](javascript:d) ![e](http://f)"),
            "<p>a &lt;b onclick=x&gt; c (javascript:d) [e] (http:&#x2f;&#x2f;f)</p>\n"
        );
        assert_eq!(
            prose("<script>\nx\n</script>\n"),
            "<pre>&lt;script&gt;\nx\n&lt;&#x2f;script&gt;\n</pre>\n"
        );
    }

    #[test]
    fn a_table_is_a_table() {
        assert_eq!(
            prose("| a |\n|---|\n| b |\n"),
            "<table><tr><th>a</th></tr>\n<tr><td>b</td></tr>\n</table>\n"
        );
    }
}
