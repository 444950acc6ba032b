use super::World;
use super::segment::Segment;
use super::switch::{ChassisId, InterfaceName};

/// What a port hears from the device at the other end by CDP. Servers don't speak it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name.
    pub device: String,
    /// Its port, `GigabitEthernet1/0/1`.
    pub port: String,
    /// The VLAN of what it sends without a tag.
    pub native: u16,
    /// The switch it is, if it is on the floor.
    pub switch: Option<ChassisId>,
}

impl World {
    /// The neighbour that a port hears. Blocked ports hear it too.
    pub fn neighbour(&self, id: &ChassisId, port: InterfaceName) -> Option<Neighbour> {
        let chassis = self.state.chassis.get(id)?;
        if !self.trace(id, port).link {
            return None;
        }
        let jack = self.partner(chassis, port)?;
        if jack.device == "office" {
            return Some(Neighbour {
                device: "office-sw".to_owned(),
                port: format!("GigabitEthernet1/0/{}", jack.port),
                native: 1,
                switch: None,
            });
        }
        let (peer, far) = self.switch_port(jack)?;
        let running = &self.state.chassis.get(peer)?.running;
        let domain = running.domain_name.iter();
        let name = std::iter::once(&running.hostname).chain(domain);
        Some(Neighbour {
            device: name.map(String::as_str).collect::<Vec<_>>().join("."),
            port: far.to_string(),
            native: self.switchport(peer, far)?.untagged(),
            switch: Some(peer.clone()),
        })
    }

    /// The native VLAN that a port hears of, if it is not its own.
    pub(super) fn foreign_native(&self, id: &ChassisId, port: InterfaceName) -> Option<u16> {
        let heard = self.neighbour(id, port)?.native;
        (heard != self.switchport(id, port)?.untagged()).then_some(heard)
    }

    /// Looks for stations that have an address of a switch, and logs those that are new.
    pub(super) fn find_duplicates(&mut self) {
        let mut found = Vec::new();
        for id in self.state.chassis.keys() {
            for (vlan, up) in self.svis(id) {
                let svi = self.state.chassis.get(id);
                let svi = svi.and_then(|c| c.running.interfaces.get(&InterfaceName::Vlan(vlan)));
                let Some((ip, _)) = svi.and_then(|svi| svi.ip).filter(|_| up) else {
                    continue;
                };
                let from = Segment::Vlan(id.clone(), vlan);
                for mac in self.others_with(&from, ip) {
                    found.push((id.clone(), vlan, ip, mac));
                }
            }
        }
        let known = std::mem::take(&mut self.traces.duplicates);
        for (id, vlan, ip, mac) in found {
            let duplicate = (id.clone(), vlan, mac.clone());
            if !known.contains(&duplicate) {
                self.syslog(
                    &id,
                    format!(
                        "%IP-4-DUPADDR: Duplicate address {ip} on Vlan{vlan}, sourced by {mac}"
                    ),
                );
            }
            self.traces.duplicates.insert(duplicate);
        }
    }
}
