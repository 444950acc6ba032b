use async_trait::async_trait;

use crate::event::Place;
use crate::runbook::OnUnknown;

/// The answer to "may this step run?".
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

/// Who answers what only a person can. Unattended never means "yes".
#[async_trait(?Send)]
pub trait Operator {
    /// May this step run?
    async fn approve(&self, place: &Place, title: &str) -> Approval;

    /// An effect's outcome is unknown and its check does not tell. `None`: nobody is there.
    async fn decide(&self, place: &Place, found: &str) -> Option<Choice>;

    /// A step failed and its policy is to ask: back out? `None`: nobody is there.
    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)>;

    /// A person does what a `manual` fence says, and says whether it is done.
    async fn perform(&self, place: &Place, text: &str) -> Option<(bool, String)>;

    /// Not all can be taken back, or it is no longer as the run left it: go on all the same?
    /// `None`: nobody is there.
    async fn take_back(&self, _question: &str) -> Option<(bool, String)> {
        None
    }
}

/// Nobody is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unattended;

#[async_trait(?Send)]
impl Operator for Unattended {
    async fn approve(&self, _place: &Place, _title: &str) -> Approval {
        Approval::NobodyThere
    }

    async fn decide(&self, _place: &Place, _found: &str) -> Option<Choice> {
        None
    }

    async fn back_out(&self, _place: &Place, _reason: &str) -> Option<(bool, String)> {
        None
    }

    async fn perform(&self, _place: &Place, _text: &str) -> Option<(bool, String)> {
        None
    }
}
