use std::collections::BTreeSet;

use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::range::vlan_list;
use crate::lab::world::Flag;
use crate::lab::world::switch::{InterfaceName, SwitchportMode, VlanSet};

/// `show interfaces trunk`: bundled members show as their port-channel only.
pub(in crate::lab::ios) fn interfaces_trunk(call: &mut Call<'_>) -> Flow {
    let ports = switchports(call);
    table(call, &ports)
}

/// `show interfaces X trunk`.
pub(in crate::lab::ios) fn interface_trunk(call: &mut Call<'_>) -> Flow {
    let ports: Vec<InterfaceName> = call.interface(0).into_iter().collect();
    table(call, &ports)
}

struct Row {
    port: String,
    mode: &'static str,
    encapsulation: &'static str,
    native: u16,
    allowed: String,
    active: String,
    forwarding: String,
}

fn table(call: &mut Call<'_>, ports: &[InterfaceName]) -> Flow {
    let rows: Vec<Row> = ports.iter().filter_map(|port| row(call, *port)).collect();
    if rows.is_empty() {
        return Flow::Done;
    }
    call.say("\nPort        Mode             Encapsulation  Status        Native vlan");
    for row in &rows {
        call.say(format!(
            "{:<11} {:<16} {:<14} {:<13} {}",
            row.port, row.mode, row.encapsulation, "trunking", row.native
        ));
    }
    let list = |call: &mut Call<'_>, title: &str, cell: fn(&Row) -> &str| {
        call.say(format!("\nPort        {title}"));
        for row in &rows {
            call.say(format!("{:<11} {}", row.port, cell(row)));
        }
    };
    list(call, "Vlans allowed on trunk", |row| &row.allowed);
    list(
        call,
        "Vlans allowed and active in management domain",
        |row| &row.active,
    );
    list(
        call,
        "Vlans in spanning tree forwarding state and not pruned",
        |row| &row.forwarding,
    );
    Flow::Done
}

fn row(call: &Call<'_>, port: InterfaceName) -> Option<Row> {
    let status = call.world.port(&call.owner, port)?;
    if !status.trunk || status.flag == Flag::Bundled {
        return None;
    }
    let chassis = call.chassis()?;
    let config = chassis.running.interfaces.get(&port)?;
    let (allowed, named): (String, BTreeSet<u16>) = match &config.allowed {
        VlanSet::All => ("1-4094".to_owned(), (1..=4094).collect()),
        VlanSet::Only(vlans) => (vlan_list(vlans), vlans.clone()),
    };
    let active: BTreeSet<u16> = named
        .into_iter()
        .filter(|vlan| chassis.vlans.carries(*vlan))
        .collect();
    let passes = |vlan: &u16| call.world.forwards(&call.owner, port, *vlan);
    let forwarding = active.iter().copied().filter(passes).collect();
    let none_or = |text: String| {
        if text.is_empty() {
            "none".to_owned()
        } else {
            text
        }
    };
    // `n-` stands for negotiated.
    let (mode, encapsulation) = match config.mode {
        SwitchportMode::DynamicAuto => ("auto", "n-802.1q"),
        SwitchportMode::DynamicDesirable => ("desirable", "n-802.1q"),
        SwitchportMode::Trunk | SwitchportMode::Access => ("on", "802.1q"),
    };
    Some(Row {
        port: port.short(),
        mode,
        encapsulation,
        native: config.native_vlan,
        allowed: none_or(allowed),
        active: none_or(vlan_list(&active)),
        forwarding: none_or(vlan_list(&forwarding)),
    })
}
