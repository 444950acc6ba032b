//! Lines that a Catalyst switch would take wrongly, or that could lock us out.

use super::ios_words::{Mode, abbreviation};
use super::{Known, role_span, targets};
use crate::runbook::{Fence, Lang, Role, Runbook};
use crate::text::{Diagnostic, Span, wording};

/// Beginnings of configuration lines that can cut the path we came on.
const OUR_PATH: [&str; 9] = [
    "interface ",
    "no interface ",
    "no vlan ",
    "ip routing",
    "no ip routing",
    "ip route ",
    "no ip route ",
    "ip default-gateway ",
    "no ip default-gateway ",
];

pub(super) fn lint(runbook: &Runbook, known: &Known, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        if fence.lang != Lang::Ios {
            continue;
        }
        lines(runbook, fence, found);
        revert(runbook, fence, known, found);
    }
}

/// The mode that a fence's lines are typed in.
fn mode(fence: &Fence) -> Mode {
    match fence.role {
        Role::Run | Role::Undo if !fence.attributes.exec => Mode::Config,
        _ => Mode::Exec,
    }
}

fn lines(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let mode = mode(fence);
    let mut at = 0;
    let mut is_first = true;
    for line in fence.body.text.split_inclusive('\n') {
        let place = |start: usize, len: usize| {
            fence
                .body
                .span_in_source(Span::new(at + start, at + start + len))
        };
        not_ascii(runbook, line, place, found);
        question_mark(runbook, line, is_first, place, found);
        let text = line.trim();
        if !text.starts_with(['!', '?'])
            && let Some((start, word, full)) = abbreviation(line, mode)
        {
            let full = wording::quoted(full.into_iter().take(3));
            found.push(
                Diagnostic::warning(
                    "abbreviation",
                    &runbook.source,
                    place(start, word.len()),
                    format!("`{word}` is an abbreviation"),
                )
                .help(format!(
                    "write {} out: a reader sees what is meant, and another release cannot take \
                     it for something else",
                    wording::list(&full, "or")
                )),
            );
        }
        is_first &= text.is_empty();
        at += line.len();
    }
}

/// Characters that word processors and web pages put in the place of ASCII ones.
fn ascii_for(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}' | '\u{2019}' | '\u{201a}' => "'",
        '\u{201c}' | '\u{201d}' | '\u{201e}' => "\"",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => " ",
        '\u{2026}' => "...",
        _ => return None,
    })
}

fn not_ascii(
    runbook: &Runbook,
    line: &str,
    place: impl Fn(usize, usize) -> Span,
    found: &mut Vec<Diagnostic>,
) {
    if line.is_ascii() {
        return;
    }
    for (at, c) in line.char_indices().filter(|(_, c)| !c.is_ascii()) {
        let help = match ascii_for(c) {
            Some(" ") => "replace it by an ordinary blank".to_owned(),
            Some(ascii) => format!("replace it by `{ascii}`"),
            None => "IOS takes ASCII only".to_owned(),
        };
        found.push(
            Diagnostic::warning(
                "not-ascii",
                &runbook.source,
                place(at, c.len_utf8()),
                format!(
                    "`{c}` (U+{:04X}) is no character that IOS understands",
                    u32::from(c)
                ),
            )
            .label("the line is rejected from here on")
            .help(help),
        );
    }
}

fn question_mark(
    runbook: &Runbook,
    line: &str,
    is_first: bool,
    place: impl Fn(usize, usize) -> Span,
    found: &mut Vec<Diagnostic>,
) {
    let indent = line.len() - line.trim_start().len();
    let is_answer = line[indent..].starts_with('?');
    if is_answer && is_first {
        found.push(
            Diagnostic::error(
                "answer-without-question",
                &runbook.source,
                place(indent, 1),
                "no line before this answer could ask a question",
            )
            .help("a line that begins with `?` answers the question of the line above it"),
        );
    }
    let text_start = if is_answer { indent + 1 } else { 0 };
    if let Some(at) = line[text_start..].find('?') {
        found.push(
            Diagnostic::error(
                "question-mark",
                &runbook.source,
                place(text_start + at, 1),
                "IOS takes `?` as a request for help, wherever it stands",
            )
            .help("reword the line; only at its beginning a `?` means an answer to a question"),
        );
    }
}

fn revert(runbook: &Runbook, fence: &Fence, known: &Known, found: &mut Vec<Diagnostic>) {
    if fence.role != Role::Run || fence.attributes.revert.is_some() || mode(fence) == Mode::Exec {
        return;
    }
    let over_console = targets::of(runbook, fence)
        .and_then(|name| known.resolve(name))
        .is_some_and(|targets| targets.iter().all(|(_, target)| target.console));
    if over_console {
        return;
    }
    let mut at = 0;
    for line in fence.body.text.split_inclusive('\n') {
        let text = line.trim();
        if OUR_PATH
            .iter()
            .any(|start| text.starts_with(start.trim_end()) && is_word(text, start))
        {
            let indent = line.len() - line.trim_start().len();
            let touching = Span::new(at + indent, at + indent + text.len());
            found.push(
                Diagnostic::warning(
                    "no-revert",
                    &runbook.source,
                    role_span(runbook, fence),
                    "if this block cuts our own path, nothing brings the switch back",
                )
                .also(fence.body.span_in_source(touching), "this line could")
                .help("add `revert=5m`: the switch takes the block back unless it is confirmed"),
            );
            return;
        }
        at += line.len();
    }
}

/// Whether `text` begins with the words of `start`, not with a longer word.
fn is_word(text: &str, start: &str) -> bool {
    text[start.trim_end().len()..]
        .chars()
        .next()
        .is_none_or(|c| !c.is_ascii_alphanumeric())
}
