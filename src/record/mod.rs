//! The sealed, signed account of a run: what auditors get.
//!
//! A record is a folder: the runbooks as run, the rendered plan, the journal, where and by whom
//! it was run, and `record.json`, the run in the words of change management, which follows from
//! the others. [`gather`] collects them from a run's folder, [`seal`] looks for secrets, adds
//! `SHA256SUMS` and signs it. `ssh-keygen` and `sha256sum` can verify it; [`verify()`] is
//! stricter. The format is documented in the book.

mod account;
mod allowed_signers;
mod approval;
mod bundle;
mod change_record;
mod clock;
mod deviation;
mod ended;
mod environment;
mod gather;
mod identity;
mod instructions;
mod operator;
mod outcome;
mod pattern;
mod people;
mod policy;
mod population;
mod predecessor;
mod principal;
mod program;
mod retrospective;
mod scan;
mod seal;
mod signature;
mod signer;
mod signer_line;
mod sums;
mod test_plan;
mod timestamp;
mod verify;

pub use account::{EffectAccount, Evidence, StepAccount};
pub use allowed_signers::{AllowedSigners, BadLine, Untrusted};
pub use approval::{Approval, NotApproved, Statement, Wanted, signature_of};
pub use bundle::{Bundle, BundleError};
pub use change_record::{ChangeRecord, Decision, Device, JournalFacts, RunbookFile, Window};
pub use clock::{Clock, Synchronised};
pub use ended::Ended;
pub use environment::{Environment, InputFile};
pub use gather::gather;
pub use identity::Identity;
pub use operator::Operator;
pub use outcome::Outcome;
pub use people::{ApprovalAccount, Implementer, ResumedBy};
pub use policy::{Policy, PolicyError};
pub use population::{Population, RunLine};
pub use predecessor::Predecessor;
pub use program::{Hashing, Program};
pub use retrospective::{PlanApproval, Retrospective, plans};
pub use seal::{SealError, seal};
pub use signature::{APPROVAL, BadSignature, POPULATION, RECORD};
pub use signer::{SignError, Signer};
pub use test_plan::{Backout, PlannedCheck, PlannedUndo};
pub use timestamp::{TimestampError, TimestampRequest, is_timestamp_of};
pub use verify::{ApprovedBy, Rejection, Verified, signed_by, verify, verify_folder};

pub(crate) use account::{Planned, accounts};
pub(crate) use bundle::is_plain;
pub(crate) use deviation::deviations;
pub(crate) use outcome::outcome;
pub(crate) use people::Made;

/// The journal's file in a record.
pub const JOURNAL: &str = "journal.jsonl";
/// What stood after the journal's last whole line.
pub const TORN: &str = "journal.torn";
/// The rendered plan's file.
pub const PLAN: &str = "plan.txt";
/// The folder with the runbooks.
pub const RUNBOOKS: &str = "runbooks/";
/// The folder with the approvals.
pub const APPROVALS: &str = "approvals/";
/// Where, when and by whom.
pub const ENVIRONMENT: &str = "environment.json";
/// How the names of the files begin that say the same of whoever took a run up again.
pub const RESUMED_FROM: &str = "environment.resumed-";
/// The change record's file.
pub const RECORD_FILE: &str = "record.json";
/// What an auditor types.
pub const VERIFY: &str = "VERIFY.txt";
/// The hash of every other file.
pub const SUMS: &str = "SHA256SUMS";
/// The signature over [`SUMS`].
pub const SIGNATURE: &str = "SHA256SUMS.sig";
