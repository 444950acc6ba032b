//! Public events: what a run tells the journal, the renderers and `--json`.
//!
//! One vocabulary for all of them, so replaying a journal drives the same renderers as a live
//! run. Everything here has passed the redactor.

mod answer;
mod change;
mod finding;
mod outcome;
mod place;
mod run;

use serde::{Deserialize, Serialize};

pub use answer::{Answer, Attachment, Diff, Fate, Refusal, SentLine};
pub use change::{Approved, Change, ChangeKind};
pub use finding::{Compared, Finding, Irreversible, Phase};
pub use outcome::{Outcome, Verdict};
pub use place::{Place, StepInfo};
pub use run::{Ending, Purpose, Revision, RunbookInfo, Selection, Torn};

/// How `trusted_by` begins where a key was read at the device itself.
pub const READ_AT_DEVICE: &str = "read at the device";

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The first event.
    RunStarted {
        /// The run's id.
        run: String,
        /// What it is for.
        purpose: Purpose,
        /// The run that is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        /// The runbooks, in order.
        runbooks: Vec<RunbookInfo>,
        /// All steps that are planned, in order.
        steps: Vec<StepInfo>,
        /// SHA-256 over the rendered plan, hex.
        plan_sha256: String,
        /// Whether the embedded lab is the target.
        lab: bool,
        /// Non-secret variables at the start.
        variables: serde_json::Value,
        /// What departs from the runbook as written (`--limit`, `--from` …).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deviations: Vec<String>,
        /// The same for who goes on with it: what is left out.
        #[serde(default, skip_serializing_if = "Selection::is_all")]
        selection: Selection,
        /// What departs from the run that is taken back: an inventory that was edited since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edited: Vec<String>,
        /// What a failure leads to, whatever the runbooks say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_failure: Option<String>,
        /// What the change is called outside, and who agreed to it.
        #[serde(default, skip_serializing_if = "Change::is_plain")]
        change: Change,
    },
    /// A run goes on where its journal ended.
    Resumed {
        /// Who took it up again.
        by: String,
        /// The file beside the journal that says where and with which program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
        /// What stood after the journal's last whole line, and was set aside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        torn: Option<Torn>,
        /// What departs from the run as it began: a runbook that was edited in between.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deviations: Vec<String>,
        /// What it goes on with, where that is not what it was doing before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<Revision>,
        /// What a failure leads to from now on, whatever the runbooks say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_failure: Option<String>,
    },
    /// A session was opened for the first time.
    TargetSeen {
        /// Target.
        target: String,
        /// The device behind it.
        device: String,
        /// Where it was reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
        /// Serial numbers.
        serials: Vec<String>,
        /// Fingerprint of its host key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host_key: Option<String>,
        /// Why that key was trusted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trusted_by: Option<String>,
        /// Software version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// Weak algorithms in use.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        weak: Vec<String>,
    },
    /// A step began on a lane.
    StepStarted {
        /// Which.
        place: Place,
    },
    /// A `read`, `skip-if` or `check` was evaluated.
    Looked {
        /// The step.
        place: Place,
        /// Index of the fence in its step.
        fence: usize,
        /// Where it was sent.
        target: String,
        /// Why.
        phase: Phase,
        /// Which try this is, from 1.
        attempt: u32,
        /// What was sent.
        sent: String,
        /// What came back; `None` if no answer came.
        answer: Option<Answer>,
        /// What it led to.
        finding: Finding,
        /// Names it bound.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        bound: serde_json::Map<String, serde_json::Value>,
        /// Names it bound whose values are secret, and not kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        withheld: Vec<String>,
    },
    /// A person said yes or no.
    Decision {
        /// The step.
        place: Place,
        /// What was asked.
        question: String,
        /// What was answered.
        answer: String,
        /// Who answered.
        by: String,
    },
    /// What a run left was compared with what is there now, before any of it is taken back.
    Compared {
        /// The steps, newest first.
        steps: Vec<Compared>,
        /// Those that can't be taken back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        irreversible: Vec<Irreversible>,
    },
    /// An effect is about to be sent. Durable before anything leaves.
    Intent {
        /// The step.
        place: Place,
        /// Index of the fence in its step.
        fence: usize,
        /// Where it goes.
        target: String,
        /// Whether it takes an effect back.
        undo: bool,
        /// Which try this is, from 1.
        attempt: u32,
        /// Exactly what will be sent, secrets as references.
        sent: String,
        /// What the driver sends around it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        around: Vec<String>,
        /// Whether it must not be repeated.
        once: bool,
        /// Seconds after which the device takes it back by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reverts_after_s: Option<u64>,
    },
    /// A line is about to leave. Live only.
    Sending {
        /// The step.
        place: Place,
        /// Where it goes.
        target: String,
        /// The line.
        text: String,
    },
    /// Output arrived. Live only: the journal keeps the whole answer.
    Output {
        /// The step.
        place: Place,
        /// Where it came from.
        target: String,
        /// The text.
        text: String,
    },
    /// So much of a file was transferred. Live only.
    Moved {
        /// The step.
        place: Place,
        /// Where it goes, or comes from.
        target: String,
        /// Bytes.
        done: u64,
        /// Bytes of the whole file.
        of: u64,
    },
    /// An effect ended. Durable before going on.
    Outcome {
        /// The step.
        place: Place,
        /// Index of the fence in its step.
        fence: usize,
        /// Where it went.
        target: String,
        /// Whether it took an effect back.
        undo: bool,
        /// How it ended.
        outcome: Outcome,
        /// Whether anything of it may have been sent.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        sent: bool,
        /// Why, if not `ok`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What to do, where the driver knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        help: Option<String>,
        /// What came back.
        answer: Answer,
        /// Names it bound.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        bound: serde_json::Map<String, serde_json::Value>,
        /// Names it bound whose values are secret, and not kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        withheld: Vec<String>,
    },
    /// A change under a timer was kept (`confirmed`) or taken back by the device.
    Settled {
        /// The step.
        place: Place,
        /// Where.
        target: String,
        /// `true`: kept. `false`: taken back.
        confirmed: bool,
        /// Why not, if it could not be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A step ended on a lane. Durable before going on.
    Verdict {
        /// The step.
        place: Place,
        /// What it came to.
        verdict: Verdict,
        /// Why, for a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// What was done is now taken back.
    BackingOut {
        /// How many steps.
        steps: usize,
        /// Why.
        reason: String,
    },
    /// A person wants the run to end.
    Interrupted,
    /// The last event.
    RunEnded {
        /// How it ended.
        ending: Ending,
        /// One sentence.
        summary: String,
    },
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

impl Event {
    /// Whether it must be on disk before anything else happens.
    pub fn is_barrier(&self) -> bool {
        matches!(
            self,
            Self::RunStarted { .. }
                | Self::Resumed { .. }
                | Self::Intent { .. }
                | Self::Outcome { .. }
                | Self::Settled { .. }
                | Self::Verdict { .. }
                | Self::RunEnded { .. }
        )
    }

    /// The step that it tells of; `None`: it tells of the run.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::StepStarted { place }
            | Self::Looked { place, .. }
            | Self::Decision { place, .. }
            | Self::Intent { place, .. }
            | Self::Sending { place, .. }
            | Self::Output { place, .. }
            | Self::Moved { place, .. }
            | Self::Outcome { place, .. }
            | Self::Settled { place, .. }
            | Self::Verdict { place, .. } => Some(place),
            _ => None,
        }
    }

    /// What came back from a target.
    pub(crate) fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Self::Looked { answer, .. } => answer.as_mut(),
            Self::Outcome { answer, .. } => Some(answer),
            _ => None,
        }
    }

    /// What is said about it, in a target's words.
    pub(crate) fn told_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Looked { finding, .. } => finding.texts_mut().iter_mut().collect(),
            Self::Compared { steps, .. } => {
                let findings = steps.iter_mut().map(|step| &mut step.finding);
                findings.flat_map(Finding::texts_mut).collect()
            }
            Self::Outcome { reason, .. } | Self::Verdict { reason, .. } => {
                reason.iter_mut().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is only shown, never kept.
    pub fn is_live_only(&self) -> bool {
        matches!(
            self,
            Self::Sending { .. } | Self::Output { .. } | Self::Moved { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_shown_and_not_kept() {
        let place = || Place {
            runbook: "image".to_owned(),
            step: "bring-it".to_owned(),
            lane: None,
        };
        let target = || "xen1".to_owned();
        for event in [
            Event::Sending {
                place: place(),
                target: target(),
                text: "put a b".to_owned(),
            },
            Event::Output {
                place: place(),
                target: target(),
                text: "6 bytes".to_owned(),
            },
            Event::Moved {
                place: place(),
                target: target(),
                done: 3,
                of: 6,
            },
        ] {
            assert!(event.is_live_only(), "{event:?}");
        }
        assert!(!Event::Interrupted.is_live_only());
    }
}
