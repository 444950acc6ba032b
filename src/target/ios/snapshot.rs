use similar::TextDiff;

use super::conversation::Conversation;
use crate::target::{ConfigDiff, Failure, Progress};

/// What a configuration is before or after an effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    running: String,
    vlans: String,
}

impl Snapshot {
    /// Reads running-config, and the VLAN database, which is not in it.
    pub(super) async fn take(
        talk: &mut Conversation,
        progress: &mut dyn Progress,
    ) -> Result<Self, Failure> {
        let running = talk.ask("show running-config", progress).await?.output;
        let vlans = talk.ask("show vlan brief", progress).await?.output;
        Ok(Self {
            running: normal(&running),
            vlans,
        })
    }

    /// What changed since.
    pub(super) fn differences(&self, after: &Self) -> Vec<ConfigDiff> {
        let pairs = [
            ("running-config", &self.running, &after.running),
            ("vlan database", &self.vlans, &after.vlans),
        ];
        pairs
            .into_iter()
            .filter(|(_, before, after)| before != after)
            .map(|(name, before, after)| ConfigDiff {
                name: name.to_owned(),
                diff: TextDiff::from_lines(before, after)
                    .unified_diff()
                    .context_radius(2)
                    .header("before", "after")
                    .to_string(),
            })
            .collect()
    }
}

/// Without the lines that differ whenever one looks.
fn normal(config: &str) -> String {
    const VOLATILE: &[&str] = &[
        "Building configuration",
        "Current configuration :",
        "! Last configuration change",
        "! NVRAM config last updated",
        "ntp clock-period",
    ];
    let lines = config
        .lines()
        .filter(|line| !VOLATILE.iter().any(|v| line.starts_with(v)));
    lines.map(|line| format!("{line}\n")).collect()
}
