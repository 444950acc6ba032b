use std::collections::BTreeSet;

use super::{Database, said};

impl Database {
    /// The first name for a bridge that no network has.
    pub fn free_bridge(&self) -> String {
        let networks = self.of("network");
        let taken: BTreeSet<&str> = networks.map(|(_, own)| said(own, "bridge")).collect();
        let names = (0..=taken.len()).map(|number| format!("xapi{number}"));
        let mut free = names.filter(|name| !taken.contains(name.as_str()));
        // One of them is free: there is one more than are taken.
        free.next().unwrap_or_default()
    }
}
