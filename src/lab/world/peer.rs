use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::switch::{Chassis, ChassisId, InterfaceConfig, InterfaceName, Power};
use super::{Jack, World};

/// What two switch ports at one cable don't agree on, so that spanning tree keeps frames back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inconsistency {
    /// Two trunks with different native VLANs: neither of the two VLANs passes.
    Pvid {
        /// The native VLAN here.
        local: u16,
        /// The native VLAN there.
        peer: u16,
    },
    /// An access port that hears a trunk: its VLAN does not pass.
    Type {
        /// Its VLAN.
        vlan: u16,
    },
}

impl Inconsistency {
    pub(super) fn blocks(self, vlan: u16) -> bool {
        match self {
            Self::Pvid { local, peer } => vlan == local || vlan == peer,
            Self::Type { vlan: own } => vlan == own,
        }
    }
}

impl World {
    /// The jack of a physical port.
    pub fn jack(&self, chassis: &Chassis, port: InterfaceName) -> Option<Jack> {
        let InterfaceName::Gigabit(member, number) = port else {
            return None;
        };
        Some(Jack::new(
            chassis.members.get(&member)?,
            &number.to_string(),
        ))
    }

    /// What a physical port is cabled to.
    pub fn partner(&self, chassis: &Chassis, port: InterfaceName) -> Option<&Jack> {
        self.opposite(&self.jack(chassis, port)?)
    }

    /// The switch port that a physical port is cabled to.
    pub fn peer(&self, id: &ChassisId, port: InterfaceName) -> Option<(&ChassisId, InterfaceName)> {
        self.switch_port(self.partner(self.state.chassis.get(id)?, port)?)
    }

    /// The port of a running switch that a jack belongs to.
    pub(super) fn switch_port(&self, jack: &Jack) -> Option<(&ChassisId, InterfaceName)> {
        let (id, member) = self.chassis_of(&jack.device)?;
        Some((id, InterfaceName::Gigabit(member, jack.port.parse().ok()?)))
    }

    /// Both ends have power, and neither is shut down.
    pub(super) fn has_link(&self, chassis: &Chassis, port: InterfaceName) -> bool {
        if chassis.is_shut(port) {
            return false;
        }
        let Some(partner) = self.partner(chassis, port) else {
            return false;
        };
        if let Some(server) = self.state.servers.get(&partner.device) {
            return server.machine.host.is_on();
        }
        let Some(unit) = self.state.units.get(&partner.device) else {
            return true;
        };
        let open = |(id, port): (&ChassisId, InterfaceName)| {
            let peer = self.state.chassis.get(id);
            peer.is_some_and(|peer| !peer.is_shut(port))
        };
        unit.power == Power::Running && self.switch_port(partner).is_some_and(open)
    }

    /// Whether a card of a server has a link.
    pub fn has_carrier(&self, nic: &Jack) -> bool {
        let end = self.opposite(nic).and_then(|jack| self.switch_port(jack));
        end.is_some_and(|(id, port)| {
            let chassis = self.state.chassis.get(id);
            chassis.is_some_and(|chassis| self.has_link(chassis, port))
        })
    }

    /// How a port carries VLANs: as its port-channel says while it is bundled, and as a trunk if
    /// it has agreed on one with the switch port at the other end.
    pub fn switchport(
        &self,
        id: &ChassisId,
        port: InterfaceName,
    ) -> Option<Cow<'_, InterfaceConfig>> {
        let own = self.configured(id, port)?;
        let asks = own.mode.is_dynamic().then(|| self.talks_to(id, port));
        match asks.flatten() {
            Some(peer) if own.negotiates_trunk(peer) => Some(Cow::Owned(own.as_trunk())),
            _ => Some(Cow::Borrowed(own)),
        }
    }

    /// The settings of the switch port at the other end. A port-channel's members agree.
    fn talks_to(&self, id: &ChassisId, port: InterfaceName) -> Option<&InterfaceConfig> {
        let port = match port {
            InterfaceName::PortChannel(group) => self.bundled(id, group).next()?,
            port => port,
        };
        let (peer, port) = self.peer(id, port)?;
        self.configured(peer, port)
    }

    fn configured(&self, id: &ChassisId, port: InterfaceName) -> Option<&InterfaceConfig> {
        let interfaces = &self.state.chassis.get(id)?.running.interfaces;
        interfaces.get(&self.logical(id, port))
    }

    /// What this port and the switch port at the other end don't agree on.
    pub(super) fn inconsistency(
        &self,
        id: &ChassisId,
        port: InterfaceName,
    ) -> Option<Inconsistency> {
        let (peer, far) = self.peer(id, port)?;
        let own = self.switchport(id, port)?;
        let there = self.switchport(peer, far)?;
        match (own.is_trunk(), there.is_trunk()) {
            (true, true) if own.native_vlan != there.native_vlan => Some(Inconsistency::Pvid {
                local: own.native_vlan,
                peer: there.native_vlan,
            }),
            (false, true) => Some(Inconsistency::Type {
                vlan: own.access_vlan,
            }),
            _ => None,
        }
    }

    /// Where frames of a VLAN arrive that leave through a port towards another switch port, and
    /// in which VLAN, if both ends carry it.
    pub(super) fn across(
        &self,
        id: &ChassisId,
        port: InterfaceName,
        vlan: u16,
    ) -> Option<(&ChassisId, InterfaceName, u16)> {
        let (peer, far) = self.peer(id, port)?;
        if !self.trace(id, port).carries() || !self.trace(peer, far).carries() {
            return None;
        }
        let tag = self.switchport(id, port)?.emits(vlan)?;
        let into = self.switchport(peer, far)?.admits(tag)?;
        let kept_back = |id, port, vlan| {
            let found = self.inconsistency(id, port);
            found.is_some_and(|found| found.blocks(vlan))
        };
        let exists = self.state.chassis.get(peer)?.vlans.carries(into);
        let passes = exists && !kept_back(id, port, vlan) && !kept_back(peer, far, into);
        passes.then_some((peer, far, into))
    }
}
