use std::collections::BTreeMap;
use std::fmt::Write;

use super::notes::notes;
use super::sha256;
use super::{Lane, On, Plan, PlannedFence, PlannedRunbook, PlannedStep};
use crate::runbook::{ExpectationKind, OnFailure, Role};
use crate::target::wrapping;
use crate::text::Needed;
use crate::text::wording::count;
use crate::value::Quote;

/// The heading of the targets, behind the runbooks.
pub const TARGETS: &str = "Targets";

/// The heading of the secrets, behind the targets.
pub const SECRETS: &str = "Secrets";

/// The plan as text: what would be sent to whom, in order, with undo, and what is looked at first
/// in runbooks that are needed. Its SHA-256 is what an approval is given for, so it depends on
/// nothing but the plan.
pub fn show(plan: &Plan, needed: &Plan) -> String {
    let needed = &needed.looked_at();
    let mut out = String::new();
    for deviation in &plan.deviations {
        let _ = writeln!(out, "deviation: {deviation}");
    }
    for runbook in &plan.runbooks {
        show_runbook(&mut out, runbook);
    }
    for runbook in &needed.runbooks {
        show_needed(&mut out, runbook);
    }
    show_targets(&mut out, plan, needed);
    show_secrets(&mut out, plan, needed);
    out
}

/// What is looked at before anything else is, and nothing more.
fn show_needed(out: &mut String, runbook: &PlannedRunbook) {
    let path = runbook.source.path();
    let needed = Needed {
        file: path.file_name().unwrap_or_default().to_owned(),
        sha256: sha256(runbook.source.text().as_bytes()),
    };
    let _ = writeln!(out, "{needed}");
    for step in &runbook.steps {
        show_step(out, runbook, step);
    }
    out.push('\n');
}

fn show_runbook(out: &mut String, runbook: &PlannedRunbook) {
    let _ = writeln!(
        out,
        "{} ({}, {})",
        runbook.title,
        runbook.source.path(),
        about(runbook)
    );
    for step in &runbook.steps {
        show_step(out, runbook, step);
    }
    out.push('\n');
}

/// How many steps a runbook has, and what a failure leads to where that is not its undo.
fn about(runbook: &PlannedRunbook) -> String {
    let steps = count(runbook.steps.len(), "step");
    match runbook.on_failure {
        OnFailure::Undo => steps,
        other => format!("{steps}, on failure: {}", other.word()),
    }
}

/// How the targets are reached that it is about.
fn show_targets(out: &mut String, plan: &Plan, needed: &Plan) {
    let used = &plan.reached() | &needed.reached();
    let mut ways = plan.ways.iter().filter(|(name, _)| used.contains(*name));
    let Some(first) = ways.next() else { return };
    let _ = writeln!(out, "{TARGETS}");
    for (name, way) in std::iter::once(first).chain(ways) {
        let _ = writeln!(out, "  {name}: {}", way.words);
    }
}

/// Where the values come from of the secrets that it names.
fn show_secrets(out: &mut String, plan: &Plan, needed: &Plan) {
    let used = &plan.secrets() | &needed.secrets();
    let references = plan.references.iter();
    let mut references = references.filter(|(name, _)| used.contains(*name));
    let Some(first) = references.next() else {
        return;
    };
    let _ = writeln!(out, "{SECRETS}");
    for (name, reference) in std::iter::once(first).chain(references) {
        let _ = writeln!(out, "  {name}: {reference}");
    }
}

fn show_step(out: &mut String, runbook: &PlannedRunbook, step: &PlannedStep) {
    let _ = write!(out, "\n  {}  #{}", step.title, step.id);
    if step.drill {
        out.push_str("  (drill)");
    }
    if step.approve {
        out.push_str("  (needs approval)");
    }
    if let Some(most) = step.serial {
        let _ = write!(out, "  ({most} at a time)");
    }
    if let Some(toward) = &step.toward {
        let _ = write!(out, "  (only serves `{toward}`)");
    }
    out.push('\n');
    if let Some(when) = &step.when {
        let _ = writeln!(out, "    when {when}");
    }
    for (name, row) in step.lanes.iter().filter_map(|lane| lane.row.as_ref()) {
        let _ = writeln!(out, "    for each `{name}`: {row}");
    }
    for role in [Role::Read, Role::SkipIf, Role::Run] {
        for fence in step.fences(role) {
            show_fence(out, runbook, step, fence, role.word());
        }
    }
    for fence in step.checks() {
        show_fence(out, runbook, step, fence, "check");
    }
    for fence in step.probes() {
        show_fence(out, runbook, step, fence, "watch");
    }
    for fence in step.undo() {
        show_fence(out, runbook, step, fence, "undo");
    }
    for fence in step.undo_checks() {
        show_fence(out, runbook, step, fence, "check after undo");
    }
    if let Some(reason) = &step.undo_none {
        let _ = writeln!(out, "    no undo: {reason}");
    }
}

