use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::range::vlan_list;
use crate::lab::world::StatusWord;
use crate::lab::world::switch::{InterfaceName, SwitchportMode, VlanSet};

/// `show interfaces switchport`.
pub(in crate::lab::ios) fn interfaces_switchport(call: &mut Call<'_>) -> Flow {
    for name in switchports(call) {
        block(call, name);
    }
    Flow::Done
}

/// `show interfaces X switchport`.
pub(in crate::lab::ios) fn interface_switchport(call: &mut Call<'_>) -> Flow {
    if let Some(name) = call.interface(0) {
        block(call, name);
    }
    Flow::Done
}

fn block(call: &mut Call<'_>, name: InterfaceName) {
    let Some(chassis) = call.chassis().cloned() else {
        return;
    };
    let Some(config) = chassis.running.interfaces.get(&name).cloned() else {
        return;
    };
    let Some(status) = call.world.port(&call.owner, name) else {
        return;
    };
    let admin = match config.mode {
        SwitchportMode::DynamicAuto => "dynamic auto",
        SwitchportMode::DynamicDesirable => "dynamic desirable",
        SwitchportMode::Access => "static access",
        SwitchportMode::Trunk => "trunk",
    };
    let bundle = status
        .bundled_in
        .map(|n| format!(" (member of bundle Po{n})"));
    let operational = match (status.word, status.trunk) {
        (StatusWord::Connected, true) => "trunk",
        (StatusWord::Connected, _) => "static access",
        (StatusWord::Suspended, _) => "down (suspended member of bundle)",
        _ => "down",
    };
    let vlan = |id: u16| {
        let known = chassis.vlans.vlans.get(&id);
        format!(
            "{id} ({})",
            known.map_or("Inactive", |vlan| vlan.name.as_str())
        )
    };
    let negotiation = if config.mode == SwitchportMode::Access || config.nonegotiate {
        "Off"
    } else {
        "On"
    };
    let allowed = match &config.allowed {
        VlanSet::All => "ALL".to_owned(),
        VlanSet::Only(vlans) if vlans.is_empty() => "NONE".to_owned(),
        VlanSet::Only(vlans) => vlan_list(vlans),
    };
    call.say(format!(
        "Name: {}\nSwitchport: Enabled\nAdministrative Mode: {admin}\n\
         Operational Mode: {operational}{}\n\
         Administrative Trunking Encapsulation: dot1q",
        name.short(),
        bundle.unwrap_or_default()
    ));
    if status.word == StatusWord::Connected {
        let encapsulation = if status.trunk { "dot1q" } else { "native" };
        call.say(format!(
            "Operational Trunking Encapsulation: {encapsulation}"
        ));
    }
    call.say(format!(
        "Negotiation of Trunking: {negotiation}\n\
         Access Mode VLAN: {}\n\
         Trunking Native Mode VLAN: {}\n\
         Administrative Native VLAN tagging: enabled\n\
         Voice VLAN: none\n\
         Administrative private-vlan host-association: none \n\
         Administrative private-vlan mapping: none \n\
         Administrative private-vlan trunk native VLAN: none\n\
         Administrative private-vlan trunk Native VLAN tagging: enabled\n\
         Administrative private-vlan trunk encapsulation: dot1q\n\
         Administrative private-vlan trunk normal VLANs: none\n\
         Administrative private-vlan trunk associations: none\n\
         Administrative private-vlan trunk mappings: none\n\
         Operational private-vlan: none\n\
         Trunking VLANs Enabled: {allowed}\n\
         Pruning VLANs Enabled: 2-1001\n\
         Capture Mode Disabled\n\
         Capture VLANs Allowed: ALL\n\n\
         Protected: false\n\
         Unknown unicast blocked: disabled\n\
         Unknown multicast blocked: disabled\n\
         Appliance trust: none\n",
        vlan(config.access_vlan),
        vlan(config.native_vlan)
    ));
}
