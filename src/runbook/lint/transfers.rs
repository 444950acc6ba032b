//! Lines of `sftp` fences that can't be performed.

use super::requests::{is_look, not_a_look, with_values};
use crate::runbook::{Fence, Lang, Role, Runbook};
use crate::text::{Diagnostic, Span, Transfer, is_sha256};

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        if fence.lang == Lang::Sftp && !fence.body.text.trim().is_empty() {
            found.extend(judge(runbook, fence).err());
        }
    }
}

fn judge(runbook: &Runbook, fence: &Fence) -> Result<(), Diagnostic> {
    let wrong = |line: usize, message: String| {
        let span = fence.body.span_in_source(span_of(&fence.body.text, line));
        Diagnostic::error("bad-transfer", &runbook.source, span, message)
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

/// A line without the blanks around it.
fn span_of(text: &str, line: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let written = text[start..].lines().next().unwrap_or_default();
    let blanks = written.len() - written.trim_start().len();
    let start = start + blanks;
    Span::new(start, start + written.trim().len().max(1))
}