fn show_fence(
    out: &mut String,
    runbook: &PlannedRunbook,
    step: &PlannedStep,
    fence: &PlannedFence,
    word: &str,
) {
    let targets = match &fence.on {
        On::One(target) => target.clone(),
        On::All(targets) => targets.join(", "),
        On::Peer(peers) => peers.values().cloned().collect::<Vec<_>>().join(", "),
        On::Lane => step
            .lanes
            .iter()
            .filter_map(|lane| lane.target.clone())
            .collect::<Vec<_>>()
            .join(", "),
    };
    let notes = notes(fence);
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" ({})", notes.join(", "))
    };
    let _ = writeln!(
        out,
        "    {word} on {targets}, {}{notes}:",
        fence.lang.word()
    );
    let (before, after) = around(fence);
    let mut texts = texts(runbook, step, fence);
    let is_one = texts.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if is_one {
        texts.truncate(1);
    }
    for (whom, [sent, expected]) in texts {
        if !is_one {
            let _ = writeln!(out, "      [{whom}]");
        }
        for line in &before {
            let _ = writeln!(out, "      + {line}");
        }
        out.push_str(&sent);
        for line in &after {
            let _ = writeln!(out, "      + {line}");
        }
        out.push_str(&expected);
    }
    let orders = fence.options.lab.iter().flat_map(|all| all.split(';'));
    for order in orders.map(str::trim).filter(|order| !order.is_empty()) {
        let _ = writeln!(out, "      ~ {order}");
    }
}

/// What is sent to each target for each row, and what is expected of it.
fn texts(
    runbook: &PlannedRunbook,
    step: &PlannedStep,
    fence: &PlannedFence,
) -> Vec<(String, [String; 2])> {
    let text = |lane: &Lane, target: &str| {
        let mut scope = runbook.scope.clone();
        if let Some((name, row)) = &lane.row {
            scope.bind(name, row.clone());
        }
        scope.bind("target", runbook.target(target));
        let (mut sent, mut expected) = (String::new(), String::new());
        for line in fence.template.show(&scope, fence.quote).lines() {
            let _ = writeln!(sent, "      | {line}");
        }
        for expectation in &fence.expectations {
            let mark = match expectation.kind {
                ExpectationKind::Expect if expectation.whole => "==",
                ExpectationKind::Expect => "=",
                ExpectationKind::Assert => "?",
            };
            for line in expectation.template.show(&scope, Quote::None).lines() {
                let _ = writeln!(expected, "      {mark} {line}");
            }
        }
        [sent, expected]
    };
    let mut texts = BTreeMap::new();
    for (number, lane) in step.lanes.iter().enumerate() {
        for target in fence.targets(lane) {
            // Rows are done one after the other, targets have no order.
            let (number, whom) = match (&lane.row, &lane.name) {
                (Some(_), Some(row)) if matches!(fence.on, On::All(_)) => {
                    (number, format!("{row}, {target}"))
                }
                (Some(_), Some(row)) => (number, row.clone()),
                _ => (0, target.clone()),
            };
            let text = || text(lane, &target);
            texts.entry((number, whom)).or_insert_with(text);
        }
    }
    let texts = texts.into_iter();
    texts.map(|((_, whom), text)| (whom, text)).collect()
}

/// What the driver sends around the fence's own lines, marked `+`.
fn around(fence: &PlannedFence) -> (Vec<String>, Vec<String>) {
    if !matches!(fence.role, Role::Run | Role::Undo) {
        return (Vec::new(), Vec::new());
    }
    wrapping(fence.lang.word(), &fence.options)
}
