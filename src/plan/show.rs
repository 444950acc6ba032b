use std::collections::BTreeSet;
use std::fmt::Write;

use super::{On, Plan, PlannedFence, PlannedRunbook, PlannedStep};
use crate::runbook::{Lang, Role};
use crate::target::wrapping;
use crate::text::wording::count;
use crate::value::Quote;

/// The plan as text: what would be sent to whom, in order, with undo. Its SHA-256 is what an
/// approval is given for, so it depends on nothing but the plan.
pub fn show(plan: &Plan) -> String {
    let mut out = String::new();
    for deviation in &plan.deviations {
        let _ = writeln!(out, "deviation: {deviation}");
    }
    for runbook in &plan.runbooks {
        show_runbook(&mut out, runbook);
    }
    out
}

fn show_runbook(out: &mut String, runbook: &PlannedRunbook) {
    let _ = writeln!(
        out,
        "{} ({}, {})",
        runbook.title,
        runbook.source.path(),
        count(runbook.steps.len(), "step")
    );
    for step in &runbook.steps {
        show_step(out, runbook, step);
    }
    out.push('\n');
}

fn show_step(out: &mut String, runbook: &PlannedRunbook, step: &PlannedStep) {
    let _ = write!(out, "\n  {}  #{}", step.title, step.id);
    if step.drill {
        out.push_str("  (drill)");
    }
    if step.approve {
        out.push_str("  (needs approval)");
    }
    out.push('\n');
    if let Some(when) = &step.when {
        let _ = writeln!(out, "    when {when}");
    }
    let rows = step.lanes.iter().filter(|lane| lane.row.is_some());
    let rows: Vec<&str> = rows.filter_map(|lane| lane.name.as_deref()).collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "    for each of {}", rows.join(", "));
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
    for fence in step.fences(Role::Undo).rev() {
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
    let mut notes = Vec::new();
    if let Some(after) = fence.options.revert {
        notes.push(format!(
            "under a revert timer of {} min",
            after.as_secs().div_ceil(60)
        ));
    }
    if let Some(within) = fence.attributes.within {
        notes.push(format!("within {within:?}"));
    }
    let limits = &fence.attributes;
    if let Some(every) = limits.every.filter(|_| fence.lang == Lang::Probe) {
        notes.push(format!("every {every:?}"));
    }
    if let Some(lost) = limits.max_lost {
        notes.push(format!("at most {lost} lost"));
    }
    if let Some(gap) = limits.max_gap {
        notes.push(format!("no gap over {gap:?}"));
    }
    if let Some(path) = &fence.options.path {
        notes.push(format!("to {path}"));
    }
    if fence.attributes.once {
        notes.push("once".to_owned());
    }
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
    for (target, [sent, expected]) in texts {
        if !is_one {
            let _ = writeln!(out, "      [{target}]");
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
}

/// What is sent to each target, and what is expected of it.
fn texts(
    runbook: &PlannedRunbook,
    step: &PlannedStep,
    fence: &PlannedFence,
) -> Vec<(String, [String; 2])> {
    let targets = step.lanes.iter().flat_map(|lane| fence.targets(lane));
    let targets: BTreeSet<String> = targets.collect();
    let text = |target: String| {
        let mut scope = runbook.scope.clone();
        scope.bind("target", runbook.target(&target));
        let (mut sent, mut expected) = (String::new(), String::new());
        for line in fence.template.show(&scope, fence.quote).lines() {
            let _ = writeln!(sent, "      | {line}");
        }
        for expectation in &fence.expectations {
            for line in expectation.template.show(&scope, Quote::None).lines() {
                let _ = writeln!(expected, "      = {line}");
            }
        }
        (target, [sent, expected])
    };
    targets.into_iter().map(text).collect()
}

/// What the driver sends around the fence's own lines, marked `+`.
fn around(fence: &PlannedFence) -> (Vec<String>, Vec<String>) {
    if !matches!(fence.role, Role::Run | Role::Undo) {
        return (Vec::new(), Vec::new());
    }
    wrapping(fence.lang.word(), &fence.options)
}
