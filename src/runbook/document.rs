//! Markdown as the few kinds of blocks that the dialect knows.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::front_matter_place::FrontMatterPlace;
use super::{Body, Row, Table, html};
use crate::text::{Source, Span};

/// A heading, as Markdown sees it.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) level: u8,
    /// Its text without markup.
    pub(super) title: String,
    /// `{#id}`.
    pub(super) explicit_id: Option<String>,
    /// Without the line end.
    pub(super) span: Span,
}

/// A fenced code block, as Markdown sees it.
#[derive(Debug)]
pub(super) struct CodeFence {
    /// What follows the backticks or tildes, without the blanks around it.
    pub(super) info: Span,
    pub(super) body: Body,
    /// From the first backtick; without the last line end.
    pub(super) span: Span,
    pub(super) closed: bool,
}

/// One block that matters to a runbook.
#[derive(Debug)]
pub(super) enum Block {
    /// YAML between `---` lines.
    FrontMatter(FrontMatterPlace),
    Heading(Heading),
    Fence(CodeFence),
    Table(Table),
    /// The info string of what looks like a fence, and is only text to Markdown.
    Lookalike(Span),
    /// HTML that can hide what stands behind it.
    Hiding(Span),
}

/// The Markdown that runbooks are written in, below their front matter.
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The blocks of a file, in document order.
pub(super) fn blocks(source: &Source) -> Vec<Block> {
    let text = source.text();
    let mut blocks = Vec::new();
    let mut open = Open::Nothing;
    // The visible text of the heading or table cell that is open.
    let mut words = String::new();

    // It stands at the very top; further down `---` is a line across the page.
    let front_matter = FrontMatterPlace::of(text);
    let base = front_matter.as_ref().map_or(0, |place| place.end);
    blocks.extend(front_matter.map(Block::FrontMatter));

    for (event, range) in Parser::new_ext(&text[base..], options()).into_offset_iter() {
        let range = range.start + base..range.end + base;
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                words.clear();
                open = Open::Heading(Heading {
                    level: level as u8,
                    title: String::new(),
                    explicit_id: id.map(|id| id.to_string()),
                    span: trimmed(text, range),
                });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                open = Open::Fence(CodeFence {
                    info: info_span(text, &range),
                    body: Body::with_room(range.len()),
                    span: trimmed(text, range),
                    closed: false,
                });
            }
            Event::Start(Tag::HtmlBlock) => open = Open::Html(String::new(), range.into()),
            Event::Html(piece) => {
                if let Open::Html(html, _) = &mut open {
                    html.push_str(&piece);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Open::Html(html, block) = std::mem::replace(&mut open, Open::Nothing) {
                    blocks.extend(hiding(text, &html, block));
                }
            }
            Event::InlineHtml(html) => {
                blocks.extend(hiding(text, &html, range.into()));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                blocks.extend(lookalikes(text, &range));
            }
            Event::Start(Tag::Table(_)) => open = Open::Table(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Open::Table(rows) = &mut open {
                    rows.push(Row {
                        cells: Vec::new(),
                        span: trimmed(text, range),
                    });
                }
            }
            Event::Start(Tag::TableCell) => words.clear(),
            Event::End(TagEnd::TableCell) => {
                if let Open::Table(rows) = &mut open
                    && let Some(row) = rows.last_mut()
                {
                    row.cells.push(words.trim().to_owned());
                }
            }
            Event::Text(chunk) => match &mut open {
                Open::Fence(fence) => fence.body.push(&chunk, range),
                Open::Heading(_) | Open::Table(_) => words += &chunk,
                Open::Html(..) | Open::Nothing => {}
            },
            Event::Code(code) => {
                words += &code;
                // Indented lines behind a paragraph belong to it, and backticks in it are code.
                if text[range.clone()].contains('\n') {
                    blocks.extend(lookalikes(text, &range).take(1));
                }
            }
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Table) => {
                blocks.extend(std::mem::replace(&mut open, Open::Nothing).finish(text, &words));
            }
            _ => {}
        }
    }
    blocks
}

/// The block whose events are being read.
enum Open {
    Nothing,
    Heading(Heading),
    Fence(CodeFence),
    Table(Vec<Row>),
    /// What there is of a block of HTML, and where it stands.
    Html(String, Span),
}

impl Open {
    fn finish(self, text: &str, words: &str) -> Option<Block> {
        match self {
            Open::Html(..) | Open::Nothing => None,
            Open::Heading(mut heading) => {
                heading.title = words.trim().to_owned();
                Some(Block::Heading(heading))
            }
            Open::Fence(mut fence) => {
                fence.closed = is_closed(text, &fence);
                fence.body.finish();
                Some(Block::Fence(fence))
            }
            Open::Table(mut rows) if !rows.is_empty() => {
                let header = rows.remove(0).cells;
                Some(Block::Table(Table { header, rows }))
            }
            Open::Table(_) => None,
        }
    }
}

/// `at`: where it stands, in a quote with the marks before its lines.
fn hiding(text: &str, html: &str, at: Span) -> Option<Block> {
    let part = html::unfit(html)?;
    let span = match text[at.range()].starts_with(html) {
        true => Span::from(part).shifted(at.start),
        false => trimmed(text, at.range()),
    };
    Some(Block::Hiding(span))
}

/// `range` without line ends and blanks behind it.
fn trimmed(text: &str, range: Range<usize>) -> Span {
    let kept = text[range.clone()].trim_end().len();
    Span::new(range.start, range.start + kept)
}

/// The info string of the fence that starts at `range`.
///
/// It is taken from the source and not from the parser, which has backslashes resolved
/// already, so that no position would be true any more.
fn info_span(text: &str, range: &Range<usize>) -> Span {
    let line = text[range.clone()].lines().next().unwrap_or_default();
    let marker = line.chars().next().unwrap_or('`');
    let info = line.trim_start_matches(marker);
    let start = range.start + (line.len() - info.trim_start().len());
    Span::new(start, start + info.trim().len())
}

/// The info strings of what looks like fences at `range`, which is code of another kind.
fn lookalikes<'a>(text: &'a str, range: &Range<usize>) -> impl Iterator<Item = Block> + use<'a> {
    let mut at = range.start;
    let lines = text[range.clone()].split_inclusive('\n');
    lines.filter_map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let opens = ["```", "~~~"]
            .iter()
            .any(|marker| text[start..].starts_with(marker));
        let fence = start..start + line.trim().len();
        opens.then(|| Block::Lookalike(info_span(text, &fence)))
    })
}

/// Whether the last line of a fence is its closing one. Markdown closes an open fence at the
/// end of the file, or of the list or quote around it, without a word.
fn is_closed(text: &str, fence: &CodeFence) -> bool {
    let fence_text = &text[fence.span.range()];
    let Some(marker) = fence_text.chars().next() else {
        return false;
    };
    let opening = fence_text.chars().take_while(|&c| c == marker).count();
    let last_line = fence_text.rfind('\n').map_or(fence_text.len(), |at| at + 1);
    let closing = fence_text[last_line..]
        .chars()
        .rev()
        .take_while(|&c| c == marker)
        .count();
    let closing_start = fence.span.end - closing;
    closing >= opening
        && closing_start >= fence.body.source_end()
        && text[fence.span.start + last_line..closing_start]
            .chars()
            .all(|c| c.is_whitespace() || c == '>')
}
