//! Lines of `sftp` fences that can't be performed, or would do something else than is read.

use super::requests::{is_look, not_a_look, with_values};
use super::{Known, targets};
use crate::runbook::{Fence, Lang, Role, Runbook, Step};
use crate::text::{Diagnostic, Pair, Span, Transfer, filled, is_sha256};

/// Stands where a value does.
const VALUE: char = '\u{1}';
/// Stands where the target's name does.
const TARGET: char = '\u{2}';

pub(super) fn lint(runbook: &Runbook, known: &Known, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        for fence in &step.fences {
            if fence.lang == Lang::Sftp && !fence.body.text.trim().is_empty() {
                found.extend(judge(runbook, fence).err());
                found.extend(places(runbook, fence, known));
                found.extend(unfixed(runbook, step, fence));
            }
        }
    }
}

fn judge(runbook: &Runbook, fence: &Fence) -> Result<(), Diagnostic> {
    let wrong = |line: usize, message: String| {
        Diagnostic::error("bad-transfer", &runbook.source, at(fence, line), message)
    };
    let transfers = Transfer::parse(&with_values(fence))
        .map_err(|error| wrong(error.line, error.message).help(error.help))?;
    for (line, transfer) in transfers {
        // What a value will be is not known yet.
        let written = fence.body.text.lines().nth(line).unwrap_or_default();
        let sum = transfer.sum().filter(|_| !written.contains("{{"));
        if let Some(sum) = sum.filter(|sum| !is_sha256(sum)) {
            let message = format!("`{sum}` is no SHA-256 digest");
            return Err(wrong(line, message).help("write the 64 digits that `sha256sum` prints"));
        }
        let may = match fence.role {
            Role::Read => transfer.only_reads(),
            _ => transfer.only_asks(),
        };
        if is_look(fence) && !may {
            let verb = format!("`{}`", transfer.verb());
            return Err(not_a_look(runbook, fence, &verb)
                .help("a `check` and a `skip-if` take `same` and `absent`, a `read` also `get`"));
        }
    }
    Ok(())
}

/// The lines of a fence, with marks where values will stand.
fn marked(fence: &Fence) -> Vec<(usize, Transfer)> {
    let text = match fence.attributes.raw {
        true => fence.body.text.clone(),
        false => filled(&fence.body.text, |value| match names_target(value) {
            true => TARGET,
            false => VALUE,
        }),
    };
    Transfer::parse(&text).unwrap_or_default()
}

/// Whether `target.name` stands in it.
fn names_target(value: &str) -> bool {
    const NAME: &str = "target.name";
    value.match_indices(NAME).any(|(start, _)| {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let (before, after) = (&value[..start], &value[start + NAME.len()..]);
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Places on this machine that a file must not be fetched to.
fn places(runbook: &Runbook, fence: &Fence, known: &Known) -> Vec<Diagnostic> {
    let on = targets::of(runbook, fence).and_then(|on| known.resolve(on));
    let is_group = on.is_some_and(|targets| targets.len() > 1);
    let mut found = Vec::new();
    for (line, transfer) in marked(fence) {
        let Transfer::Get(Pair { local, .. }) = transfer else {
            continue;
        };
        let (code, message, help) = if local.components().any(|part| part.as_str() == "..") {
            (
                "place-outside",
                "a `get` leads up from its folder",
                "fetch to a path without `..`",
            )
        } else if local.is_absolute() && local.as_str().contains([VALUE, TARGET]) {
            (
                "place-outside",
                "a value leads to an absolute path, which nobody has read",
                "write the path out, or fetch to a relative one",
            )
        } else if is_group && !local.as_str().contains(TARGET) {
            (
                "one-place-for-all",
                "every target of the group fetches to the same file, and the last one would win",
                "put `{{ target.name }}` in its name",
            )
        } else {
            continue;
        };
        let span = at(fence, line);
        found.push(Diagnostic::error(code, &runbook.source, span, message).help(help));
    }
    found
}

/// Who approves a step says yes to what the plan shows, which is a name.
fn unfixed(runbook: &Runbook, step: &Step, fence: &Fence) -> Vec<Diagnostic> {
    if !step.fences(Role::Run).any(|fence| fence.attributes.approve) {
        return Vec::new();
    }
    let puts = marked(fence)
        .into_iter()
        .filter(|(_, transfer)| matches!(transfer, Transfer::Put(pair) if pair.sum.is_none()));
    let warn = |(line, _)| {
        Diagnostic::warning(
            "unfixed-content",
            &runbook.source,
            at(fence, line),
            "who approves this step approves a file's name, not what is in it",
        )
        .help("add `sha256=` with what `sha256sum` prints")
    };
    puts.map(warn).collect()
}

/// Where a line stands.
fn at(fence: &Fence, line: usize) -> Span {
    fence.body.span_in_source(span_of(&fence.body.text, line))
}

/// A line without the blanks around it.
fn span_of(text: &str, line: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let written = text[start..].lines().next().unwrap_or_default();
    let blanks = written.len() - written.trim_start().len();
    let start = start + blanks;
    Span::new(start, start + written.trim().len().max(1))
}
