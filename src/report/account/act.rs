use serde::Serialize;

use super::{Excerpt, Moment, Timeline};
use crate::event::{Answer, Attachment, Fate, Finding, Outcome, Phase};

/// One thing that happened in a step.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Act {
    /// A `read`, `skip-if` or `check`.
    Look(Box<Look>),
    /// Something was sent that may have changed the target.
    Effect(Box<Effect>),
    /// A person was asked.
    Decision(Decision),
    /// A change under a timer was kept, or taken back by the device.
    Settled(Settled),
}

/// A look, with the tries before it that led to the same question again.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    /// When the last try ended.
    pub moment: Moment,
    /// Index of the fence in its step.
    pub fence: usize,
    /// `read`, `check` or `skip-if`; `look` where that isn't known.
    pub role: &'static str,
    /// Why.
    pub phase: Phase,
    /// Where.
    pub target: String,
    /// How many tries there were.
    pub attempts: u32,
    /// The tries before the last, those with the same finding together.
    pub earlier: Vec<Tries>,
    /// What was sent.
    pub sent: Excerpt,
    /// What came back at the last try.
    pub answer: Option<Shown>,
    /// What was expected, as the runbook has it.
    pub expected: Vec<Expected>,
    /// What it led to.
    pub finding: Finding,
    /// The same in a word or two.
    pub found: &'static str,
    /// Whether that is well.
    pub light: Light,
    /// What it saw, if it is a probe.
    pub timeline: Option<Timeline>,
    /// Names it bound, with their values.
    pub bound: Vec<(String, String)>,
}

/// Whether what was found is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    /// It is as it should be.
    Good,
    /// It is not, or that could not be told.
    Bad,
    /// It decides what happens next, and is neither.
    Open,
}

/// What a look should find for its step to go well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It decides what happens next, and both are well.
    Either,
    /// That it holds.
    Holds,
    /// That it holds no longer: the step was taken back.
    DoesNotHold,
}

/// Tries in a row that found the same.
#[derive(Clone, Debug, Serialize)]
pub struct Tries {
    /// The first of them.
    pub from: Moment,
    /// The last of them.
    pub to: Moment,
    /// How many.
    pub count: usize,
    /// What they found, or why they could not tell.
    pub found: String,
}

/// An `expect` or `assert` of the runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// Which of the two.
    pub kind: &'static str,
    /// Its text, as written.
    pub text: String,
}

/// An effect: its intent and, if the journal has it, its outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Effect {
    /// When it was about to be sent.
    pub moment: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Index of the fence in its step.
    pub fence: usize,
    /// Where.
    pub target: String,
    /// Whether it takes an effect back.
    pub undo: bool,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Whether it must not be repeated.
    pub once: bool,
    /// Seconds after which the device takes it back by itself.
    pub reverts_after_s: Option<u64>,
    /// What the driver sends around it.
    pub around: Vec<String>,
    /// What was sent.
    pub sent: Excerpt,
    /// The same by lines, if it is known what became of them.
    pub rows: Vec<SentRow>,
    /// How it ended; `None` if the journal ends before it did.
    pub outcome: Option<Outcome>,
    /// Whether anything of it may have been sent.
    pub was_sent: bool,
    /// Why, if not `ok`.
    pub reason: Option<String>,
    /// What to do, where the driver knew.
    pub help: Option<String>,
    /// What came back.
    pub answer: Option<Shown>,
    /// Names it bound, with their values.
    pub bound: Vec<(String, String)>,
}

/// A line that was to be sent, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentRow {
    /// The line.
    pub text: String,
    /// Its fate, if it is known.
    pub fate: Option<Fate>,
    /// The character at which the device pointed, from 0.
    pub caret: Option<usize>,
}

