use serde_json::Value;

use super::Spanned;

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

/// The type of a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VarType {
    /// Text.
    #[default]
    String,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A list.
    List,
}

/// A variable as front matter declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VarSpec {
    /// Its type; a bare default gives its own.
    pub kind: VarType,
    /// Its value where nothing stronger gives one. `None`: it is asked for.
    pub default: Option<Value>,
    /// The smallest allowed number.
    pub min: Option<i64>,
    /// The largest allowed number.
    pub max: Option<i64>,
    /// The only allowed values.
    pub choices: Vec<Value>,
    /// A pattern the whole text must match.
    pub pattern: Option<String>,
    /// A line for the person who is asked.
    pub help: Option<String>,
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
    /// For the change record: when it may run.
    pub window: Option<String>,
    /// `on-failure`.
    pub on_failure: Option<OnFailure>,
    /// Variables in the order written.
    pub vars: Vec<(Spanned<String>, VarSpec)>,
}
