use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bundle, Environment};
use crate::event::{Approved, Change, Event};
use crate::journal::{Entry, Journal};

/// Who did it, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementer {
    /// The account.
    pub user: String,
    /// The machine.
    pub machine: String,
    /// How the person was recognised.
    pub authenticated_by: String,
    /// Fingerprint of the key with which the record was to be signed.
    pub key: Option<String>,
}

/// Who took a run up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumedBy {
    /// Who, where, and how that is known.
    #[serde(flatten)]
    pub who: Implementer,
    /// When, on the machine's clock.
    pub at: Timestamp,
    /// The program: SHA-256 of its file, hex.
    pub program_sha256: Option<String>,
    /// The journal's line.
    pub entry: u64,
}

/// Who agreed to the plan before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalAccount {
    /// As the journal says.
    #[serde(flatten)]
    pub approved: Approved,
    /// The plan that was approved: SHA-256, hex.
    pub plan_sha256: String,
    /// Whether that was before the run began, by both their clocks.
    pub before_first_effect: bool,
    /// Whether it was the key of the one who ran it; `None`: that one named no key.
    pub same_person: Option<bool>,
}

/// Who made a change, and who agreed to it, as far as files beside the journal say so.
pub(crate) struct Made<'a> {
    /// Who began it.
    pub(crate) environment: &'a Environment,
    /// Who took it up again, by the names of the files that say so.
    pub(crate) again: BTreeMap<&'a str, Environment>,
    /// The approvals that are kept with it.
    pub(crate) approvals: Bundle,
    /// The key that signs the record.
    pub(crate) sealed_by: Option<&'a str>,
}

impl Made<'_> {
    /// The keys of those who ran it, and of whoever signs the record.
    pub(super) fn keys(&self) -> BTreeSet<&str> {
        let runners = [self.environment].into_iter().chain(self.again.values());
        let runners = runners.filter_map(|run| run.operator.key.as_deref());
        runners.chain(self.sealed_by).collect()
    }

    pub(super) fn resumed(&self, journal: &Journal) -> Vec<ResumedBy> {
        let of_line = |entry: &Entry| {
            let Event::Resumed {
                environment: Some(name),
                ..
            } = &entry.body
            else {
                return None;
            };
            let environment = self.again.get(name.as_str())?;
            Some(ResumedBy {
                who: Implementer::of(environment),
                at: environment.started_at,
                program_sha256: environment.program.sha256.clone(),
                entry: entry.seq,
            })
        };
        journal.entries.iter().filter_map(of_line).collect()
    }
}

impl Implementer {
    pub(super) fn of(environment: &Environment) -> Self {
        Self {
            user: environment.operator.user.clone(),
            machine: environment.machine.clone(),
            authenticated_by: environment.operator.authenticated_by.clone(),
            key: environment.operator.key.clone(),
        }
    }
}

/// Who agreed to a plan, and how that relates to whoever began it.
pub(super) fn approvals(
    change: &Change,
    plan: &str,
    environment: &Environment,
) -> Vec<ApprovalAccount> {
    let key = environment.operator.key.as_ref();
    let account = |approved: &Approved| ApprovalAccount {
        approved: approved.clone(),
        plan_sha256: plan.to_owned(),
        before_first_effect: approved.at <= environment.started_at,
        same_person: key.map(|key| *key == approved.key),
    };
    change.approvals.iter().map(account).collect()
}

/// The files that say who took the run up again, as its journal names them.
pub(super) fn resumed_from(journal: &Journal) -> impl Iterator<Item = &str> {
    let events = journal.entries.iter().map(|entry| &entry.body);
    events.filter_map(|event| match event {
        Event::Resumed { environment, .. } => environment.as_deref(),
        _ => None,
    })
}
