use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::call::{Call, Flow};
use super::grammar::{Command, Table};
use super::range;
use crate::lab::world::switch::{
    ChannelGroup, InterfaceConfig, InterfaceName, LacpMode, SwitchportMode, VlanSet,
};

/// Commands in `(config-if)#` and `(config-if-range)#`.
pub(super) const INTERFACE: Table = &[
    Command {
        pattern: "description LINE",
        help: "Up to 200 characters describing this interface",
        run: |c| {
            let text = c.text(0);
            set(c, |i| i.description = Some(text.clone()))
        },
    },
    Command {
        pattern: "no description",
        help: "",
        run: |c| set(c, |i| i.description = None),
    },
    Command {
        pattern: "no description LINE",
        help: "",
        run: |c| set(c, |i| i.description = None),
    },
    Command {
        pattern: "shutdown",
        help: "Shutdown the selected interface",
        run: |c| set(c, |i| i.shutdown = true),
    },
    Command {
        pattern: "no shutdown",
        help: "",
        run: |c| set(c, |i| i.shutdown = false),
    },
    Command {
        pattern: "switchport mode access",
        help: "Set trunking mode to ACCESS unconditionally",
        run: |c| switchport(c, |i| i.mode = SwitchportMode::Access),
    },
    Command {
        pattern: "switchport mode trunk",
        help: "Set trunking mode to TRUNK unconditionally",
        run: |c| switchport(c, |i| i.mode = SwitchportMode::Trunk),
    },
    Command {
        pattern: "switchport mode dynamic auto",
        help: "",
        run: |c| switchport(c, |i| i.mode = SwitchportMode::DynamicAuto),
    },
    Command {
        pattern: "switchport mode dynamic desirable",
        help: "",
        run: |c| switchport(c, |i| i.mode = SwitchportMode::DynamicDesirable),
    },
    Command {
        pattern: "no switchport mode",
        help: "",
        run: |c| switchport(c, |i| i.mode = SwitchportMode::default()),
    },
    Command {
        pattern: "switchport access vlan <1-4094>",
        help: "VLAN ID of the VLAN when this port is in access mode",
        run: access_vlan,
    },
    Command {
        pattern: "no switchport access vlan",
        help: "",
        run: |c| switchport(c, |i| i.access_vlan = 1),
    },
    Command {
        pattern: "no switchport access vlan <1-4094>",
        help: "",
        run: |c| switchport(c, |i| i.access_vlan = 1),
    },
    Command {
        pattern: "switchport trunk native vlan <1-4094>",
        help: "VLAN ID of the native VLAN when this port is in trunking mode",
        run: |c| {
            let vlan = c.number(0);
            switchport(c, |i| i.native_vlan = vlan)
        },
    },
    Command {
        pattern: "no switchport trunk native vlan",
        help: "",
        run: |c| switchport(c, |i| i.native_vlan = 1),
    },
    Command {
        pattern: "no switchport trunk native vlan <1-4094>",
        help: "",
        run: |c| switchport(c, |i| i.native_vlan = 1),
    },
    Command {
        pattern: "switchport trunk allowed vlan all",
        help: "all VLANs",
        run: |c| switchport(c, |i| i.allowed = VlanSet::All),
    },
    Command {
        pattern: "switchport trunk allowed vlan none",
        help: "no VLANs",
        run: |c| switchport(c, |i| i.allowed = VlanSet::Only(BTreeSet::new())),
    },
    Command {
        pattern: "switchport trunk allowed vlan add LINE",
        help: "add VLANs to the current list",
        run: |c| allowed(c, |now, named| now.union(named).copied().collect()),
    },
    Command {
        pattern: "switchport trunk allowed vlan remove LINE",
        help: "remove VLANs from the current list",
        run: |c| allowed(c, |now, named| now.difference(named).copied().collect()),
    },
    Command {
        pattern: "switchport trunk allowed vlan except LINE",
        help: "all VLANs except the following",
        run: |c| allowed(c, |_, named| every().difference(named).copied().collect()),
    },
    Command {
        pattern: "switchport trunk allowed vlan LINE",
        help: "VLAN IDs of the allowed VLANs when this port is in trunking mode",
        run: |c| allowed(c, |_, named| named.clone()),
    },
    Command {
        pattern: "no switchport trunk allowed vlan",
        help: "",
        run: |c| switchport(c, |i| i.allowed = VlanSet::All),
    },
    Command {
        pattern: "no switchport trunk allowed vlan LINE",
        help: "",
        run: |c| switchport(c, |i| i.allowed = VlanSet::All),
    },
    Command {
        pattern: "switchport nonegotiate",
        help: "Device will not engage in negotiation protocol on this interface",
        run: |c| switchport(c, |i| i.nonegotiate = true),
    },
    Command {
        pattern: "no switchport nonegotiate",
        help: "",
        run: |c| switchport(c, |i| i.nonegotiate = false),
    },
    Command {
        pattern: "channel-group <1-128> mode active",
        help: "Enable LACP unconditionally",
        run: |c| channel_group(c, LacpMode::Active),
    },
    Command {
        pattern: "channel-group <1-128> mode passive",
        help: "Enable LACP only if a LACP device is detected",
        run: |c| channel_group(c, LacpMode::Passive),
    },
    Command {
        pattern: "channel-group <1-128> mode on",
        help: "Enable Etherchannel only",
        run: |c| channel_group(c, LacpMode::On),
    },
    Command {
        pattern: "channel-group <1-128> mode desirable",
        help: "Enable PAgP unconditionally",
        run: |c| channel_group(c, LacpMode::Desirable),
    },
    Command {
        pattern: "channel-group <1-128> mode auto",
        help: "Enable PAgP only if a PAgP device is detected",
        run: |c| channel_group(c, LacpMode::Auto),
    },
    Command {
        pattern: "no channel-group",
        help: "",
        run: |c| switchport(c, |i| i.channel_group = None),
    },
    Command {
        pattern: "no channel-group LINE",
        help: "",
        run: |c| switchport(c, |i| i.channel_group = None),
    },
    Command {
        pattern: "channel-protocol lacp",
        help: "Prepare interface for LACP protocol",
        run: |c| switchport(c, |i| i.channel_protocol_lacp = true),
    },
    Command {
        pattern: "no channel-protocol",
        help: "",
        run: |c| switchport(c, |i| i.channel_protocol_lacp = false),
    },
    Command {
        pattern: "no channel-protocol lacp",
        help: "",
        run: |c| switchport(c, |i| i.channel_protocol_lacp = false),
    },
    Command {
        pattern: "port-channel standalone-disable",
        help: "Disable standalone mode",
        run: |c| set(c, |i| i.standalone_disable = true),
    },
    Command {
        pattern: "no port-channel standalone-disable",
        help: "",
        run: |c| set(c, |i| i.standalone_disable = false),
    },
    Command {
        pattern: "default port-channel standalone-disable",
        help: "",
        run: |c| set(c, |i| i.standalone_disable = true),
    },
    Command {
        pattern: "spanning-tree portfast",
        help: "Enable portfast on the interface",
        run: portfast,
    },
    Command {
        pattern: "spanning-tree portfast trunk",
        help: "Enable portfast on the interface even in trunk mode",
        run: portfast,
    },
    Command {
        pattern: "no spanning-tree portfast",
        help: "",
        run: |c| set(c, |i| i.portfast = false),
    },
    Command {
        pattern: "no spanning-tree portfast trunk",
        help: "",
        run: |c| set(c, |i| i.portfast = false),
    },
    Command {
        pattern: "ip address A.B.C.D A.B.C.D",
        help: "IP subnet mask",
        run: ip_address,
    },
    Command {
        pattern: "no ip address",
        help: "",
        run: |c| set(c, |i| i.ip = None),
    },
    Command {
        pattern: "no ip address A.B.C.D A.B.C.D",
        help: "",
        run: |c| set(c, |i| i.ip = None),
    },
    Command {
        pattern: "ip mtu <68-9198>",
        help: "MTU (bytes)",
        run: |c| {
            let mtu = c.number(0);
            set(c, |i| i.ip_mtu = Some(mtu))
        },
    },
    Command {
        pattern: "no ip mtu",
        help: "",
        run: |c| set(c, |i| i.ip_mtu = None),
    },
];

