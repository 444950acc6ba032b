use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use super::Exit;
use super::args::{ChangeArgs, Common};
use super::seal::Seal;
use super::verify::allowed_signers;
use crate::event::{Change, ChangeKind};
use crate::journal::RunFolder;
use crate::plan::{self, Plan};
use crate::record::{APPROVALS, AllowedSigners, Approval, Bundle, NotApproved, Policy, Wanted};

/// A change that may be made, with the approvals that say so.
pub(crate) struct Permitted {
    pub(crate) change: Change,
    files: Bundle,
}

/// Whether a plan may run: looks for approvals of it, and asks the policy.
pub(crate) fn permit(
    common: &Common,
    args: &ChangeArgs,
    plan: &Plan,
    seal: Option<&Seal>,
) -> Result<Permitted, Exit> {
    let policy = match &args.policy {
        Some(path) => Some(Policy::read(path).map_err(|error| {
            eprintln!("error: {error}");
            Exit::Usage
        })?),
        None => None,
    };
    // Where a policy names them, nobody else can.
    let of_policy = policy.as_ref().and_then(|p| p.allowed_signers.as_ref());
    let trusted = match of_policy.or(args.allowed_signers.as_ref()) {
        Some(path) => allowed_signers(path)?,
        None => AllowedSigners::default(),
    };
    let plan_sha256 = plan::sha256(plan::show(plan).as_bytes());
    let runner = seal.map(Seal::fingerprint);
    let wanted = Wanted {
        plan_sha256: &plan_sha256,
        ticket: args.ticket.as_deref(),
        trusted: &trusted,
        runner: runner.as_deref(),
        now: Timestamp::now(),
    };
    let (change, statements, files) = approvals(common, args, &wanted)?;
    let mut change = Change {
        policy_sha256: policy.as_ref().map(|policy| policy.sha256.clone()),
        ..change
    };
    if args.emergency {
        change.kind = ChangeKind::Emergency;
    }
    if let Some(policy) = &policy {
        policy
            .permits(&change, &statements, seal.is_some())
            .map_err(|error| {
                eprintln!("error: {error}\nnothing was sent");
                if change.approvals.is_empty() && policy.approvals > 0 {
                    eprintln!(
                        "help: have somebody read what `runsheet plan` prints, and sign it with \
                         `runsheet approve`"
                    );
                }
                Exit::Stuck
            })?;
    }
    Ok(Permitted { change, files })
}

/// The approvals that count. One that is named and doesn't is an error; one that lies in the
/// state folder and doesn't is worth a warning.
fn approvals(
    common: &Common,
    args: &ChangeArgs,
    wanted: &Wanted<'_>,
) -> Result<(Change, Vec<crate::record::Statement>, Bundle), Exit> {
    let mut change = Change {
        ticket: args.ticket.clone(),
        reason: args.reason.clone(),
        ..Change::default()
    };
    let mut statements = Vec::new();
    let mut files = Bundle::default();
    let found = Approval::found_in(&folder(common), wanted.plan_sha256);
    let named = args.approval.iter().map(|path| (path, true));
    for (path, is_named) in named.chain(found.iter().map(|path| (path, false))) {
        let checked = Approval::read(path).and_then(|approval| {
            let (statement, approved) = approval.check(wanted)?;
            Ok((approval, statement, approved))
        });
        let (approval, statement, approved) = match checked {
            Ok(checked) => checked,
            Err(reason) if is_named => return Err(does_not_count("error", path, &reason)),
            Err(reason) => {
                does_not_count("warning", path, &reason);
                continue;
            }
        };
        if change.approvals.contains(&approved) {
            continue;
        }
        change.approvals.push(approved);
        statements.push(statement);
        let name = change.approvals.len().to_string();
        approval.add_to(&mut files, &name).map_err(|error| {
            eprintln!("error: {error}");
            Exit::Failed
        })?;
    }
    Ok((change, statements, files))
}

fn does_not_count(severity: &str, path: &Utf8Path, reason: &NotApproved) -> Exit {
    eprintln!("{severity}: the approval {path} does not count: {reason}");
    Exit::Stuck
}

/// Where approvals are kept.
pub(crate) fn folder(common: &Common) -> Utf8PathBuf {
    common.state.join("approvals")
}

impl Permitted {
    /// Puts the approvals into the run's folder.
    pub(crate) fn keep(&self, folder: &RunFolder) -> Result<(), Exit> {
        for (name, bytes) in self.files.files() {
            folder
                .write(&format!("{APPROVALS}{name}"), bytes)
                .map_err(|error| {
                    eprintln!("error: {error}\nnothing was sent");
                    Exit::Failed
                })?;
        }
        Ok(())
    }
}
