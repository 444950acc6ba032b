use camino::Utf8Path;
use jiff::Timestamp;
use russh::keys::ssh_key::public::KeyData;
use serde_json::Value;
use thiserror::Error;

use super::gather::derive;
use super::sums::{LARGE, compare, compare_folder, sha256};
use super::{
    APPROVAL, APPROVALS, AllowedSigners, Approval, ApprovalAccount, BadSignature, Bundle,
    BundleError, ChangeRecord, Identity, PlanApproval, RECORD, RECORD_FILE, SIGNATURE, SUMS,
    Untrusted, signature,
};
use crate::text::is_unambiguous;

/// A record that is what somebody trusted has sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Who sealed it, as the list of allowed signers calls them.
    pub by: String,
    /// Fingerprint of the key.
    pub key: String,
    /// What it says.
    pub record: ChangeRecord,
    /// Who approved its plan.
    pub approvals: Vec<ApprovedBy>,
    /// Who approved the plans of the emergency that it was, afterwards.
    pub afterwards: Vec<ApprovedBy>,
}

/// An approval in a record, with a good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedBy {
    /// Who, as the verifier's list calls them; `None`: nobody on it.
    pub by: Option<String>,
    /// Fingerprint of the key.
    pub key: String,
    /// When, as they say.
    pub at: Timestamp,
    /// Whether the one who sealed the record gave it, by key or by name in the list.
    pub by_sealer: bool,
    /// Whether one who ran it or took it up again did, by the keys that they named.
    pub by_runner: bool,
}

/// Why a record is not authentic.
#[derive(Debug, Error)]
pub enum Rejection {
    /// It can't be read as a record.
    #[error(transparent)]
    Unreadable(#[from] BundleError),
    /// A file that every record has is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The signature is none.
    #[error("`{SIGNATURE}` is no good: {0}")]
    Signature(#[from] BadSignature),
    /// The signature is good, but nobody vouches for its key.
    #[error("it is signed with the key {key}, and {reason}")]
    Signer {
        /// The fingerprint.
        key: String,
        /// Why it does not count.
        reason: Untrusted,
    },
    /// A file is not what was sealed.
    #[error("{0}")]
    Files(String),
    /// It is of another version.
    #[error("`{RECORD_FILE}` has the format {0}; this program knows {known}", known = ChangeRecord::FORMAT)]
    Format(String),
    /// The files were sealed as they are, but contradict each other.
    #[error("it was sealed like this, but contradicts itself: {0}")]
    Contradiction(String),
}

/// Verifies a record against the signers that are trusted at a time.
///
/// Nothing in it is believed before it was verified: first the signature over the sums, then
/// every file against the sums, and only then what the files say.
///
/// # Errors
/// It is not authentic, and why.
pub fn verify(
    bundle: &Bundle,
    trusted: &AllowedSigners,
    at: Timestamp,
) -> Result<Verified, Rejection> {
    let (listed, signature, by) = sealed(bundle, trusted, at)?;
    let key = signature::fingerprint(&signature.key);
    compare(bundle, listed).map_err(Rejection::Files)?;
    if let Some(format) = other_format(bundle) {
        return Err(Rejection::Format(format));
    }
    let record = agree(bundle, &key).map_err(Rejection::Contradiction)?;
    let judge = Judge {
        trusted,
        sealer: trusted.identity(&signature.key),
        runners: record.runners().map(|k| trusted.identity_of(k)).collect(),
    };
    let approvals = approvals(bundle, &record, &judge);
    let approvals = approvals.map_err(Rejection::Contradiction)?;
    let afterwards = afterwards(bundle, &record, &judge);
    Ok(Verified {
        by,
        key,
        record,
        approvals,
        afterwards,
    })
}

/// What is listed in a record, the good signature under it, and who made it.
fn sealed<'b>(
    bundle: &'b Bundle,
    trusted: &AllowedSigners,
    at: Timestamp,
) -> Result<(&'b [u8], signature::Signature, String), Rejection> {
    let listed = bundle.get(SUMS).ok_or(Rejection::Missing(SUMS))?;
    let armored = bundle.get(SIGNATURE).ok_or(Rejection::Missing(SIGNATURE))?;
    let signature = signature::verify(armored, listed, RECORD)?;
    let by = trusted
        .who(&signature.key, RECORD, at)
        .map_err(|reason| Rejection::Signer {
            key: signature::fingerprint(&signature.key),
            reason,
        })?;
    Ok((listed, signature, by))
}

/// The key that a record is signed with, whoever's it is; `None`: it has no good signature.
pub fn signed_by(record: &Utf8Path) -> Option<String> {
    let read = |name: &str| std::fs::read(record.join(name)).ok();
    let signature = signature::verify(&read(SIGNATURE)?, &read(SUMS)?, RECORD).ok()?;
    Some(signature::fingerprint(&signature.key))
}

/// Reads a folder and verifies it. What was not sealed is not read, however much it is.
///
/// # Errors
/// It is not authentic, and why.
pub fn verify_folder(
    folder: &Utf8Path,
    trusted: &AllowedSigners,
    at: Timestamp,
) -> Result<Verified, Rejection> {
    let sizes = Bundle::sizes(folder)?;
    let seal = [SUMS, SIGNATURE].map(|name| (name, sizes.get(name).copied()));
    for (name, size) in seal {
        if size.ok_or(Rejection::Missing(name))? > LARGE {
            let why = format!("`{name}` is larger than any that was written");
            return Err(Rejection::Files(why));
        }
    }
    let seal = Bundle::read_of(folder, [SUMS, SIGNATURE])?;
    let (listed, ..) = sealed(&seal, trusted, at)?;
    compare_folder(folder, &sizes, listed).map_err(Rejection::Files)?;
    let all = Bundle::read_of(folder, sizes.keys().map(String::as_str))?;
    verify(&all, trusted, at)
}

/// The version of `record.json`, where its first number is not the one that this program knows.
fn other_format(bundle: &Bundle) -> Option<String> {
    let stated: Value = serde_json::from_slice(bundle.get(RECORD_FILE)?).ok()?;
    let format = stated.get("format")?.as_str()?;
    let first = |format: &str| format.split('.').next().map(str::to_owned);
    (first(format) != first(ChangeRecord::FORMAT)).then(|| format.to_owned())
}

/// `record.json` must be what follows from the other files and the key that signed them.
fn agree(bundle: &Bundle, key: &str) -> Result<ChangeRecord, String> {
    let derived = derive(bundle, key)?;
    let stated = bundle
        .get(RECORD_FILE)
        .ok_or_else(|| format!("`{RECORD_FILE}` is missing"))?;
    let unreadable = |e: serde_json::Error| format!("`{RECORD_FILE}` can't be read: {e}");
    is_unambiguous(stated).map_err(unreadable)?;
    let stated: Value = serde_json::from_slice(stated).map_err(unreadable)?;
    let expected = serde_json::to_value(&derived).map_err(unreadable)?;
    let (Value::Object(stated), Value::Object(expected)) = (&stated, &expected) else {
        return Err(format!("`{RECORD_FILE}` is no object"));
    };
    // Another version of the format may have more fields, but none less.
    let same_format = stated.get("format") == expected.get("format");
    let fields = stated.keys().chain(expected.keys());
    for field in fields {
        let is_known = expected.contains_key(field) || ChangeRecord::OPTIONAL.contains(&&**field);
        let compared = same_format || (is_known && field != "format");
        if compared && stated.get(field) != expected.get(field) {
            return Err(format!(
                "`{field}` in `{RECORD_FILE}` does not follow from the journal"
            ));
        }
    }
    Ok(derived)
}

/// By whose list it is told who approved, and whose approval is their own change's.
struct Judge<'a> {
    trusted: &'a AllowedSigners,
    sealer: Identity,
    runners: Vec<Identity>,
}

