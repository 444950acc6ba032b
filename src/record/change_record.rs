use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::people::approvals;
use super::{
    ApprovalAccount, Clock, Implementer, Made, Outcome, Planned, ResumedBy, Retrospective,
    StepAccount, accounts, deviations, outcome,
};
use crate::event::{ChangeKind, Event, Purpose};
use crate::journal::{Deviation, Journal};
use crate::runbook::{Risk, Runbook};

/// `record.json`: the run in the words of change management. Everything in it follows from the
/// other files of the record, so `verify` derives it again and compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeRecord {
    /// The version of this file's format.
    pub format: String,
    /// The run's id.
    pub id: String,
    /// Whether the run did steps or took them back.
    pub purpose: Purpose,
    /// The run that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether it ran in the embedded lab.
    pub lab: bool,
    /// Normal, standard or emergency.
    pub kind: ChangeKind,
    /// Its number in another system.
    pub ticket: Option<String>,
    /// What the runbooks say it is.
    pub description: Vec<String>,
    /// Why.
    pub reason: Vec<String>,
    /// Who asked for it.
    pub requester: Vec<String>,
    /// The greatest risk that a runbook states.
    pub risk: Option<String>,
    /// Who will notice.
    pub impact: Vec<String>,
    /// What it means for security.
    pub security_impact: Vec<String>,
    /// How long this record is to be kept.
    pub retention: Vec<String>,
    /// When it was to be, and when it was.
    pub window: Window,
    /// Who did it.
    pub implementer: Implementer,
    /// Who took it up again where it had stopped.
    pub resumed: Vec<ResumedBy>,
    /// What is known of the implementer's clock.
    pub clock: Option<Clock>,
    /// Who agreed to the plan before.
    pub approvals: Vec<ApprovalAccount>,
    /// Of an emergency that nobody had agreed to before: who did afterwards.
    pub retrospective: Option<Retrospective>,
    /// The policy that let it run: SHA-256, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_sha256: Option<String>,
    /// SHA-256 of `plan.txt`: what was to be sent, with checks and undo.
    pub plan_sha256: String,
    /// The runbooks as run.
    pub runbooks: Vec<RunbookFile>,
    /// The devices.
    pub devices: Vec<Device>,
    /// What each step came to.
    pub steps: Vec<StepAccount>,
    /// What people answered.
    pub decisions: Vec<Decision>,
    /// Everything that did not go as written.
    pub deviations: Vec<Deviation>,
    /// How it ended.
    pub result: Outcome,
    /// In a sentence.
    pub summary: String,
    /// How many secrets were hidden in the journal.
    pub redactions: usize,
    /// The journal that all this follows from.
    pub journal: JournalFacts,
}

/// When a change was to be made, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// As the runbooks say.
    pub planned: Vec<String>,
    /// From when on its approvals let it be made.
    pub from: Option<Timestamp>,
    /// Before when.
    pub until: Option<Timestamp>,
    /// The journal's first time; in a lab run the lab's.
    pub began: Timestamp,
    /// Its last.
    pub ended: Timestamp,
    /// The machine's time when it began.
    pub began_on_the_clock: Timestamp,
}

/// A runbook of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunbookFile {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// A device that was spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The target's name.
    pub target: String,
    /// The device behind it.
    pub device: String,
    /// Where it was reached.
    pub address: Option<String>,
    /// Serial numbers.
    pub serials: Vec<String>,
    /// Fingerprint of its host key.
    pub host_key: Option<String>,
    /// Why that key was trusted.
    pub trusted_by: Option<String>,
    /// Software version.
    pub version: Option<String>,
    /// The journal's line.
    pub entry: u64,
}

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The step.
    pub step: String,
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The journal's line.
    pub entry: u64,
}

/// What was made of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalFacts {
    /// How many lines.
    pub entries: usize,
    /// The hash of the last one.
    pub head: String,
}

