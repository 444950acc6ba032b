use std::collections::BTreeSet;

use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::range;
use crate::lab::world::switch::{InterfaceConfig, SwitchportMode, VlanSet};

/// What an interface does with VLANs.
pub(super) const SWITCHPORT: Table = &[
    Command::new(
        "switchport mode access",
        "Set trunking mode to ACCESS unconditionally",
        |c| switchport(c, |i| i.mode = SwitchportMode::Access),
    ),
    Command::new(
        "switchport mode trunk",
        "Set trunking mode to TRUNK unconditionally",
        |c| switchport(c, |i| i.mode = SwitchportMode::Trunk),
    ),
    Command::new("switchport mode dynamic auto", "", |c| {
        switchport(c, |i| i.mode = SwitchportMode::DynamicAuto)
    }),
    Command::new("switchport mode dynamic desirable", "", |c| {
        switchport(c, |i| i.mode = SwitchportMode::DynamicDesirable)
    }),
    Command::new("no switchport mode", "", |c| {
        switchport(c, |i| i.mode = SwitchportMode::default())
    }),
    Command::new(
        "switchport access vlan <1-4094>",
        "VLAN ID of the VLAN when this port is in access mode",
        access_vlan,
    ),
    Command::new("no switchport access vlan", "", |c| {
        switchport(c, |i| i.access_vlan = 1)
    }),
    Command::new("no switchport access vlan <1-4094>", "", |c| {
        switchport(c, |i| i.access_vlan = 1)
    }),
    Command::new(
        "switchport trunk native vlan <1-4094>",
        "VLAN ID of the native VLAN when this port is in trunking mode",
        |c| {
            let vlan = c.number(0);
            switchport(c, |i| i.native_vlan = vlan)
        },
    ),
    Command::new("no switchport trunk native vlan", "", |c| {
        switchport(c, |i| i.native_vlan = 1)
    }),
    Command::new("no switchport trunk native vlan <1-4094>", "", |c| {
        switchport(c, |i| i.native_vlan = 1)
    }),
    Command::new("switchport trunk allowed vlan all", "all VLANs", |c| {
        switchport(c, |i| i.allowed = VlanSet::All)
    }),
    Command::new("switchport trunk allowed vlan none", "no VLANs", |c| {
        switchport(c, |i| i.allowed = VlanSet::Only(BTreeSet::new()))
    }),
    Command::new(
        "switchport trunk allowed vlan add LINE",
        "add VLANs to the current list",
        |c| allowed(c, |now, named| now.union(named).copied().collect()),
    ),
    Command::new(
        "switchport trunk allowed vlan remove LINE",
        "remove VLANs from the current list",
        |c| allowed(c, |now, named| now.difference(named).copied().collect()),
    ),
    Command::new(
        "switchport trunk allowed vlan except LINE",
        "all VLANs except the following",
        |c| allowed(c, |_, named| every().difference(named).copied().collect()),
    ),
    Command::new(
        "switchport trunk allowed vlan LINE",
        "VLAN IDs of the allowed VLANs when this port is in trunking mode",
        |c| allowed(c, |_, named| named.clone()),
    ),
    Command::new("no switchport trunk allowed vlan", "", |c| {
        switchport(c, |i| i.allowed = VlanSet::All)
    }),
    Command::new("no switchport trunk allowed vlan LINE", "", |c| {
        switchport(c, |i| i.allowed = VlanSet::All)
    }),
    Command::new(
        "switchport nonegotiate",
        "Device will not engage in negotiation protocol on this interface",
        |c| switchport(c, |i| i.nonegotiate = true),
    ),
    Command::new("no switchport nonegotiate", "", |c| {
        switchport(c, |i| i.nonegotiate = false)
    }),
];

/// A change that only switchports take.
pub(super) fn switchport(call: &mut Call<'_>, mut edit: impl FnMut(&mut InterfaceConfig)) -> Flow {
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
