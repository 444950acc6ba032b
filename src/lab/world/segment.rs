use std::collections::VecDeque;

use super::switch::{ChassisId, InterfaceName};
use super::{Jack, World};

/// A switch's part of a broadcast domain, or the office network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    Office,
    Vlan(ChassisId, u16),
}

/// A switch port that a frame passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The switch.
    pub switch: ChassisId,
    /// The physical port.
    pub port: InterfaceName,
    /// It came in there; else it went out.
    pub inwards: bool,
}

/// A segment that a frame comes to, and the way there.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) segment: Segment,
    pub(super) way: Vec<Passage>,
}

/// The largest packet on the office network.
pub(super) const OFFICE_MTU: u32 = 1500;

impl World {
    /// Everywhere that a broadcast of this size gets to from a segment, the nearest first.
    pub(super) fn flood(&self, from: &Segment, size: u32) -> Vec<Visit> {
        if !self.fits(from, size) {
            return Vec::new();
        }
        let mut visits: Vec<Visit> = Vec::new();
        let mut next = VecDeque::from([Visit {
            segment: from.clone(),
            way: Vec::new(),
        }]);
        while let Some(visit) = next.pop_front() {
            if visits.iter().any(|known| known.segment == visit.segment) {
                continue;
            }
            let onwards = self.next_segments(&visit.segment).into_iter();
            let fitting = onwards.filter(|(segment, _)| self.fits(segment, size));
            next.extend(fitting.map(|(segment, passed)| Visit {
                segment,
                way: visit.way.iter().cloned().chain(passed).collect(),
            }));
            visits.push(visit);
        }
        visits
    }

    fn fits(&self, segment: &Segment, size: u32) -> bool {
        match segment {
            Segment::Office => size <= OFFICE_MTU,
            Segment::Vlan(id, _) => {
                let chassis = self.state.chassis.get(id);
                chassis.is_some_and(|chassis| size <= u32::from(chassis.system_mtu))
            }
        }
    }

    /// The segments that one cable connects a segment with, and the ports at its ends.
    fn next_segments(&self, segment: &Segment) -> Vec<(Segment, Vec<Passage>)> {
        let office = Jack::new("office", "1");
        let uplink = self.segment_at(&office, None);
        let port = self
            .opposite(&office)
            .and_then(|jack| self.switch_port(jack));
        match (segment, uplink, port) {
            (Segment::Office, Some(uplink), Some((id, port))) => {
                vec![(uplink, vec![passage(id, port, true)])]
            }
            (Segment::Office, ..) => Vec::new(),
            (Segment::Vlan(own, vlan), uplink, port) => {
                let mut next = self.next_switches(own, *vlan);
                if let (true, Some((id, port))) = (uplink.as_ref() == Some(segment), port) {
                    next.push((Segment::Office, vec![passage(id, port, false)]));
                }
                next
            }
        }
    }

    fn next_switches(&self, id: &ChassisId, vlan: u16) -> Vec<(Segment, Vec<Passage>)> {
        let ports = self.state.chassis.get(id).into_iter();
        let crossing = |port: InterfaceName| {
            let (peer, far, into) = self.across(id, port, vlan)?;
            let passes = self.forwards(id, port, vlan) && self.forwards(peer, far, into);
            let way = vec![passage(id, port, false), passage(peer, far, true)];
            passes.then(|| (Segment::Vlan(peer.clone(), into), way))
        };
        ports
            .flat_map(|chassis| chassis.ports())
            .filter_map(crossing)
            .collect()
    }

    /// The segment that untagged or tagged frames from a jack come into.
    pub(super) fn segment_at(&self, jack: &Jack, tag: Option<u16>) -> Option<Segment> {
        let opposite = self.opposite(jack)?;
        if opposite.device == "office" {
            return tag.is_none().then_some(Segment::Office);
        }
        let (id, port) = self.switch_port(opposite)?;
        let switchport = self.switchport(id, port)?;
        let vlan = switchport.admits(tag)?;
        // What comes in must be able to go out the same way, or no answer ever does.
        (switchport.emits(vlan) == Some(tag) && self.forwards(id, port, vlan))
            .then(|| Segment::Vlan(id.clone(), vlan))
    }
}

pub(super) fn passage(switch: &ChassisId, port: InterfaceName, inwards: bool) -> Passage {
    Passage {
        switch: switch.clone(),
        port,
        inwards,
    }
}
