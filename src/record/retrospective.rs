use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::people::resumed_from;
use super::sums::sha256;
use super::{APPROVALS, Approval, Bundle, ENVIRONMENT, Environment, Made, Statement, signature};
use crate::event::{Change, Event};
use crate::journal::{Journal, RunFolder};

/// The approval of an emergency, which follows the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrospective {
    /// Since when it is due: when the run began, on the machine's clock.
    pub due: Timestamp,
    /// Fingerprint of the key whose approval made it complete; `None`: a plan lacks one yet.
    pub by: Option<String>,
    /// When, as they say.
    pub at: Option<Timestamp>,
    /// SHA-256 of the signed statement, hex.
    pub sha256: Option<String>,
    /// Each plan that the run had: the one it began with, and those of edits that were accepted.
    pub plans: Vec<PlanApproval>,
}

/// The approval of one plan of an emergency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanApproval {
    /// SHA-256 of the plan, hex.
    pub plan_sha256: String,
    /// Fingerprint of the key that approved it; `None`: nobody has yet.
    pub by: Option<String>,
    /// When, as they say.
    pub at: Option<Timestamp>,
    /// SHA-256 of the signed statement, hex.
    pub sha256: Option<String>,
}

impl Retrospective {
    /// What is known of it, from the files that are kept with the run. `None`: the change needs
    /// none.
    pub(super) fn of(journal: &Journal, made: &Made<'_>) -> Option<Self> {
        let change = change(journal)?;
        let files = &made.approvals;
        let own = made.keys();
        let given: Vec<(Statement, String, String)> = files
            .files()
            .filter_map(|(name, bytes)| {
                let approval = Approval {
                    statement: bytes.to_vec(),
                    signature: files.get(&format!("{name}.sig"))?.to_vec(),
                };
                let (statement, key) = approval.after(change)?;
                // Whoever ran it, or signs the record, can't approve it.
                let is_other = !own.contains(key.as_str());
                is_other.then(|| (statement, key, sha256(bytes)))
            })
            .collect();
        let of_plan = |plan_sha256: String| {
            // Whoever said yes before it began did not say so of what had been done.
            let began = began(journal, made, &plan_sha256);
            let of_it = given
                .iter()
                .filter(|(s, ..)| s.approves_plan == plan_sha256 && began <= s.at);
            let first = of_it.min_by_key(|(statement, ..)| statement.at);
            PlanApproval {
                plan_sha256,
                by: first.map(|(_, key, _)| key.clone()),
                at: first.map(|(statement, ..)| statement.at),
                sha256: first.map(|(.., sha256)| sha256.clone()),
            }
        };
        let plans: Vec<PlanApproval> = plans(journal).into_iter().map(of_plan).collect();
        let is_complete = plans.iter().all(|plan| plan.by.is_some());
        let last = plans.iter().rev().max_by_key(|plan| plan.at);
        let last = last.filter(|_| is_complete).cloned();
        Some(Self {
            due: made.environment.started_at,
            by: last.as_ref().and_then(|last| last.by.clone()),
            at: last.as_ref().and_then(|last| last.at),
            sha256: last.and_then(|last| last.sha256),
            plans,
        })
    }

    /// The plans that nobody has approved yet.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        let missing = self.plans.iter().filter(|plan| plan.by.is_none());
        missing.map(|plan| plan.plan_sha256.as_str())
    }

    /// The same of a run that lies in its folder; `sealed_by`: the key that signs its record.
    pub fn of_run(folder: &RunFolder, journal: &Journal, sealed_by: Option<&str>) -> Option<Self> {
        let environment = |name: &str| -> Option<Environment> {
            let bytes = std::fs::read(folder.path().join(name)).ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        let again = resumed_from(journal).filter_map(|name| Some((name, environment(name)?)));
        let made = Made {
            environment: &environment(ENVIRONMENT)?,
            again: again.collect(),
            approvals: Bundle::read(&folder.path().join(APPROVALS)).unwrap_or_default(),
            sealed_by,
        };
        Self::of(journal, &made)
    }

    /// Keeps the approvals of a folder with a run that needs one afterwards.
    ///
    /// # Errors
    /// They can't be read or written.
    pub fn keep(folder: &RunFolder, journal: &Journal, found_in: &Utf8Path) -> Result<(), String> {
        let Some(change) = change(journal) else {
            return Ok(());
        };
        let plans = plans(journal);
        let found = plans
            .iter()
            .flat_map(|plan| Approval::found_in(found_in, plan));
        for path in found {
            let approval = Approval::read(&path).map_err(|error| error.to_string())?;
            if approval.after(change).is_none() {
                continue;
            }
            let name = &sha256(&approval.statement)[..12];
            let kept = |end: &str, bytes: &[u8]| {
                folder
                    .write(&format!("{APPROVALS}{name}.json{end}"), bytes)
                    .map_err(|error| error.to_string())
            };
            // The signature first, so that no approval is ever without one.
            kept(".sig", &approval.signature)?;
            kept("", &approval.statement)?;
        }
        Ok(())
    }
}

/// The hashes of all plans that a run had, in order: where an edit was accepted it went on with
/// another one.
pub fn plans(journal: &Journal) -> Vec<String> {
    let mut plans: Vec<String> = Vec::new();
    for (plan, _) in each_plan(journal) {
        if !plans.contains(plan) {
            plans.push(plan.clone());
        }
    }
    plans
}

/// The plan that the run began with, and each that it went on with, with the name of the file
/// that says who took it up then.
fn each_plan(journal: &Journal) -> impl Iterator<Item = (&String, Option<&str>)> {
    let events = journal.entries.iter().map(|entry| &entry.body);
    events.filter_map(|event| match event {
        Event::RunStarted { plan_sha256, .. } => Some((plan_sha256, None)),
        Event::Resumed {
            revision: Some(revision),
            environment,
            ..
        } => Some((&revision.plan_sha256, environment.as_deref())),
        _ => None,
    })
}

/// When a plan was first begun, on the machine's clock.
fn began(journal: &Journal, made: &Made<'_>, plan_sha256: &str) -> Timestamp {
    let mut all = each_plan(journal);
    let first = all.find(|(plan, _)| *plan == plan_sha256);
    let again = first.and_then(|(_, name)| made.again.get(name?));
    again.unwrap_or(made.environment).started_at
}

/// The change that a run made, if it needs approval afterwards.
fn change(journal: &Journal) -> Option<&Change> {
    match &journal.entries.first()?.body {
        Event::RunStarted { change, .. } => Some(change).filter(|c| c.is_unapproved_emergency()),
        _ => None,
    }
}

impl Approval {
    /// What it says and the fingerprint of its key, if it can approve this change after it was
    /// made: whose key it is, the verifier's list says.
    fn after(&self, change: &Change) -> Option<(Statement, String)> {
        let (statement, signature) = self.open().ok()?;
        let is_for = |ticket: &String| change.ticket.as_ref() == Some(ticket);
        let at = statement.at;
        let counts = statement.ticket.as_ref().is_none_or(is_for)
            && statement.from.is_none_or(|from| from <= at)
            && statement.until.is_none_or(|until| at < until);
        counts.then(|| (statement, signature::fingerprint(&signature.key)))
    }
}
