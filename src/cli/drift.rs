use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use crate::event::Place;
use crate::plan::{Plan, SECRETS, TARGETS};

/// How some steps of a plan differ from what a run was to do there, as a unified diff. The text
/// of the runbooks may be the same and the inventory another.
pub(crate) fn drift(then: &str, now: &Plan, shown: &str, places: &[Place]) -> Option<String> {
    let wanted: Vec<Key<'_>> = now
        .runbooks
        .iter()
        .enumerate()
        .flat_map(|(number, runbook)| {
            let steps = runbook.steps.iter();
            let is_wanted = |id: &str| {
                let mut places = places.iter();
                places.any(|place| place.runbook == runbook.name && place.step == id)
            };
            steps
                .filter(move |step| is_wanted(&step.id))
                .map(move |step| (number, step.id.as_str()))
        })
        .collect();
    let mut part = now.clone();
    part.keep(places);
    let (targets, secrets) = (part.reached(), part.secrets());
    let [then, now] = [then, shown].map(|plan| {
        let (plan, references) = split(plan, SECRETS);
        let (runbooks, ways) = split(plan, TARGETS);
        let sections = sections(runbooks);
        let parts = wanted.iter().filter_map(|key| sections.get(key));
        let ways = named(ways, &targets) + &named(references, &secrets);
        parts.cloned().chain([ways]).collect::<String>()
    });
    (then != now).then(|| {
        TextDiff::from_lines(&then, &now)
            .unified_diff()
            .header("the run's plan", "the plan now")
            .to_string()
    })
}

/// A plan before and behind a heading.
fn split<'p>(plan: &'p str, heading: &str) -> (&'p str, &'p str) {
    let heading = format!("\n{heading}\n");
    plan.rsplit_once(&heading).unwrap_or((plan, ""))
}

/// The lines that begin with one of these names.
fn named(lines: &str, names: &BTreeSet<String>) -> String {
    let named = lines.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default();
        names.contains(name.trim())
    });
    named.map(|line| format!("{line}\n")).collect()
}

/// The number of a runbook in its plan, and a step's id.
type Key<'a> = (usize, &'a str);

/// The parts of a plan, as it is shown, that are each about one step: from the one line of it
/// that is indented by two blanks.
fn sections(plan: &str) -> BTreeMap<Key<'_>, String> {
    let mut sections: BTreeMap<Key<'_>, String> = BTreeMap::new();
    let mut runbooks = 0_usize;
    let mut key = None;
    for line in plan.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ") {
            None if line.starts_with("deviation: ") => continue,
            None => {
                runbooks += 1;
                key = None;
                continue;
            }
            Some(step) if !step.starts_with(' ') => {
                let (_, id) = step.rsplit_once("  #").unwrap_or(("", step));
                let id = id.split_whitespace().next().unwrap_or_default();
                key = Some((runbooks.saturating_sub(1), id));
            }
            Some(_) => {}
        }
        if let Some(key) = key {
            let section = sections.entry(key).or_default();
            section.push_str(line);
            section.push('\n');
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_falls_into_its_steps() {
        let plan = "deviation: only on `a`\nOne (one.md, 2 steps)\n\n  A  #a\n    run on x, sh:\n      \
                    | echo\n\n  B  #b  (drill)\n    check on x, sh:\n\nTwo (two.md, 1 step)\n\n  A  #a\n";
        let sections = sections(plan);
        let keys: Vec<_> = sections.keys().copied().collect();
        assert_eq!(keys, [(0, "a"), (0, "b"), (1, "a")]);
        assert_eq!(
            sections[&(0, "a")],
            "  A  #a\n    run on x, sh:\n      | echo\n"
        );
    }
}
