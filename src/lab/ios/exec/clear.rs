use crate::lab::ios::call::Flow;
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::show;

/// Forgetting what was counted, logged and learned.
pub(super) const CLEAR: Table = &[
    Command::new(
        "clear mac address-table dynamic",
        "dynamic entry type",
        show::clear_mac_address_table,
    ),
    Command::new("clear logging", "Clear logging buffer", |c| {
        let owner = c.owner.clone();
        c.world.traces.logs.remove(&owner);
        Flow::Done
    }),
    Command::new("clear counters", "Clear counters on all interfaces", |c| {
        let owner = c.owner.clone();
        c.world.traces.counters.retain(|(id, _), _| *id != owner);
        Flow::Done
    }),
];
