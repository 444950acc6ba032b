use std::collections::{BTreeMap, BTreeSet};

use crate::runbook::Lang;

/// What lint needs to know of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownTarget {
    /// The languages its driver runs.
    pub langs: Vec<Lang>,
    /// It is reached over a console line, which no change of its network can cut.
    pub console: bool,
    /// A command can be given a terminal there.
    pub terminal: bool,
    /// Nobody has written it down: this machine, where an inventory does not list it.
    pub implied: bool,
}

/// What exists outside of the runbooks: the inventory, as far as lint needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// No inventory was named: the lab is meant.
    pub lab: bool,
    /// Targets by name.
    pub targets: BTreeMap<String, KnownTarget>,
    /// Groups with their members.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Variables from the inventory and the command line.
    pub variables: BTreeSet<String>,
    /// Secrets that the inventory says where to find.
    pub secrets: BTreeSet<String>,
    /// Runbooks that exist beside those that are linted.
    pub runbooks: BTreeSet<String>,
}

impl Known {
    /// The targets that a name means; `None` if nothing has this name.
    pub(super) fn resolve(&self, name: &str) -> Option<Vec<(&str, &KnownTarget)>> {
        if let Some((name, target)) = self.targets.get_key_value(name) {
            return Some(vec![(name, target)]);
        }
        let members = self.groups.get(name)?;
        Some(
            members
                .iter()
                .filter_map(|member| self.targets.get_key_value(member))
                .map(|(name, target)| (name.as_str(), target))
                .collect(),
        )
    }
}