/// An answer, as far as a report shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The journal's line that holds all of it.
    pub seq: u64,
    /// Standard output.
    pub stdout: Excerpt,
    /// Standard error.
    pub stderr: Excerpt,
    /// Whether bytes had to be replaced.
    pub lossy: bool,
    /// Exit status.
    pub exit: Option<i32>,
    /// The device's own refusal.
    pub refusal: Option<String>,
    /// Configurations before and after, as unified diffs.
    pub diffs: Vec<(String, Excerpt)>,
    /// Unsolicited lines.
    pub notices: Excerpt,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
}

/// A person's yes or no.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// When.
    pub moment: Moment,
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// Who answered.
    pub by: String,
}

/// What became of a change under a timer.
#[derive(Clone, Debug, Serialize)]
pub struct Settled {
    /// When.
    pub moment: Moment,
    /// Where.
    pub target: String,
    /// Whether it was kept.
    pub confirmed: bool,
    /// Why not, if it could not be done.
    pub error: Option<String>,
}

impl Effect {
    /// The exit status of a command that failed. A device refuses what it is sent; a shell has
    /// done it, as far as it came.
    pub fn failed_with(&self) -> Option<i32> {
        let answer = self.answer.as_ref()?;
        let has_failed = self.outcome == Some(Outcome::Error) && answer.refusal.is_none();
        answer.exit.filter(|_| has_failed)
    }
}

impl Look {
    /// Puts `found` and `light` right.
    pub(super) fn judge(mut self, wanted: Wanted) -> Self {
        let holds = match &self.finding {
            Finding::Holds => Some(true),
            Finding::DoesNotHold { .. } => Some(false),
            Finding::CantTell { .. } => None,
        };
        self.light = match (holds, wanted) {
            (Some(true), Wanted::Either) => Light::Good,
            (_, Wanted::Either) => Light::Open,
            (holds, wanted) if holds == Some(wanted == Wanted::Holds) => Light::Good,
            _ => Light::Bad,
        };
        self.found = match (holds, self.phase) {
            (None, _) => "can’t tell",
            (Some(true), _) if self.role == "read" => "answered",
            (Some(true), Phase::Undone) if self.light == Light::Bad => "still holds",
            (Some(true), _) => "holds",
            (Some(false), Phase::Before) => "does not hold yet",
            (Some(false), Phase::Undone) if self.light == Light::Good => "no longer holds",
            (Some(false), _) => "does not hold",
        };
        self
    }
}

impl Shown {
    pub(super) fn of(seq: u64, answer: &Answer) -> Self {
        Self {
            seq,
            stdout: Excerpt::of(&answer.stdout),
            stderr: Excerpt::of(&answer.stderr),
            lossy: answer.lossy,
            exit: answer.exit,
            refusal: answer.refusal.as_ref().map(|r| r.message.clone()),
            diffs: answer
                .diffs
                .iter()
                .map(|diff| (diff.name.clone(), Excerpt::of(&diff.diff)))
                .collect(),
            notices: Excerpt::of(&answer.notices.join("\n")),
            attachments: answer.attachments.clone(),
        }
    }
}

impl SentRow {
    /// Whether there is nothing to say about it.
    pub fn is_plain(&self) -> bool {
        self.caret.is_none() && matches!(self.fate, None | Some(Fate::Accepted))
    }

    /// The lines of `sent` with what `answer` says about each; none if it says nothing.
    pub(super) fn of(sent: &str, answer: &Answer) -> Vec<Self> {
        let pointed = answer.refusal.as_ref().and_then(|r| r.line.zip(r.column));
        if answer.lines.is_empty() && pointed.is_none() {
            return Vec::new();
        }
        let row = |(number, text): (usize, &str)| Self {
            text: text.to_owned(),
            fate: answer
                .lines
                .iter()
                .find(|line| line.line == number)
                .map(|line| line.fate),
            caret: pointed
                .filter(|(line, _)| *line == number)
                .map(|(_, byte)| text.get(..byte).map_or(byte, |s| s.chars().count())),
        };
        sent.lines().enumerate().map(row).collect()
    }
}
