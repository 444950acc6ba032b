use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use super::Exit;
use super::args::Common;
use super::begun::Begun;
use super::change_args::{ChangeArgs, PermissionArgs};
use super::seal::Seal;
use super::shown_plan::ShownPlan;
use super::verify::allowed_signers;
use crate::event::{Change, ChangeKind};
use crate::journal::RunFolder;
use crate::record::{
    APPROVALS, AllowedSigners, Approval, Bundle, Identity, NotApproved, Policy, Wanted,
};

/// A change that may be made, with the approvals that say so.
pub(crate) struct Permitted {
    pub(crate) change: Change,
    /// What departs from what was permitted before.
    pub(crate) departs: Vec<String>,
    /// How many people approved.
    people: usize,
    trusted: AllowedSigners,
    files: Bundle,
}

/// Whether a plan may run: looks for approvals of it, and asks the policy.
pub(crate) fn permit(
    common: &Common,
    args: &ChangeArgs,
    shown: &ShownPlan,
    seal: Option<&Seal>,
) -> Result<Permitted, Exit> {
    let change = stated(args);
    decide(&args.permission, change, shown, seal, &[folder(common)])
}

/// Whether a run may be taken back. The plan that was approved shows its undo, so approvals of
/// the run count as long as they are valid; so does its ticket.
pub(crate) fn permit_undo(
    common: &Common,
    args: &ChangeArgs,
    run: &RunFolder,
    begun: &Begun,
    shown: &ShownPlan,
    seal: Option<&Seal>,
) -> Result<Permitted, Exit> {
    policy_is_named(&begun.change, &args.permission)?;
    let mut change = stated(args);
    if change.ticket.is_none() {
        change.ticket.clone_from(&begun.change.ticket);
    }
    if change.requester.is_none() {
        change.requester.clone_from(&begun.change.requester);
    }
    let folders = [run.path().join(APPROVALS), folder(common)];
    let mut permitted = decide(&args.permission, change, shown, seal, &folders)?;
    // A policy that the run did not have is the undo's own affair.
    if begun.change.policy_sha256.is_some() {
        permitted.departs = other_policy(&begun.change, &permitted.change, "taken back");
    }
    Ok(permitted)
}

/// What is said about a change where it begins.
fn stated(args: &ChangeArgs) -> Change {
    Change {
        kind: match (args.emergency, args.kind) {
            (true, _) => ChangeKind::Emergency,
            (false, kind) => kind.map(ChangeKind::from).unwrap_or_default(),
        },
        ticket: args.ticket.clone(),
        reason: args.reason.clone(),
        requester: args.requester.clone(),
        ..Change::default()
    }
}

/// Whether a run may go on: time has passed since it was permitted, and its plan may be another
/// one. Gives what departs from the permission that it began with.
pub(crate) fn permit_again(
    common: &Common,
    args: &PermissionArgs,
    run: &RunFolder,
    begun: &Change,
    shown: &ShownPlan,
    seal: Option<&Seal>,
) -> Result<Vec<String>, Exit> {
    policy_is_named(begun, args)?;
    if begun.approvals.is_empty() && args.policy.is_none() {
        return Ok(Vec::new());
    }
    let change = Change {
        approvals: Vec::new(),
        ..begun.clone()
    };
    let folders = [run.path().join(APPROVALS), folder(common)];
    let permitted = decide(args, change, shown, seal, &folders)?;
    let now = &permitted.change.approvals;
    let approvers: Vec<Identity> = begun.approvals.iter().map(Identity::of).collect();
    if permitted.people < count_people(&permitted.trusted.people(&approvers)) {
        complain!(
            "error: the run was approved when it began, and it is not as it would go on now\n\
             nothing was sent\n\
             help: name the keys whose approvals count with --allowed-signers, and have the plan \
             approved again if it was edited"
        );
        return Err(Exit::Stuck);
    }
    permitted.keep(run)?;
    let new = now
        .iter()
        .filter(|approved| !begun.approvals.contains(approved));
    let told = new.map(|approved| {
        format!(
            "approved again by {} ({}, SHA-256 {})",
            approved.by, approved.key, approved.sha256
        )
    });
    let policy = other_policy(begun, &permitted.change, "goes on");
    Ok(told.chain(policy).collect())
}

/// Whoever leaves a policy out must not escape it: what began under one goes on, and is taken
/// back, under one. Which one, the record says.
fn policy_is_named(begun: &Change, args: &PermissionArgs) -> Result<(), Exit> {
    match (&begun.policy_sha256, &args.policy) {
        (Some(sha256), None) => {
            complain!(
                "error: the run began under a policy, and none is named now; nothing was sent\n\
                 help: name it with --policy FILE; its SHA-256 is {sha256}"
            );
            Err(Exit::Stuck)
        }
        _ => Ok(()),
    }
}