fn set(call: &mut Call<'_>, mut edit: impl FnMut(&mut InterfaceConfig)) -> Flow {
    call.each_interface(|_, interface| {
        edit(interface);
        Ok(())
    })
}

/// A change that only switchports take.
fn switchport(call: &mut Call<'_>, mut edit: impl FnMut(&mut InterfaceConfig)) -> Flow {
    call.each_interface(|name, interface| {
        if !name.is_switchport() {
            return Err(format!("Command rejected: {name} is not a switching port."));
        }
        edit(interface);
        Ok(())
    })
}

fn access_vlan(call: &mut Call<'_>) -> Flow {
    let vlan: u16 = call.number(0);
    let exists = call
        .chassis()
        .is_some_and(|c| c.vlans.vlans.contains_key(&vlan));
    if !exists {
        call.say(format!(
            "% Access VLAN does not exist. Creating vlan {vlan}"
        ));
        let owner = call.owner.clone();
        call.world
            .configure_chassis(&owner, |chassis| chassis.vlans.create(vlan));
    }
    switchport(call, |interface| interface.access_vlan = vlan)
}

fn every() -> BTreeSet<u16> {
    (1..=4094).collect()
}

fn allowed(
    call: &mut Call<'_>,
    combine: impl Fn(&BTreeSet<u16>, &BTreeSet<u16>) -> BTreeSet<u16>,
) -> Flow {
    let Some(named) = range::vlans(&call.text(0)) else {
        call.say("Command rejected: Bad VLAN allowed list.");
        return Flow::Done;
    };
    switchport(call, |interface| {
        let now = match &interface.allowed {
            VlanSet::All => every(),
            VlanSet::Only(vlans) => vlans.clone(),
        };
        let new = combine(&now, &named);
        interface.allowed = if new.len() == 4094 {
            VlanSet::All
        } else {
            VlanSet::Only(new)
        };
    })
}

