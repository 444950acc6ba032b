use super::channel::Suspension;
use super::operation::Flag;
use super::switch::{ChassisId, InterfaceConfig, InterfaceName};
use super::{Inconsistency, PortTrace, World};

impl World {
    /// Logs what changed on a port's wire and in its port-channel.
    pub(super) fn log_port(
        &mut self,
        id: &ChassisId,
        port: InterfaceName,
        config: &InterfaceConfig,
        before: &PortTrace,
        after: &PortTrace,
    ) {
        let messages = [
            link(port, config, before, after),
            compatibility(port, config, before, after),
            bundle(port, config, before, after),
        ];
        for message in messages.into_iter().flatten() {
            self.syslog(id, message);
        }
        if before.carries() != after.carries() {
            self.log_line_protocol(id, port, after.carries());
        }
    }

    /// Logs what a port newly hears from the switch at the other end.
    pub(super) fn log_neighbour(
        &mut self,
        id: &ChassisId,
        port: InterfaceName,
        before: &PortTrace,
        after: &PortTrace,
    ) {
        if before.inconsistency != after.inconsistency {
            for message in inconsistency(port, before.inconsistency, after.inconsistency) {
                self.syslog(id, message);
            }
        }
        let heard = after
            .native_heard
            .filter(|_| before.native_heard != after.native_heard);
        let own = self.switchport(id, port).map(|own| own.untagged());
        if let (Some(theirs), Some(own), Some(peer)) = (heard, own, self.neighbour(id, port)) {
            self.syslog(
                id,
                format!(
                    "%CDP-4-NATIVE_VLAN_MISMATCH: Native VLAN mismatch discovered on {port} \
                     ({own}), with {} {} ({theirs}).",
                    peer.device, peer.port
                ),
            );
        }
    }

    pub(super) fn log_line_protocol(&mut self, id: &ChassisId, name: InterfaceName, up: bool) {
        let word = if up { "up" } else { "down" };
        self.syslog(
            id,
            format!(
                "%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {word}"
            ),
        );
    }
}

fn link(
    port: InterfaceName,
    config: &InterfaceConfig,
    before: &PortTrace,
    after: &PortTrace,
) -> Option<String> {
    let message = match (after.link, config.shutdown) {
        _ if before.link == after.link => return None,
        (true, _) => format!("%LINK-3-UPDOWN: Interface {port}, changed state to up"),
        (false, true) => {
            format!("%LINK-5-CHANGED: Interface {port}, changed state to administratively down")
        }
        (false, false) => format!("%LINK-3-UPDOWN: Interface {port}, changed state to down"),
    };
    Some(message)
}

fn compatibility(
    port: InterfaceName,
    config: &InterfaceConfig,
    before: &PortTrace,
    after: &PortTrace,
) -> Option<String> {
    if before.suspended == after.suspended {
        return None;
    }
    let short = port.short();
    let group = config.channel_group.map(|group| group.group);
    match (&before.suspended, &after.suspended) {
        (_, Some(Suspension::Incompatible(reason))) => Some(format!(
            "%EC-5-CANNOT_BUNDLE2: {short} is not compatible with Po{} and will be suspended \
             ({reason})",
            group.unwrap_or_default()
        )),
        (_, Some(Suspension::NoLacp)) => Some(format!(
            "%ETC-5-L3DONTBNDL2: {short} suspended: LACP currently not enabled on the remote \
             port."
        )),
        (Some(Suspension::Incompatible(_)), None) if group.is_some() && after.link => Some(
            format!("%EC-5-COMPATIBLE: {short} is compatible with port-channel members"),
        ),
        _ => None,
    }
}

fn bundle(
    port: InterfaceName,
    config: &InterfaceConfig,
    before: &PortTrace,
    after: &PortTrace,
) -> Option<String> {
    let short = port.short();
    let group = config.channel_group?.group;
    match (before.flag == Flag::Bundled, after.flag == Flag::Bundled) {
        (false, true) => Some(format!(
            "%EC-5-BUNDLE: Interface {short} joined port-channel Po{group}"
        )),
        (true, false) => Some(format!(
            "%EC-5-UNBUNDLE: Interface {short} left the port-channel Po{group}"
        )),
        _ => None,
    }
}

/// What spanning tree says when neighbours begin or cease to disagree.
fn inconsistency(
    port: InterfaceName,
    before: Option<Inconsistency>,
    after: Option<Inconsistency>,
) -> Vec<String> {
    match (before, after) {
        (_, Some(Inconsistency::Pvid { local, peer })) => vec![
            format!(
                "%SPANTREE-2-RECV_PVID_ERR: Received BPDU with inconsistent peer vlan id {peer} \
                 on {port} VLAN{local}."
            ),
            format!(
                "%SPANTREE-2-BLOCK_PVID_PEER: Blocking {port} on VLAN{peer:04}. Inconsistent \
                 peer vlan."
            ),
            format!(
                "%SPANTREE-2-BLOCK_PVID_LOCAL: Blocking {port} on VLAN{local:04}. Inconsistent \
                 local vlan."
            ),
        ],
        (_, Some(Inconsistency::Type { vlan })) => vec![
            format!(
                "%SPANTREE-7-RECV_1Q_NON_TRUNK: Received 802.1Q BPDU on non trunk {port} \
                 VLAN{vlan}."
            ),
            format!(
                "%SPANTREE-7-BLOCK_PORT_TYPE: Blocking {port} on VLAN{vlan:04}. Inconsistent \
                 port type."
            ),
        ],
        (Some(was), None) => {
            let vlans = match was {
                Inconsistency::Pvid { local, peer } => vec![peer, local],
                Inconsistency::Type { vlan } => vec![vlan],
            };
            let unblocked = vlans.into_iter().map(|vlan| {
                format!(
                    "%SPANTREE-2-UNBLOCK_CONSIST_PORT: Unblocking {port} on VLAN{vlan:04}. Port \
                     consistency restored."
                )
            });
            unblocked.collect()
        }
        (None, None) => Vec::new(),
    }
}