/// What is on record where the policy that is asked now is not the one of the beginning.
fn other_policy(begun: &Change, now: &Change, what: &str) -> Vec<String> {
    let told = match (&begun.policy_sha256, &now.policy_sha256) {
        (then, Some(now)) if then.as_ref() == Some(now) => None,
        (Some(then), Some(now)) => Some(format!(
            "{what} under another policy (SHA-256 {now}) than the run began under (SHA-256 {then})"
        )),
        (None, Some(now)) => Some(format!(
            "{what} under a policy (SHA-256 {now}); the run began under none"
        )),
        (_, None) => None,
    };
    told.into_iter().collect()
}

fn decide(
    args: &PermissionArgs,
    mut change: Change,
    shown: &ShownPlan,
    seal: Option<&Seal>,
    folders: &[Utf8PathBuf],
) -> Result<Permitted, Exit> {
    let policy = match &args.policy {
        Some(path) => Some(Policy::read(path).map_err(|error| {
            complain!("error: {error}");
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
    let plan_sha256 = shown.sha256();
    let ticket = change.ticket.clone();
    let wanted = Wanted {
        plan_sha256: &plan_sha256,
        ticket: ticket.as_deref(),
        trusted: &trusted,
        runner: seal.map(Seal::signer),
        now: Timestamp::now(),
    };
    let (files, approvers) = approvals(args, folders, &wanted, &mut change)?;
    let people = trusted.people(&approvers);
    change.retention = policy.as_ref().and_then(|policy| policy.retention.clone());
    change.policy_sha256 = policy.as_ref().map(|policy| policy.sha256.clone());
    if let (Some(policy), Some(seal)) = (&policy, seal)
        && policy.allowed_signers.is_some()
        && (policy.signature || policy.approvals > 0)
    {
        known(seal, &trusted, wanted.now)?;
    }
    if let Some(policy) = &policy {
        let permitted = policy.permits(&change, &people, seal.is_some());
        permitted.map_err(|error| {
            complain!("error: {error}\nnothing was sent");
            if change.approvals.is_empty() && policy.approvals > 0 {
                complain!(
                    "help: have somebody read what `runsheet plan` prints, and sign it with \
                         `runsheet approve`"
                );
            }
            Exit::Stuck
        })?;
    }
    Ok(Permitted {
        change,
        departs: Vec::new(),
        people: count_people(&people),
        trusted,
        files,
    })
}

fn count_people(people: &[usize]) -> usize {
    people.iter().collect::<BTreeSet<_>>().len()
}

/// Whoever runs must be somebody: a key that stands in no list is a person of its own, who could
/// be the one who approved.
fn known(seal: &Seal, trusted: &AllowedSigners, now: Timestamp) -> Result<(), Exit> {
    let key = seal.signer();
    match key.owner(trusted, now) {
        Ok(_) => Ok(()),
        Err(reason) => {
            complain!(
                "error: the policy forbids it: the key {} may not sign its record: {reason}\n\
                 nothing was sent",
                key.fingerprint()
            );
            Err(Exit::Stuck)
        }
    }
}

/// Adds the approvals that count to a change. One that is named and doesn't count is an error;
/// one that was found and doesn't is worth a warning. Gives their files, and who gave each.
fn approvals(
    args: &PermissionArgs,
    folders: &[Utf8PathBuf],
    wanted: &Wanted<'_>,
    change: &mut Change,
) -> Result<(Bundle, Vec<Identity>), Exit> {
    let mut files = Bundle::default();
    let mut approvers = Vec::new();
    let found: Vec<Utf8PathBuf> = folders
        .iter()
        .flat_map(|folder| Approval::found_in(folder, wanted.plan_sha256))
        .collect();
    let named = args.approval.iter().map(|path| (path, true));
    for (path, is_named) in named.chain(found.iter().map(|path| (path, false))) {
        let checked = Approval::read(path).and_then(|approval| {
            let (approved, approver) = approval.check(wanted)?;
            Ok((approval, approved, approver))
        });
        let (approval, approved, approver) = match checked {
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
        let name = &approved.sha256[..12];
        approval.add_to(&mut files, name).map_err(|error| {
            complain!("error: {error}");
            Exit::Failed
        })?;
        change.approvals.push(approved);
        approvers.push(approver);
    }
    Ok((files, approvers))
}

fn does_not_count(severity: &str, path: &Utf8Path, reason: &NotApproved) -> Exit {
    complain!("{severity}: the approval {path} does not count: {reason}");
    Exit::Stuck
}

/// Where approvals are kept.
pub(crate) fn folder(common: &Common) -> Utf8PathBuf {
    common.state().join("approvals")
}

impl Permitted {
    /// Puts the approvals into the run's folder.
    pub(crate) fn keep(&self, folder: &RunFolder) -> Result<(), Exit> {
        for (name, bytes) in self.files.files() {
            folder
                .write(&format!("{APPROVALS}{name}"), bytes)
                .map_err(|error| {
                    complain!("error: {error}\nnothing was sent");
                    Exit::Failed
                })?;
        }
        Ok(())
    }
}
