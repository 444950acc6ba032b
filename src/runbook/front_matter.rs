use super::{Spanned, VarSpec};

/// What a failed step leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// Back out this runbook's steps, newest first.
    #[default]
    Undo,
    /// Leave everything as it is.
    Stop,
    /// Ask a person; unattended, stop.
    Ask,
}

impl OnFailure {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undo => "undo",
            Self::Stop => "stop",
            Self::Ask => "ask",
        }
    }

    /// What is written like this.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Undo, Self::Stop, Self::Ask];
        all.into_iter().find(|policy| policy.word() == word)
    }
}

/// How risky a change is, for the change record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Little can go wrong.
    Low,
    /// Something can.
    Moderate,
    /// Much can.
    High,
}

/// A runbook's front matter.
#[derive(Clone, Debug, Default)]
pub struct FrontMatter {
    /// Its title; without one, the first heading's text.
    pub title: Option<String>,
    /// One sentence about it.
    pub summary: Option<String>,
    /// Runbooks whose end state this one builds on.
    pub needs: Vec<Spanned<String>>,
    /// The default target.
    pub on: Option<Spanned<String>>,
    /// For the change record.
    pub risk: Option<Risk>,
    /// For the change record: why.
    pub reason: Option<String>,
    /// For the change record: who will notice.
    pub impact: Option<String>,
    /// For the change record: what it means for security.
    pub security_impact: Option<String>,
    /// For the change record: who asked for it.
    pub requester: Option<String>,
    /// For the change record: how long its record is kept.
    pub retention: Option<String>,
    /// For the change record: when it may run.
    pub window: Option<String>,
    /// `on-failure`.
    pub on_failure: Option<OnFailure>,
    /// Variables in the order written.
    pub vars: Vec<(Spanned<String>, VarSpec)>,
}
