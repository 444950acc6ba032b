use serde::{Deserialize, Serialize};

use super::Millis;

/// Behaviour that nobody verified on a real 3650, each with the more dangerous variant as the
/// default, and durations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// A port that joins an existing port-channel takes over its switchport settings. If not,
    /// it is suspended until its own settings match.
    pub join_inherits: bool,
    /// `system mtu` counts only after a reload.
    pub mtu_needs_reload: bool,
    /// How long a port listens and learns before it forwards, unless `portfast` is on.
    pub forward_delay: Millis,
    /// How long LACP takes to bundle a link.
    pub lacp_negotiation: Millis,
    /// How long a switch takes from power to prompt.
    pub boot: Millis,
    /// How long a management controller takes from its cords, or a reset, to an answer.
    pub controller_boot: Millis,
    /// How long a server tests itself.
    pub post: Millis,
    /// How long after power-on its RAID controller takes orders.
    pub storage_warmup: Millis,
    /// How long fetching an image takes.
    pub media: Millis,
    /// How long an installer copies packages.
    pub installation: Millis,
    /// How long a toolstack takes to start again.
    pub toolstack: Millis,
    /// How long a toolstack is about a task.
    pub task: Millis,
    /// How long units that boot wait for one another before they elect a leader.
    pub election: Millis,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            join_inherits: true,
            mtu_needs_reload: false,
            forward_delay: 30_000,
            lacp_negotiation: 3_000,
            boot: 180_000,
            controller_boot: 60_000,
            post: 90_000,
            storage_warmup: 40_000,
            media: 8_000,
            installation: 600_000,
            toolstack: 20_000,
            task: 2_000,
            election: 120_000,
        }
    }
}
