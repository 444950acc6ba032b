use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sums::sha256;
use super::{APPROVALS, Approval, Bundle, ENVIRONMENT, Environment, Statement, signature};
use crate::event::{Change, Event};
use crate::journal::{Journal, RunFolder};

/// The approval of an emergency, which follows the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrospective {
    /// Since when it is due: when the run began, on the machine's clock.
    pub due: Timestamp,
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
    pub(super) fn of(
        change: &Change,
        plan_sha256: &str,
        environment: &Environment,
        files: &Bundle,
    ) -> Option<Self> {
        if !change.is_unapproved_emergency() {
            return None;
        }
        let due = Self {
            due: environment.started_at,
            by: None,
            at: None,
            sha256: None,
        };
        let given = files.files().filter_map(|(name, bytes)| {
            let approval = Approval {
                statement: bytes.to_vec(),
                signature: files.get(&format!("{name}.sig"))?.to_vec(),
            };
            let (statement, key) = approval.after(change, plan_sha256)?;
            // Whoever signs the record can't approve it.
            (environment.operator.key.as_ref() != Some(&key)).then(|| Self {
                by: Some(key),
                at: Some(statement.at),
                sha256: Some(sha256(bytes)),
                ..due.clone()
            })
        });
        Some(given.min_by_key(|given| given.at).unwrap_or(due))
    }

    /// The same of a run that lies in its folder.
    pub fn of_run(folder: &RunFolder, journal: &Journal) -> Option<Self> {
        let Some(Event::RunStarted {
            change,
            plan_sha256,
            ..
        }) = journal.entries.first().map(|entry| &entry.body)
        else {
            return None;
        };
        let environment = std::fs::read(folder.path().join(ENVIRONMENT)).ok()?;
        let environment: Environment = serde_json::from_slice(&environment).ok()?;
        let kept = folder.path().join(APPROVALS);
        let files = Bundle::read(&kept).unwrap_or_default();
        Self::of(change, plan_sha256, &environment, &files)
    }

    /// Keeps the approvals of a folder with a run that needs one afterwards.
    ///
    /// # Errors
    /// They can't be read or written.
    pub fn keep(folder: &RunFolder, journal: &Journal, found_in: &Utf8Path) -> Result<(), String> {
        let Some(Event::RunStarted {
            change,
            plan_sha256,
            ..
        }) = journal.entries.first().map(|entry| &entry.body)
        else {
            return Ok(());
        };
        if !change.is_unapproved_emergency() {
            return Ok(());
        }
        for path in Approval::found_in(found_in, plan_sha256) {
            let approval = Approval::read(&path).map_err(|error| error.to_string())?;
            if approval.after(change, plan_sha256).is_none() {
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

impl Approval {
    /// What it says and the fingerprint of its key, if it approves this change after it was made:
    /// whose key it is, the verifier's list says.
    fn after(&self, change: &Change, plan_sha256: &str) -> Option<(Statement, String)> {
        let (statement, signature) = self.open().ok()?;
        let is_for = |ticket: &String| change.ticket.as_ref() == Some(ticket);
        let counts =
            statement.approves_plan == plan_sha256 && statement.ticket.as_ref().is_none_or(is_for);
        counts.then(|| (statement, signature::fingerprint(&signature.key)))
    }
}
