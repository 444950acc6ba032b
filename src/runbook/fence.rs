use serde::{Deserialize, Serialize};

use super::{Attributes, Body, Field};
use crate::text::Span;

/// What an executable fence is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks before touching and binds names.
    Read,
    /// If it holds, the step does not apply here.
    SkipIf,
    /// The effect.
    Run,
    /// What must hold afterwards.
    Check,
    /// Takes the effect back.
    Undo,
}

impl Role {
    /// All roles, in the order in which a step uses them.
    pub const ALL: [Role; 5] = [Role::Read, Role::SkipIf, Role::Run, Role::Check, Role::Undo];

    /// The word in an info string.
    pub fn word(self) -> &'static str {
        match self {
            Role::Read => "read",
            Role::SkipIf => "skip-if",
            Role::Run => "run",
            Role::Check => "check",
            Role::Undo => "undo",
        }
    }
}

/// The language of an executable fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// POSIX shell.
    Sh,
    /// The fence's text becomes a file.
    File,
    /// Catalyst CLI.
    Ios,
    /// XenAPI calls.
    Xapi,
    /// CIMC XML API documents.
    Cimc,
    /// One HTTP request.
    Http,
    /// `put` and `get` lines.
    Sftp,
    /// What a person does.
    Manual,
    /// Watches a target during the step.
    Probe,
}

impl Lang {
    /// All languages.
    pub const ALL: [Lang; 9] = [
        Lang::Sh,
        Lang::File,
        Lang::Ios,
        Lang::Xapi,
        Lang::Cimc,
        Lang::Http,
        Lang::Sftp,
        Lang::Manual,
        Lang::Probe,
    ];

    /// The word in an info string.
    pub fn word(self) -> &'static str {
        match self {
            Lang::Sh => "sh",
            Lang::File => "file",
            Lang::Ios => "ios",
            Lang::Xapi => "xapi",
            Lang::Cimc => "cimc",
            Lang::Http => "http",
            Lang::Sftp => "sftp",
            Lang::Manual => "manual",
            Lang::Probe => "probe",
        }
    }

    /// Whether a fence is one call, so that a target which refuses it has done nothing of it. Of
    /// several lines those before the refused one may have been done.
    pub fn is_one_call(self) -> bool {
        match self {
            Lang::File | Lang::Xapi | Lang::Cimc | Lang::Http => true,
            Lang::Sh | Lang::Ios | Lang::Sftp | Lang::Manual | Lang::Probe => false,
        }
    }
}

/// Whether an expectation is an excerpt or expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectationKind {
    /// Lines that the output must contain.
    Expect,
    /// Expressions that must be truthy.
    Assert,
}

/// An `expect` or `assert` fence, bound to the executable fence before it.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Which of the two.
    pub kind: ExpectationKind,
    /// Its text.
    pub body: Body,
    /// The whole fence.
    pub span: Span,
    /// `whole`: both ends are anchored.
    pub whole: bool,
    /// `raw`: no templates.
    pub raw: bool,
}

/// An executable fence.
#[derive(Clone, Debug)]
pub struct Fence {
    /// Its language.
    pub lang: Lang,
    /// What it is for.
    pub role: Role,
    /// The rest of its info string.
    pub attributes: Attributes,
    /// Its text.
    pub body: Body,
    /// The whole fence, from the first backtick.
    pub span: Span,
    /// The info string.
    pub info_span: Span,
    /// What a person fills in.
    pub fields: Vec<Field>,
    /// What its output must satisfy, in document order.
    pub expectations: Vec<Expectation>,
}