fn channel_group(call: &mut Call<'_>, mode: LacpMode) -> Flow {
    let group: u16 = call.number(0);
    let name = InterfaceName::PortChannel(group);
    if !call.running().interfaces.contains_key(&name) {
        call.say(format!(
            "Creating a port-channel interface Port-channel {group}\n"
        ));
    }
    let lacp = matches!(mode, LacpMode::Active | LacpMode::Passive);
    call.each_interface(|port, interface| {
        if !matches!(port, InterfaceName::Gigabit(..) | InterfaceName::Uplink(..)) {
            return Err(format!(
                "Command rejected: {port} can not be a member of a channel group."
            ));
        }
        if interface.channel_protocol_lacp && !lacp {
            return Err(format!(
                "Command rejected (Channel protocol mismatch for interface {} in group {group}): \
                 the interface can not be added to the channel group\n",
                port.short()
            ));
        }
        interface.channel_group = Some(ChannelGroup { group, mode });
        Ok(())
    })
}

fn portfast(call: &mut Call<'_>) -> Flow {
    call.say(
        "%Warning: portfast should only be enabled on ports connected to a single\n host. \
         Connecting hubs, concentrators, switches, bridges, etc... to this\n interface  when \
         portfast is enabled, can cause temporary bridging loops.\n Use with CAUTION\n",
    );
    set(call, |interface| interface.portfast = true)
}

fn ip_address(call: &mut Call<'_>) -> Flow {
    let ip: Ipv4Addr = call.text(0).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let mask: Ipv4Addr = call.text(1).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let bits = mask.to_bits();
    let prefix = bits.leading_ones();
    if prefix + bits.trailing_zeros().min(32) < 32 || prefix == 0 {
        let hex = bits;
        call.say(format!("Bad mask 0x{hex:08X} for address {ip}"));
        return Flow::Done;
    }
    let prefix = u8::try_from(prefix).unwrap_or(32);
    let running = call.running();
    let names = match call.mode() {
        super::mode::Mode::Interface { names, .. } => names,
        _ => Vec::new(),
    };
    let network = |ip: Ipv4Addr, prefix: u8| ip.to_bits().checked_shr(32 - u32::from(prefix));
    for (other, config) in running
        .interfaces
        .iter()
        .filter(|(name, _)| !names.contains(name))
    {
        let Some((own, own_prefix)) = config.ip else {
            continue;
        };
        let shorter = prefix.min(own_prefix);
        if network(ip, shorter) == network(own, shorter) {
            let net = Ipv4Addr::from_bits(ip.to_bits() & bits);
            call.say(format!("% {net} overlaps with {other}"));
            return Flow::Done;
        }
    }
    call.each_interface(|name, interface| {
        if name.is_switchport() {
            return Err("\n% IP addresses may not be configured on L2 links.\n".to_owned());
        }
        interface.ip = Some((ip, prefix));
        Ok(())
    })
}
