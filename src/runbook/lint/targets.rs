//! Targets that exist and speak the fence's language.

use super::{Known, role_span};
use crate::runbook::{Fence, Lang, Runbook, Spanned, Step};
use crate::text::{Diagnostic, wording};

pub(super) fn lint(runbook: &Runbook, known: &Known, found: &mut Vec<Diagnostic>) {
    if let Some(on) = &runbook.meta.on {
        exists(runbook, on, known, found);
    }
    for step in &runbook.steps {
        pins(runbook, step, known, found);
    }
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        for name in [&fence.attributes.on, &fence.attributes.pins]
            .into_iter()
            .flatten()
        {
            exists(runbook, name, known, found);
        }
        target(runbook, fence, known, found);
    }
}

/// A key is read at one device, and a step has one fingerprint.
fn pins(runbook: &Runbook, step: &Step, known: &Known, found: &mut Vec<Diagnostic>) {
    let pinned = step
        .fences
        .iter()
        .filter_map(|fence| fence.attributes.pins.as_ref());
    for (number, pins) in pinned.enumerate() {
        let why = match number {
            _ if pins.value.contains("{{") || known.groups.contains_key(&pins.value) => {
                "`pins=` names one target: a key is read at one device"
            }
            0 => continue,
            _ => "a step pins one target: its `fingerprint` is one name",
        };
        found.push(
            Diagnostic::error("bad-pins", &runbook.source, pins.span, why)
                .help("make a step for each target"),
        );
    }
}

/// The name of the target that a fence runs on. Shell and files are at home on this machine.
pub(super) fn of<'a>(runbook: &'a Runbook, fence: &'a Fence) -> Option<&'a str> {
    let named = fence.attributes.on.as_ref().or(runbook.meta.on.as_ref());
    match (named, fence.lang) {
        (Some(on), _) => Some(&on.value),
        (None, Lang::Sh | Lang::File) => Some("local"),
        (None, _) => None,
    }
}

fn exists(runbook: &Runbook, name: &Spanned<String>, known: &Known, found: &mut Vec<Diagnostic>) {
    // In a step that is repeated for every row, the row may name the target.
    if name.value.contains("{{") || known.resolve(&name.value).is_some() {
        return;
    }
    let candidates = || {
        known
            .targets
            .keys()
            .chain(known.groups.keys())
            .map(String::as_str)
    };
    let help = match wording::did_you_mean(&name.value, candidates()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.targets.is_empty() => "the inventory has no targets".to_owned(),
        None => format!(
            "the inventory has {}",
            wording::list(&wording::quoted(candidates()), "and")
        ),
    };
    found.push(
        Diagnostic::error(
            "unknown-target",
            &runbook.source,
            name.span,
            format!("no target or group is called `{}`", name.value),
        )
        .help(help),
    );
}

fn target(runbook: &Runbook, fence: &Fence, known: &Known, found: &mut Vec<Diagnostic>) {
    // A person needs no address.
    if fence.lang == Lang::Manual {
        return;
    }
    let Some(name) = of(runbook, fence) else {
        found.push(
            Diagnostic::error(
                "no-target",
                &runbook.source,
                role_span(runbook, fence),
                "this fence does not say which target it runs on",
            )
            .help("add `on=TARGET`, or `on: TARGET` in the front matter"),
        );
        return;
    };
    for (target, spec) in known.resolve(name).unwrap_or_default() {
        if spec.langs.contains(&fence.lang) {
            continue;
        }
        let langs = wording::quoted(spec.langs.iter().map(|lang| lang.word()));
        found.push(
            Diagnostic::error(
                "wrong-language",
                &runbook.source,
                role_span(runbook, fence),
                format!("`{target}` does not run `{}` fences", fence.lang.word()),
            )
            .help(format!("its driver runs {}", wording::list(&langs, "and"))),
        );
        // One member of a group stands for all.
        break;
    }
}
