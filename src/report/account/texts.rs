use std::collections::BTreeMap;

use super::Expected;
use crate::event::{Place, RunbookInfo};
use crate::journal::Entry;
use crate::runbook::{ExpectationKind, Risk, Role, Runbook, Step, parse};
use crate::text::Source;

/// The runbooks as they were run. A journal names them by hash and doesn't repeat their text.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    sources: Vec<Source>,
    /// By the name that the journal uses.
    known: BTreeMap<String, Runbook>,
}

/// What a runbook says about a look.
pub(super) struct Asked {
    pub(super) role: &'static str,
    /// It says what holds when the step was taken back.
    pub(super) after_undo: bool,
    /// What the answer had to satisfy.
    pub(super) expected: Vec<Expected>,
}

impl Texts {
    /// Texts that may be those of a run. Which of them are is told by their hash.
    pub fn new(sources: Vec<Source>) -> Self {
        Self {
            sources,
            known: BTreeMap::new(),
        }
    }

    /// Finds the text of a runbook by its hash. `false` if it isn't here.
    pub(super) fn recognise(&mut self, info: &RunbookInfo) -> bool {
        let found = self
            .sources
            .iter()
            .find(|source| Entry::hash(source.text().as_bytes()) == info.sha256);
        if let Some(source) = found {
            let parsed = parse(source.clone());
            self.known.insert(info.name.clone(), parsed.runbook);
        }
        found.is_some()
    }

    /// What a runbook's front matter says for the change record.
    pub(super) fn facts(&self, runbook: &str) -> Vec<(&'static str, String)> {
        let Some(runbook) = self.known.get(runbook) else {
            return Vec::new();
        };
        let meta = &runbook.meta;
        let risk = meta.risk.map(|risk| match risk {
            Risk::Low => "low".to_owned(),
            Risk::Moderate => "moderate".to_owned(),
            Risk::High => "high".to_owned(),
        });
        [
            ("summary", meta.summary.clone()),
            ("reason", meta.reason.clone()),
            ("risk", risk),
            ("impact", meta.impact.clone()),
            ("security impact", meta.security_impact.clone()),
            ("requested by", meta.requester.clone()),
            ("kept", meta.retention.clone()),
            ("window", meta.window.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// What a runbook says in a step before its first fence, as Markdown.
    pub(super) fn prose(&self, place: &Place) -> Option<String> {
        let runbook = self.known.get(&place.runbook)?;
        let step = self.step(place)?;
        let text = runbook.source.slice(step.section);
        let text = match step.fences.first() {
            Some(fence) => text.get(..fence.span.start.saturating_sub(step.section.start)),
            None => Some(text),
        }?;
        // The heading is told already.
        let heading = step.span.end.saturating_sub(step.section.start);
        let prose = text.get(heading..)?.trim();
        (!prose.is_empty()).then(|| prose.to_owned())
    }

    /// The fence that looked with `sent`.
    pub(super) fn asked(&self, place: &Place, fence: usize, sent: &str) -> Option<Asked> {
        let fence = self.step(place)?.fences.get(fence)?;
        // A step that serves another one is looked at through that one's fences. The journal
        // has their numbers, but this step's name.
        let literal = fence.body.text.split("{{").next().unwrap_or_default();
        let looks = matches!(fence.role, Role::Read | Role::Check | Role::SkipIf);
        if !looks || !sent.starts_with(literal.trim_end()) {
            return None;
        }
        let expected = fence
            .expectations
            .iter()
            .map(|expectation| Expected {
                kind: match expectation.kind {
                    ExpectationKind::Expect => "expect",
                    ExpectationKind::Assert => "assert",
                },
                text: expectation.body.text.clone(),
            })
            .collect();
        Some(Asked {
            role: fence.role.word(),
            after_undo: fence.attributes.after_undo,
            expected,
        })
    }

    fn step(&self, place: &Place) -> Option<&Step> {
        let runbook = self.known.get(&place.runbook)?;
        runbook.steps.iter().find(|step| step.id == place.step)
    }
}
