//! What a person fills in.

use super::{role_span, written};
use crate::check::Type;
use crate::runbook::field::is_name;
use crate::runbook::{FINGERPRINT, Fence, FieldKind, Lang, Runbook};
use crate::text::{Diagnostic, Span, wording};

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    let fences = runbook.steps.iter().flat_map(|step| &step.fences);
    for fence in fences.filter(|fence| fence.lang == Lang::Manual) {
        twice(runbook, fence, found);
        misspelt(runbook, fence, found);
        secret(runbook, fence, found);
    }
}

/// A file is asked for to be kept, and nothing that is secret is.
fn secret(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let mut fields = fence.fields.iter();
    let file = fields.find(|field| field.kind == FieldKind::File);
    if let (Some(file), Some(span)) = (file, written(fence, "secret")) {
        let name = &file.name;
        found.push(
            Diagnostic::error(
                "contradicting-attributes",
                &runbook.source,
                span,
                format!("`secret` keeps nothing, and the file `{name}` is kept"),
            )
            .help("ask for the file in a fence of its own, without `secret`"),
        );
    }
}

fn twice(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    for (i, field) in fence.fields.iter().enumerate() {
        if fence.fields[..i]
            .iter()
            .all(|other| other.name != field.name)
        {
            continue;
        }
        let help = match field.name.as_str() {
            FINGERPRINT => "`pins=` asks for the fingerprint by itself: remove the line",
            _ => "give each field a name of its own",
        };
        found.push(
            Diagnostic::error(
                "field-twice",
                &runbook.source,
                role_span(runbook, fence),
                format!("the field `{}` is asked for twice", field.name),
            )
            .help(help),
        );
    }
}

/// A line that looks like a field, whose type nobody knows, would be taken for prose.
fn misspelt(runbook: &Runbook, fence: &Fence, found: &mut Vec<Diagnostic>) {
    let types = || Type::ALL.into_iter().map(Type::word).chain(["file"]);
    let mut at = 0;
    for line in fence.body.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((name, word)) = line.split_once(':') else {
            continue;
        };
        let from = start + name.len() + 1 + (word.len() - word.trim_start().len());
        let (name, word) = (name.trim(), word.trim());
        let is_lower = |c: char| c.is_ascii_lowercase();
        // Two letters are near to any other two.
        let is_word = word.len() > 2 && word.chars().all(|c| c.is_ascii_alphabetic());
        if !is_name(name) || !name.starts_with(is_lower) || !is_word || types().any(|t| t == word) {
            continue;
        }
        let near = wording::did_you_mean(word, types()).or_else(|| Type::near(word));
        if let Some(near) = near {
            let span = Span::new(from, from + word.len());
            found.push(
                Diagnostic::warning(
                    "not-a-field",
                    &runbook.source,
                    fence.body.span_in_source(span),
                    format!("`{word}` is no type, so nobody is asked for `{name}`"),
                )
                .help(format!("did you mean `{near}`?")),
            );
        }
    }
}
