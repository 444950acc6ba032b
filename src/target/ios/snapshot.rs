use similar::TextDiff;

use super::dialogue::{Dialogue, Trouble};
use crate::target::ConfigDiff;

/// Lines of `show running-config` that change without anybody changing anything.
const RESTLESS: [&str; 6] = [
    "Building configuration",
    "Current configuration",
    "! Last configuration change",
    "! NVRAM config last updated",
    "! No configuration change since",
    "ntp clock-period",
];

/// A switch's configuration: what it runs, and its VLANs, which are kept apart from that.
#[derive(Debug)]
pub(super) struct Snapshot {
    running: String,
    vlans: String,
}

impl Snapshot {
    /// Reads it.
    pub(super) async fn take(dialogue: &mut Dialogue) -> Result<Self, Trouble> {
        let running = dialogue.ask("show running-config").await?;
        let vlans = dialogue.ask("show vlan brief").await?;
        let is_restless = |line: &&str| RESTLESS.iter().any(|start| line.starts_with(start));
        let running: Vec<&str> = running.lines().skip_while(|l| l.is_empty()).collect();
        let running: Vec<&str> = running
            .into_iter()
            .filter(|line| !is_restless(line))
            .collect();
        Ok(Self {
            running: running.join("\n") + "\n",
            vlans,
        })
    }

    /// What is different in `after`.
    pub(super) fn diffs(&self, after: &Self) -> Vec<ConfigDiff> {
        let pairs = [
            ("running-config", &self.running, &after.running),
            ("vlan database", &self.vlans, &after.vlans),
        ];
        let changed = pairs
            .into_iter()
            .filter(|(_, before, after)| before != after);
        changed
            .map(|(name, before, after)| ConfigDiff {
                name: name.to_owned(),
                diff: TextDiff::from_lines(before.as_str(), after.as_str())
                    .unified_diff()
                    .header("before", "after")
                    .to_string(),
            })
            .collect()
    }
}
