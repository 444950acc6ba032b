use std::net::Ipv4Addr;

use crate::lab::world::{Jack, World};

impl World {
    /// Whether somebody answers at an address next to one of a server's cards.
    pub(super) fn is_next_to(&self, server: &str, nic: &str, address: Ipv4Addr) -> bool {
        let segment = self.segment_at(&Jack::new(server, nic), None);
        segment.is_some_and(|segment| self.has_station(&segment, address))
    }
}

/// Whether two addresses are in one network.
pub(super) fn are_near(a: Ipv4Addr, b: Ipv4Addr, prefix: u8) -> bool {
    (a.to_bits() ^ b.to_bits()).leading_zeros() >= u32::from(prefix)
}