impl Judge<'_> {
    fn approved(&self, key: &KeyData, at: Timestamp) -> ApprovedBy {
        ApprovedBy {
            by: self.trusted.who(key, APPROVAL, at).ok(),
            key: signature::fingerprint(key),
            at,
            by_sealer: self
                .trusted
                .is_among(key, std::slice::from_ref(&self.sealer)),
            by_runner: self.trusted.is_among(key, &self.runners),
        }
    }
}

/// Every approval that the journal names must be there, signed by the key it names, and for
/// the plan that was run. Whether the verifier knows that key, they are told.
fn approvals(
    bundle: &Bundle,
    record: &ChangeRecord,
    judge: &Judge<'_>,
) -> Result<Vec<ApprovedBy>, String> {
    let check = |account: &ApprovalAccount| {
        let approved = &account.approved;
        let wrong = |what: &str| format!("the approval by {} {what}", approved.by);
        let (name, statement) = bundle
            .files()
            .find(|(name, bytes)| name.starts_with(APPROVALS) && sha256(bytes) == approved.sha256)
            .ok_or_else(|| wrong("is missing"))?;
        let signature = bundle
            .get(&format!("{name}.sig"))
            .ok_or_else(|| wrong("has no signature"))?;
        let approval = Approval {
            statement: statement.to_vec(),
            signature: signature.to_vec(),
        };
        let (statement, signature) = approval
            .open()
            .map_err(|e| wrong(&format!("is no good: {e}")))?;
        let key = signature::fingerprint(&signature.key);
        let same_window = statement.from == approved.from && statement.until == approved.until;
        if key != approved.key || statement.at != approved.at || !same_window {
            return Err(wrong("is not the one that the journal names"));
        }
        if statement.approves_plan != record.plan_sha256 {
            return Err(wrong("is for another plan"));
        }
        Ok(judge.approved(&signature.key, statement.at))
    };
    record.approvals.iter().map(check).collect()
}

/// Whose approvals of an emergency `record.json` names: that they are some was derived before.
fn afterwards(bundle: &Bundle, record: &ChangeRecord, judge: &Judge<'_>) -> Vec<ApprovedBy> {
    let plans = record.retrospective.iter().flat_map(|given| &given.plans);
    let by = |plan: &PlanApproval| {
        let (at, hash) = (plan.at?, plan.sha256.as_ref()?);
        let (name, statement) = bundle
            .files()
            .find(|(name, bytes)| name.starts_with(APPROVALS) && sha256(bytes) == *hash)?;
        let approval = Approval {
            statement: statement.to_vec(),
            signature: bundle.get(&format!("{name}.sig"))?.to_vec(),
        };
        let (_, signature) = approval.open().ok()?;
        Some(judge.approved(&signature.key, at))
    };
    plans.filter_map(by).collect()
}
