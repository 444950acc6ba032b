use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;
use serde::Deserialize;
use thiserror::Error;

use super::sums::sha256;
use crate::event::{Approved, Change, ChangeKind};
use crate::text::wording::count;

/// What must be so before anything may run. It lies outside the runbooks, whose authors must
/// not be able to change it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// How many people other than the one who runs must have approved the plan.
    #[serde(default)]
    pub approvals: usize,
    /// Who may approve: a file in the form that `ssh-keygen` takes, beside the policy.
    #[serde(default)]
    pub allowed_signers: Option<Utf8PathBuf>,
    /// A ticket must be named; this pattern must match all of it.
    #[serde(default)]
    pub ticket: Option<String>,
    /// Every approval must say from when until when it is valid.
    #[serde(default)]
    pub window: bool,
    /// The record must be signed.
    #[serde(default)]
    pub signature: bool,
    /// An emergency may run first and be approved later.
    #[serde(default)]
    pub emergency: bool,
    /// How long records must be kept, in words.
    #[serde(default)]
    pub retention: Option<String>,
    /// SHA-256 of the file's bytes, hex.
    #[serde(skip)]
    pub sha256: String,
}

/// A policy that can't be followed.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It can't be read.
    #[error("failed to read the policy {path}: {reason}")]
    Unreadable {
        /// Which.
        path: Utf8PathBuf,
        /// Why not.
        reason: String,
    },
    /// It forbids what is about to happen.
    #[error("the policy does not let it run: {0}")]
    Forbids(String),
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// It can't be read, or says something that is not understood.
    pub fn read(path: &Utf8Path) -> Result<Self, PolicyError> {
        let unreadable = |reason: String| PolicyError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
        let mut policy = Self::parse(&text).map_err(unreadable)?;
        policy.sha256 = sha256(text.as_bytes());
        let beside = path.parent().unwrap_or(Utf8Path::new(""));
        policy.allowed_signers = policy.allowed_signers.map(|file| beside.join(file));
        Ok(policy)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let policy: Self = serde_saphyr::from_str(text).map_err(|e| e.to_string())?;
        if let Some(pattern) = &policy.ticket {
            whole(pattern).map_err(|e| e.to_string())?;
        }
        Ok(policy)
    }

    /// Whether a change may run, with those who approved it: `people` says of each approval whose
    /// it is.
    ///
    /// # Errors
    /// It may not, and why.
    pub fn permits(
        &self,
        change: &Change,
        people: &[usize],
        signed: bool,
    ) -> Result<(), PolicyError> {
        let forbids = |why: String| Err(PolicyError::Forbids(why));
        if let Some(pattern) = &self.ticket {
            let fits = |ticket: &String| whole(pattern).is_ok_and(|re| re.is_match(ticket));
            match &change.ticket {
                None => return forbids("no ticket is named with --ticket".to_owned()),
                Some(ticket) if !fits(ticket) => {
                    return forbids(format!("the ticket `{ticket}` is not like `{pattern}`"));
                }
                Some(_) => {}
            }
        }
        // Without a key nobody can tell whether the one who runs is the one who approved.
        if (self.signature || self.approvals > 0) && !signed {
            return forbids("no key is named to sign its record with (--key)".to_owned());
        }
        if change.kind == ChangeKind::Emergency {
            return match self.emergency {
                true => Ok(()),
                false => forbids("emergencies are no exception".to_owned()),
            };
        }
        let is_bounded = |a: &&Approved| !self.window || (a.from.is_some() && a.until.is_some());
        let count_people = |counts: &dyn Fn(&&Approved) -> bool| {
            let given = change.approvals.iter().zip(people);
            let given = given.filter(|(approved, _)| counts(approved));
            given.map(|(_, who)| who).collect::<BTreeSet<_>>().len()
        };
        let (enough, there) = (self.approvals, count_people(&is_bounded));
        if there >= enough {
            return Ok(());
        }
        // One without a window does not stand in the way of others: it is not counted.
        if count_people(&|_| true) > there {
            return forbids("an approval does not say from when until when".to_owned());
        }
        forbids(format!("{} needed, {} there", is(enough), is(there)))
    }
}

fn is(approvals: usize) -> String {
    let verb = if approvals == 1 { "is" } else { "are" };
    format!("{} {verb}", count(approvals, "approval"))
}

fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn change(approvers: &[&str]) -> Change {
        let approved = |by: &&str| Approved {
            by: (*by).to_owned(),
            key: "SHA256:x".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            from: None,
            until: None,
            sha256: String::new(),
        };
        Change {
            approvals: approvers.iter().map(approved).collect(),
            ..Change::default()
        }
    }

    /// Here whoever has another name is another person.
    fn people(change: &Change) -> Vec<usize> {
        let all = &change.approvals;
        let first = |a: &Approved| all.iter().position(|b| a.by == b.by).expect("it is there");
        all.iter().map(first).collect()
    }

    fn said(policy: &str, change: &Change) -> String {
        let policy = Policy::parse(policy).expect("it can be read");
        match policy.permits(change, &people(change), true) {
            Ok(()) => "yes".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn whoever_runs_must_be_known_where_others_must_approve() {
        for policy in ["signature: true", "approvals: 1"] {
            let policy = Policy::parse(policy).expect("it can be read");
            let no = policy
                .permits(&change(&["bob"]), &[0], false)
                .expect_err("no key");
            assert!(
                no.to_string().ends_with("sign its record with (--key)"),
                "{no}"
            );
        }
    }

    #[test]
    fn one_person_counts_once() {
        let forbidden =
            "the policy does not let it run: 2 approvals are needed, 1 approval is there";
        assert_eq!(said("approvals: 2", &change(&["bob", "bob"])), forbidden);
        assert_eq!(said("approvals: 2", &change(&["bob", "eve"])), "yes");
    }

    #[test]
    fn a_ticket_must_fit_as_a_whole() {
        let mut change = change(&[]);
        let policy = "ticket: 'CHG[0-9]+'";
        assert!(said(policy, &change).ends_with("no ticket is named with --ticket"));
        change.ticket = Some("xCHG1".to_owned());
        assert!(said(policy, &change).ends_with("the ticket `xCHG1` is not like `CHG[0-9]+`"));
        change.ticket = Some("CHG1".to_owned());
        assert_eq!(said(policy, &change), "yes");
    }

    #[test]
    fn an_emergency_runs_first_only_where_the_policy_says_so() {
        let mut change = change(&[]);
        change.kind = ChangeKind::Emergency;
        assert!(said("approvals: 1", &change).ends_with("emergencies are no exception"));
        assert_eq!(said("approvals: 1\nemergency: true", &change), "yes");
    }

    #[test]
    fn a_window_can_be_asked_for() {
        let policy = "approvals: 1\nwindow: true";
        let mut change = change(&["bob", "eve"]);
        let no = said(policy, &change);
        assert!(no.ends_with("an approval does not say from when until when"));
        // The other one is not in the way.
        change.approvals[1].from = Some(Timestamp::UNIX_EPOCH);
        change.approvals[1].until = Some(Timestamp::MAX);
        assert_eq!(said(policy, &change), "yes");
        let no = said("approvals: 2\nwindow: true", &change);
        assert!(no.ends_with("an approval does not say from when until when"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        Policy::parse("aprovals: 1").expect_err("a slip of the pen");
        Policy::parse("ticket: '['").expect_err("no pattern");
    }
}
