use std::collections::VecDeque;

use super::switch::{ChassisId, InterfaceName};
use super::{Cable, Jack, World};

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
    pub(super) fn flood(&self, from: &Segment, size: u32) -> impl Iterator<Item = Visit> {
        let mut seen: Vec<Segment> = Vec::new();
        let mut next = VecDeque::new();
        if self.fits(from, size) {
            next.push_back(Visit {
                segment: from.clone(),
                way: Vec::new(),
            });
        }
        // How it goes on from a segment is only found out where that one was not the last.
        let mut last: Option<Visit> = None;
        std::iter::from_fn(move || {
            if let Some(last) = last.take() {
                let onwards = self.next_segments(&last.segment).into_iter();
                let fitting = onwards.filter(|(segment, _)| self.fits(segment, size));
                next.extend(fitting.map(|(segment, passed)| Visit {
                    segment,
                    way: last.way.iter().cloned().chain(passed).collect(),
                }));
            }
            let visit = loop {
                let visit: Visit = next.pop_front()?;
                if !seen.contains(&visit.segment) {
                    break visit;
                }
            };
            seen.push(visit.segment.clone());
            last = Some(visit.clone());
            Some(visit)
        })
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
        let crossing = |port: InterfaceName| {
            let (peer, far, into) = self.across(id, port, vlan)?;
            let passes = self.forwards(id, port, vlan) && self.forwards(peer, far, into);
            let way = vec![passage(id, port, false), passage(peer, far, true)];
            passes.then(|| (Segment::Vlan(peer.clone(), into), way))
        };
        self.ports_to_switches(id)
            .into_iter()
            .filter_map(crossing)
            .collect()
    }

    /// The ports of a switch that are cabled to a switch, in order.
    fn ports_to_switches(&self, id: &ChassisId) -> Vec<InterfaceName> {
        let cables = self.state.cables.iter();
        let ends = cables.flat_map(Cable::both_ways);
        let own = ends.filter_map(|(near, far)| {
            let (switch, port) = self.switch_port(near)?;
            (switch == id && self.switch_port(far).is_some()).then_some(port)
        });
        let mut ports: Vec<InterfaceName> = own.collect();
        ports.sort();
        ports
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
