//! Targets that exist and speak the fence's language.

use super::{Known, KnownTarget, role_span};
use crate::runbook::{Fence, Lang, Runbook, Spanned, Step, info_string};
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
    found.extend(implied(runbook, known));
}

/// Who names an inventory has other machines in mind than the one before them.
fn implied(runbook: &Runbook, known: &Known) -> Option<Diagnostic> {
    let is_implied = |fence: &&Fence| {
        let target = known.targets.get(of(runbook, fence).unwrap_or_default());
        fence.lang != Lang::Manual
            && runbook.meta.on.is_none()
            && !says_on(runbook, fence)
            && target.is_some_and(|target| target.implied)
    };
    let fences = runbook.steps.iter().flat_map(|step| &step.fences);
    let mut implied = fences.filter(is_implied);
    let first = implied.next()?;
    let finding = Diagnostic::warning(
        "implied-target",
        &runbook.source,
        role_span(runbook, first),
        "this fence runs on this machine, `local`, which the inventory does not list",
    )
    .help(
        "add `on=TARGET`, or `on: TARGET` in the front matter; if this machine is meant, add \
         `local: {driver: local}` to the inventory",
    );
    Some(match implied.count() {
        0 => finding,
        1 => finding.label("and so does 1 more"),
        more => finding.label(format!("and so do {more} more")),
    })
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

/// Whether there is an `on=`, also one that was not understood.
fn says_on(runbook: &Runbook, fence: &Fence) -> bool {
    let info = runbook.source.slice(fence.info_span);
    info_string::words(info).iter().any(|word| word.key == "on")
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
        None if known.lab => format!(
            "no inventory is named (`-i FILE`), so the lab's targets are meant: {}",
            first_of(candidates())
        ),
        None if known.targets.is_empty() => "the inventory has no targets".to_owned(),
        None => format!("the inventory has {}", first_of(candidates())),
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

/// As many names as are read.
fn first_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const FIRST: usize = 8;
    let mut names = wording::quoted(names);
    if names.len() > FIRST + 1 {
        let more = names.len() - FIRST;
        names.truncate(FIRST);
        names.push(format!("{more} more"));
    }
    wording::list(&names, "and")
}

fn target(runbook: &Runbook, fence: &Fence, known: &Known, found: &mut Vec<Diagnostic>) {
    // A person needs no address.
    if fence.lang == Lang::Manual {
        return;
    }
    let Some(name) = of(runbook, fence) else {
        if says_on(runbook, fence) {
            return;
        }
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
    let targets = known.resolve(name).unwrap_or_default();
    // One member of a group stands for all.
    let unfit = targets
        .iter()
        .find_map(|(name, target)| unfit(name, target, fence));
    if let Some((code, message, help)) = unfit {
        let span = role_span(runbook, fence);
        found.push(Diagnostic::error(code, &runbook.source, span, message).help(help));
    }
}

/// Why a fence can't run on a target: a finding's code, what is wrong, and what to do.
fn unfit(
    name: &str,
    target: &KnownTarget,
    fence: &Fence,
) -> Option<(&'static str, String, String)> {
    if !target.langs.contains(&fence.lang) {
        let langs = wording::quoted(target.langs.iter().map(|lang| lang.word()));
        return Some((
            "wrong-language",
            format!("`{name}` does not run `{}` fences", fence.lang.word()),
            format!("its driver runs {}", wording::list(&langs, "and")),
        ));
    }
    (fence.attributes.tty && !target.terminal).then(|| {
        (
            "no-terminal",
            format!("a command on `{name}` can't be given a terminal"),
            "`tty` needs a target that is reached over SSH".to_owned(),
        )
    })
}