impl ChangeRecord {
    /// The version of the format.
    pub const FORMAT: &'static str = "2.0";
    /// The fields that are left out where there is nothing to say.
    pub(super) const OPTIONAL: [&'static str; 2] = ["of", "policy_sha256"];

    /// What a journal, the plans that the run had, with the runbooks in the order of the run, and
    /// what is known of whoever made the change amount to.
    ///
    /// # Errors
    /// The journal does not begin with a run's start, or is empty.
    pub(crate) fn of(
        journal: &Journal,
        planned: &[Planned],
        made: &Made<'_>,
        redactions: usize,
    ) -> Result<Self, String> {
        let environment = made.environment;
        let first = journal.entries.first();
        let (Some(first), Some(last)) = (first, journal.entries.last()) else {
            return Err("the journal is empty".to_owned());
        };
        let Event::RunStarted {
            run,
            purpose,
            of,
            runbooks: infos,
            plan_sha256,
            lab,
            on_failure,
            change,
            ..
        } = &first.body
        else {
            return Err("the journal does not begin with the start of a run".to_owned());
        };
        // The texts that it began with are what the change was said to be.
        let runbooks: &[Runbook] = planned.first().map_or(&[], |first| &first.runbooks);
        let deviations = deviations(&journal.entries, *purpose);
        let (result, summary) = outcome(&journal.entries, &deviations)?;
        let stated = |part: fn(&Runbook) -> Option<&String>| {
            runbooks.iter().filter_map(part).cloned().collect()
        };
        let (from, until) = change.window();
        Ok(Self {
            format: Self::FORMAT.to_owned(),
            id: run.clone(),
            purpose: *purpose,
            of: of.clone(),
            lab: *lab,
            kind: change.kind,
            ticket: change.ticket.clone(),
            description: stated(|r| r.meta.summary.as_ref()),
            reason: said(&change.reason, stated(|r| r.meta.reason.as_ref())),
            requester: said(&change.requester, stated(|r| r.meta.requester.as_ref())),
            risk: greatest_risk(runbooks),
            impact: stated(|r| r.meta.impact.as_ref()),
            security_impact: stated(|r| r.meta.security_impact.as_ref()),
            retention: said(&change.retention, stated(|r| r.meta.retention.as_ref())),
            window: Window {
                planned: stated(|r| r.meta.window.as_ref()),
                from,
                until,
                began: first.at,
                ended: last.at,
                began_on_the_clock: environment.started_at,
            },
            implementer: Implementer::of(environment),
            resumed: made.resumed(journal),
            clock: environment.clock.clone(),
            approvals: approvals(change, plan_sha256, environment),
            retrospective: Retrospective::of(journal, made),
            policy_sha256: change.policy_sha256.clone(),
            plan_sha256: plan_sha256.clone(),
            runbooks: infos
                .iter()
                .map(|info| RunbookFile {
                    name: info.name.clone(),
                    title: info.title.clone(),
                    sha256: info.sha256.clone(),
                })
                .collect(),
            devices: devices(journal),
            steps: accounts(planned, journal, on_failure.as_deref()),
            decisions: decisions(journal),
            deviations,
            result,
            summary,
            redactions,
            journal: JournalFacts {
                entries: journal.entries.len(),
                head: journal.head.clone(),
            },
        })
    }
}

impl ChangeRecord {
    /// The keys with which those who ran it said that they would sign, where this is none of them.
    pub fn other_keys(&self, key: &str) -> Option<String> {
        let mut keys: Vec<&str> = self.runners().collect();
        keys.dedup();
        (!keys.is_empty() && !keys.contains(&key)).then(|| keys.join(", "))
    }

    /// The keys that those who ran it and took it up again named as theirs.
    pub(super) fn runners(&self) -> impl Iterator<Item = &str> {
        let again = self.resumed.iter().map(|by| &by.who);
        let all = [&self.implementer].into_iter().chain(again);
        all.filter_map(|who| who.key.as_deref())
    }
}

/// What was said where the change was begun; without that, what its runbooks say.
fn said(here: &Option<String>, of_runbooks: Vec<String>) -> Vec<String> {
    match here {
        Some(said) => vec![said.clone()],
        None => of_runbooks,
    }
}

fn greatest_risk(runbooks: &[Runbook]) -> Option<String> {
    let rank = |risk: Risk| match risk {
        Risk::Low => (0, "low"),
        Risk::Moderate => (1, "moderate"),
        Risk::High => (2, "high"),
    };
    let stated = runbooks.iter().filter_map(|runbook| runbook.meta.risk);
    stated.map(rank).max().map(|(_, word)| word.to_owned())
}

fn devices(journal: &Journal) -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    for entry in &journal.entries {
        if let Event::TargetSeen {
            target,
            device,
            address,
            serials,
            host_key,
            trusted_by,
            version,
            ..
        } = &entry.body
        {
            devices.push(Device {
                target: target.clone(),
                device: device.clone(),
                address: address.clone(),
                serials: serials.clone(),
                host_key: host_key.clone(),
                trusted_by: trusted_by.clone(),
                version: version.clone(),
                entry: entry.seq,
            });
        }
    }
    devices
}

fn decisions(journal: &Journal) -> Vec<Decision> {
    let decided = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Event::Decision {
                place,
                question,
                answer,
                by,
            } => Some(Decision {
                step: place.to_string(),
                question: question.clone(),
                answer: answer.clone(),
                by: by.clone(),
                at: entry.at,
                entry: entry.seq,
            }),
            _ => None,
        });
    decided.collect()
}
