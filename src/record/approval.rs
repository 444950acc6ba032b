use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::sums::sha256;
use super::{
    APPROVAL, AllowedSigners, BadSignature, Bundle, BundleError, Identity, SignError, Signer,
    Untrusted, signature,
};
use crate::event::Approved;

/// What an approver signs: yes to exactly this plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The version of the format.
    pub format: String,
    /// SHA-256 of the rendered plan, hex.
    pub approves_plan: String,
    /// When it was signed, as the approver's machine says.
    pub at: Timestamp,
    /// The change's number in another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Not before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Only before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A statement and its signature, as read and not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The statement's bytes.
    pub statement: Vec<u8>,
    /// The armoured signature over them.
    pub signature: Vec<u8>,
}

/// Why an approval does not count.
#[derive(Debug, Error)]
pub enum NotApproved {
    /// It or its signature can't be read.
    #[error("failed to read {path}: {source}")]
    Unreadable {
        /// Which file.
        path: Utf8PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It can't be signed or written.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// It can't be written.
    #[error(transparent)]
    Write(#[from] BundleError),
    /// The signature is none.
    #[error("its signature is no good: {0}")]
    Signature(#[from] BadSignature),
    /// Nobody vouches for its key.
    #[error("it is signed with the key {key}, and {reason}")]
    Signer {
        /// The fingerprint.
        key: String,
        /// Why it does not count.
        reason: Untrusted,
    },
    /// It is not a statement.
    #[error("it is not an approval: {0}")]
    Statement(String),
    /// It is for something else.
    #[error("it is for another plan, or for the same with other values or targets")]
    OtherPlan,
    /// It is not valid now.
    #[error("it is valid {0} only")]
    OtherTime(String),
    /// It is for another change.
    #[error("it is for the ticket `{0}`")]
    OtherTicket(String),
    /// The one who runs can't approve too.
    #[error("it is signed by the one who runs it")]
    Oneself,
    /// The one who runs may be anybody.
    #[error("the list names the one who runs it by the pattern `{0}`, which can be anybody")]
    Runner(String),
}

impl Statement {
    /// The version of the format.
    pub const FORMAT: &'static str = "1.0";

    /// Yes to a plan as rendered.
    pub fn new(plan: &[u8]) -> Self {
        Self {
            format: Self::FORMAT.to_owned(),
            approves_plan: sha256(plan),
            at: Timestamp::now(),
            ticket: None,
            from: None,
            until: None,
        }
    }

    fn window(&self) -> String {
        match (self.from, self.until) {
            (Some(from), Some(until)) => format!("from {from} until {until}"),
            (Some(from), None) => format!("from {from}"),
            (None, Some(until)) => format!("until {until}"),
            (None, None) => "at any time".to_owned(),
        }
    }
}

impl Approval {
    /// Signs a statement.
    ///
    /// # Errors
    /// It can't be signed.
    pub async fn sign(statement: &Statement, signer: &Signer) -> Result<Self, NotApproved> {
        let mut bytes = serde_json::to_vec_pretty(statement)
            .map_err(|error| NotApproved::Statement(error.to_string()))?;
        bytes.push(b'\n');
        let signature = signer.sign(APPROVAL, &bytes).await?;
        Ok(Self {
            statement: bytes,
            signature: signature.into_bytes(),
        })
    }

    /// Reads `FILE` and `FILE.sig`.
    ///
    /// # Errors
    /// One of them can't be read.
    pub fn read(path: &Utf8Path) -> Result<Self, NotApproved> {
        let read = |path: &Utf8Path| {
            fs::read(path).map_err(|source| NotApproved::Unreadable {
                path: path.to_owned(),
                source,
            })
        };
        Ok(Self {
            statement: read(path)?,
            signature: read(&signature_of(path))?,
        })
    }

    /// The approvals in a folder that are, by their own words, for this plan.
    pub fn found_in(folder: &Utf8Path, plan_sha256: &str) -> Vec<Utf8PathBuf> {
        let Ok(entries) = folder.read_dir_utf8() else {
            return Vec::new();
        };
        let is_for_plan = |path: &Utf8PathBuf| {
            path.extension() == Some("json")
                && fs::read(path)
                    .ok()
                    .and_then(|bytes| serde_json::from_slice::<Statement>(&bytes).ok())
                    .is_some_and(|statement| statement.approves_plan == plan_sha256)
        };
        let mut found: Vec<Utf8PathBuf> = entries
            .flatten()
            .map(|entry| entry.path().to_owned())
            .filter(is_for_plan)
            .collect();
        found.sort();
        found
    }

    /// Adds it to files that are kept: `NAME.json` and `NAME.json.sig`.
    ///
    /// # Errors
    /// The names are taken.
    pub fn add_to(&self, files: &mut Bundle, name: &str) -> Result<(), BundleError> {
        files.add(&format!("{name}.json"), self.statement.as_slice())?;
        files.add(&format!("{name}.json.sig"), self.signature.as_slice())
    }

    /// What it says, once its key has signed it. Whose key it is, is not known yet.
    ///
    /// # Errors
    /// It was changed, or is no approval.
    pub(crate) fn open(&self) -> Result<(Statement, signature::Signature), NotApproved> {
        let signature = signature::verify(&self.signature, &self.statement, APPROVAL)?;
        let statement: Statement = serde_json::from_slice(&self.statement)
            .map_err(|error| NotApproved::Statement(error.to_string()))?;
        Ok((statement, signature))
    }

    /// Whether it lets this plan run, by somebody who is trusted to say so: what it says, and who.
    ///
    /// # Errors
    /// It does not, and why.
    pub fn check(&self, wanted: &Wanted<'_>) -> Result<(Approved, Identity), NotApproved> {
        let (statement, signature) = self.open()?;
        let key = signature::fingerprint(&signature.key);
        let by = wanted
            .trusted
            .person(&signature.key, APPROVAL, wanted.now)
            .map_err(|reason| NotApproved::Signer {
                key: key.clone(),
                reason,
            })?;
        if statement.approves_plan != wanted.plan_sha256 {
            return Err(NotApproved::OtherPlan);
        }
        if let Some(runner) = wanted.runner.map(Signer::public) {
            if let Some(pattern) = wanted.trusted.pattern(runner) {
                return Err(NotApproved::Runner(pattern));
            }
            if wanted.trusted.are_of_one_person(runner, &signature.key) {
                return Err(NotApproved::Oneself);
            }
        }
        let too_early = statement.from.is_some_and(|from| wanted.now < from);
        let too_late = statement.until.is_some_and(|until| wanted.now >= until);
        if too_early || too_late {
            return Err(NotApproved::OtherTime(statement.window()));
        }
        if let Some(ticket) = &statement.ticket
            && wanted.ticket.is_none_or(|wanted| wanted != ticket)
        {
            return Err(NotApproved::OtherTicket(ticket.clone()));
        }
        let approved = Approved {
            by,
            key,
            at: statement.at,
            from: statement.from,
            until: statement.until,
            sha256: sha256(&self.statement),
        };
        Ok((approved, wanted.trusted.identity(&signature.key)))
    }
}

/// What an approval must be for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// SHA-256 of the rendered plan, hex.
    pub plan_sha256: &'a str,
    /// The change's number.
    pub ticket: Option<&'a str>,
    /// Who may approve.
    pub trusted: &'a AllowedSigners,
    /// The key of the one who runs.
    pub runner: Option<&'a Signer>,
    /// The time.
    pub now: Timestamp,
}

/// The name of a file's signature, as `ssh-keygen -Y sign` gives it.
pub fn signature_of(path: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{path}.sig"))
}
