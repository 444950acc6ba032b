use async_trait::async_trait;

use crate::event::Place;
use crate::runbook::{Field, OnUnknown};

/// The answer to "may this be done?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Yes, by whom.
    Given(String),
    /// No, by whom.
    Refused(String),
    /// Nobody is there to say.
    NobodyThere,
}

/// What to do about an effect of which nobody knows whether it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What to do.
    pub then: OnUnknown,
    /// Who said so.
    pub by: String,
}

/// What a person is asked to do.
pub struct Task<'a> {
    /// The step.
    pub place: &'a Place,
    /// Its heading.
    pub title: &'a str,
    /// What is to be done, or looked at.
    pub text: String,
    /// What is answered with yes or no once it is done.
    pub question: Option<&'static str>,
    /// What is filled in then.
    pub fields: &'a [Field],
    /// What is filled in is not shown.
    pub hides: bool,
    /// Why a field can't have this value.
    pub refuses: &'a dyn Fn(&Field, &str) -> Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Performed {
    /// It is done.
    Done {
        /// Who did it.
        by: String,
        /// The value of each field, none of them refused.
        filled: Vec<String>,
    },
    /// The answer is no.
    Refused {
        /// Whose.
        by: String,
    },
    /// Nobody is there, or nobody is any more.
    NobodyThere,
}

/// Who answers what only a person can. Unattended never means "yes".
#[async_trait(?Send)]
pub trait Operator {
    /// May this be done at these targets? The question is the last line; what is before it says
    /// what would be done.
    async fn approve(&self, question: &str, targets: &[String]) -> Approval;

    /// An effect's outcome is unknown and its check does not tell: which of these is to be done?
    /// `None`: nobody is there.
    async fn decide(&self, place: &Place, found: &str, choices: &[OnUnknown]) -> Option<Choice>;

    /// A step failed and its policy is to ask: back out? `None`: nobody is there.
    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)>;

    /// Whether a person is there to do something.
    fn attends(&self) -> bool;

    /// A person does what a `manual` fence says, and says whether it is done.
    async fn perform(&self, task: &Task<'_>) -> Performed;

    /// Is it so, or is it wanted? `None`: nobody is there.
    async fn confirm(&self, _question: &str) -> Option<(bool, String)> {
        None
    }
}

/// Nobody is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unattended;

#[async_trait(?Send)]
impl Operator for Unattended {
    async fn approve(&self, _question: &str, _targets: &[String]) -> Approval {
        Approval::NobodyThere
    }

    async fn decide(&self, _: &Place, _found: &str, _choices: &[OnUnknown]) -> Option<Choice> {
        None
    }

    async fn back_out(&self, _place: &Place, _reason: &str) -> Option<(bool, String)> {
        None
    }

    fn attends(&self) -> bool {
        false
    }

    async fn perform(&self, _task: &Task<'_>) -> Performed {
        Performed::NobodyThere
    }
}
