use std::collections::BTreeMap;

use serde::Serialize;

use super::{Deviation, Moment, StepAccount, Texts};
use crate::event::{Change, Ending, Place, Purpose, RunbookInfo};
use crate::journal::Journal;

/// One run, as its journal tells it.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// The run's id; empty if the journal doesn't even say that.
    pub id: String,
    /// What it was for.
    pub purpose: Option<Purpose>,
    /// The run that was taken back.
    pub of: Option<String>,
    /// Whether the embedded lab was the target.
    pub lab: bool,
    /// What the change is called outside, and who agreed to it.
    pub change: Change,
    /// SHA-256 over the rendered plan, hex.
    pub plan_sha256: String,
    /// Non-secret variables at the start, as they are shown.
    pub variables: Vec<(String, String)>,
    /// The runbooks, in order, with their steps.
    pub chapters: Vec<Chapter>,
    /// The targets that a session was opened to, in that order.
    pub devices: Vec<Device>,
    /// What departs from the runbook or did not go as it should, oldest first.
    pub deviations: Vec<Deviation>,
    /// The first entry.
    pub started: Option<Moment>,
    /// The last entry.
    pub last: Option<Moment>,
    /// How it stands.
    pub standing: Standing,
    /// One sentence about that.
    pub summary: String,
    /// The hash of the journal's last whole line, hex.
    pub head: String,
    #[serde(skip)]
    pub(super) texts: Texts,
    #[serde(skip)]
    pub(super) places: BTreeMap<Place, (usize, usize)>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Every step passed, or was done already.
    Done,
    /// Something failed.
    Failed,
    /// A person is needed.
    Stuck,
    /// It was interrupted.
    Interrupted,
    /// Its journal has no end: it still runs, or it was killed.
    #[default]
    Incomplete,
}

/// One runbook of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Chapter {
    /// As the journal names it.
    pub info: RunbookInfo,
    /// Front matter for the change record: `risk`, `reason`, `impact`, `window`, `summary`.
    pub facts: Vec<(&'static str, String)>,
    /// Its steps, in the order planned.
    pub steps: Vec<StepAccount>,
}

/// A target that was reached.
#[derive(Clone, Debug, Serialize)]
pub struct Device {
    /// When first.
    pub moment: Moment,
    /// The target.
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
    /// Weak algorithms in use.
    pub weak: Vec<String>,
}

impl Account {
    /// The account of a whole journal. With the runbooks' texts it also tells what was
    /// expected and why.
    pub fn of(journal: &Journal, texts: Texts) -> Self {
        let mut account = Self::new(texts);
        for entry in &journal.entries {
            account.note(entry);
        }
        account.finish(&journal.head, journal.torn.as_ref().map_or(0, Vec::len));
        account
    }

    /// All steps, in the order planned.
    pub fn steps(&self) -> impl Iterator<Item = &StepAccount> {
        self.chapters.iter().flat_map(|chapter| &chapter.steps)
    }

    /// Where a step stands: which chapter, and which of its steps, from 0.
    pub fn position(&self, place: &Place) -> Option<(usize, usize)> {
        self.places.get(place).copied()
    }

    /// Milliseconds from the first entry to the last.
    pub fn elapsed_ms(&self) -> u64 {
        self.started
            .zip(self.last)
            .map_or(0, |(started, last)| last.since(&started))
    }

    /// What the run is called: its runbook's title, if there is only one.
    pub fn title(&self) -> String {
        match (self.purpose, self.chapters.as_slice()) {
            (Some(Purpose::Undo), _) => {
                format!("Taking back run {}", self.of.as_deref().unwrap_or("?"))
            }
            (_, [only]) => only.info.title.clone(),
            (_, [first, others @ ..]) => format!("{} and {} more", first.info.title, others.len()),
            (_, []) => "A run without a runbook".to_owned(),
        }
    }
}

impl Standing {
    /// The word people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stuck => "stuck",
            Self::Interrupted => "interrupted",
            Self::Incomplete => "incomplete",
        }
    }
}

impl From<Ending> for Standing {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::Done,
            Ending::Failed => Self::Failed,
            Ending::Stuck => Self::Stuck,
            Ending::Interrupted => Self::Interrupted,
        }
    }
}
