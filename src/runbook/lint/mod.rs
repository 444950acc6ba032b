//! Mistakes that can be found without touching a target.
//!
//! Each file here knows one family of them; [`lint`] runs them all, so that one look at the
//! output is enough.

mod bindings;
mod columns;
mod combinations;
mod directions;
mod expectations;
mod fields;
mod ios;
mod ios_words;
mod known;
mod names;
mod patterns;
mod probes;
mod references;
mod repeated;
mod requests;
mod shells;
mod steps;
mod targets;
mod transfers;
mod uses;
mod xapi;
mod xapi_messages;

pub use known::{Known, KnownTarget};

use super::{Fence, Runbook, sort};
use crate::text::{Diagnostic, Span};

/// All findings about these runbooks beyond those of [`parse`](super::parse), file by file in
/// the order given, in a file by position. [`sort`](super::sort) merges them with parse's.
///
/// `runbooks` are also the ones that `needs` and `toward` can name.
pub fn lint(runbooks: &[&Runbook], known: &Known) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for runbook in runbooks {
        let mut found = Vec::new();
        steps::lint(runbook, &mut found);
        directions::lint(runbook, &mut found);
        shells::lint(runbook, &mut found);
        combinations::lint(runbook, &mut found);
        targets::lint(runbook, known, &mut found);
        references::lint(runbook, runbooks, known, &mut found);
        expectations::lint(runbook, &mut found);
        fields::lint(runbook, &mut found);
        names::lint(runbook, known, &mut found);
        ios::lint(runbook, known, &mut found);
        requests::lint(runbook, &mut found);
        probes::lint(runbook, &mut found);
        transfers::lint(runbook, known, &mut found);
        xapi::lint(runbook, &mut found);
        sort(&mut found);
        repeated::join(&mut found);
        all.append(&mut found);
    }
    all
}

/// The two words that say what a fence is: `ios run`.
fn role_span(runbook: &Runbook, fence: &Fence) -> Span {
    let info = runbook.source.slice(fence.info_span);
    let len = info
        .find(fence.role.word())
        .map_or(info.len(), |at| at + fence.role.word().len());
    Span::new(fence.info_span.start, fence.info_span.start + len)
}

/// Where a fence carries an attribute.
fn written(fence: &Fence, name: &str) -> Option<Span> {
    fence
        .attributes
        .written
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, span)| *span)
}
