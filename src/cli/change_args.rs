use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use crate::event::ChangeKind;

/// What the change is called outside, and who lets it run.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The change's number in another system.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) ticket: Option<String>,
    /// Why the change is made.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who asked for it.
    #[arg(long, value_name = "NAME")]
    pub(crate) requester: Option<String>,
    /// What kind of change it is.
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "emergency")]
    pub(crate) kind: Option<ChangeType>,
    /// Runs before it is approved; the record says so. The same as `--type emergency`.
    #[arg(long)]
    pub(crate) emergency: bool,
    #[command(flatten)]
    pub(crate) permission: PermissionArgs,
}

/// A kind of change, in the words of change management.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeType {
    /// Each one is approved.
    Normal,
    /// Approved beforehand, once for all; the policy holds for it all the same.
    Standard,
    /// Done first; the approval follows.
    Emergency,
}

impl From<ChangeType> for ChangeKind {
    fn from(kind: ChangeType) -> Self {
        match kind {
            ChangeType::Normal => Self::Normal,
            ChangeType::Standard => Self::Standard,
            ChangeType::Emergency => Self::Emergency,
        }
    }
}

/// Who lets a change be made.
#[derive(Debug, Args)]
pub(crate) struct PermissionArgs {
    /// An approval of the plan; those in the state folder are found.
    #[arg(long, value_name = "FILE")]
    pub(crate) approval: Vec<Utf8PathBuf>,
    /// What must be so before anything may run.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_POLICY")]
    pub(crate) policy: Option<Utf8PathBuf>,
    /// Whose approvals count, in the form that `ssh-keygen` takes.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_ALLOWED_SIGNERS")]
    pub(crate) allowed_signers: Option<Utf8PathBuf>,
}
