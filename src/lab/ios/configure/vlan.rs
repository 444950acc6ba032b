use std::collections::BTreeSet;

use super::edit;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Refusal, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::range;
use crate::lab::world::switch::{Vlan, VtpMode};

/// The VLAN database.
pub(super) const VLANS: Table = &[
    Command::new("vtp mode server", "Set the device to server mode.", |c| {
        vtp(c, VtpMode::Server)
    }),
    Command::new(
        "vtp mode transparent",
        "Set the device to transparent mode.",
        |c| vtp(c, VtpMode::Transparent),
    ),
    Command::new("vtp mode off", "Set the device to off mode.", |c| {
        vtp(c, VtpMode::Off)
    }),
    Command::new("vlan WORD", "ISL VLAN IDs 1-4094", vlan),
    Command::new("no vlan LINE", "", no_vlan),
];

/// Commands in `(config-vlan)#`.
pub(super) const VLAN: Table = &[
    Command::new("name WORD", "The ascii name for the VLAN", name),
    Command::new("no name", "", |c| {
        edit_vlan(c, |vlan, id| vlan.name = default_name(id))
    }),
    Command::new(
        "mtu <576-18190>",
        "Value of VLAN Maximum Transmission Unit",
        |c| {
            let mtu = c.number(0);
            edit_vlan(c, |vlan, _| vlan.mtu = mtu)
        },
    ),
    Command::new("no mtu", "", |c| edit_vlan(c, |vlan, _| vlan.mtu = 1500)),
    Command::new("state active", "VLAN Active State", |c| {
        edit_vlan(c, |vlan, _| vlan.active = true)
    }),
    Command::new("state suspend", "VLAN Suspended State", |c| {
        edit_vlan(c, |vlan, _| vlan.active = false)
    }),
];

fn vtp(call: &mut Call<'_>, mode: VtpMode) -> Flow {
    let word = match mode {
        VtpMode::Server => "Server",
        VtpMode::Transparent => "Transparent",
        VtpMode::Off => "Off",
    };
    if call.running().vtp_mode == mode {
        call.say(format!("Device mode already VTP {word} for VLANS."));
    } else {
        call.say(format!("Setting device to VTP {word} mode for VLANS."));
    }
    edit(call, |g| g.vtp_mode = mode)
}

fn vlan(call: &mut Call<'_>) -> Flow {
    let list = call.text(0);
    let Some(ids) = range::vlans(&list) else {
        let at = call.line.find(&list).unwrap_or_default();
        return call.refuse(&Refusal::Invalid(at));
    };
    let extended: BTreeSet<u16> = ids.iter().copied().filter(|id| *id > 1005).collect();
    if !extended.is_empty() && call.running().vtp_mode == VtpMode::Server {
        call.say(format!(
            "% Failed to create VLANs {}\nExtended VLAN(s) not allowed in current VTP mode.\n\
             %Failed to commit extended VLAN(s) changes.\n",
            range::vlan_list(&extended)
        ));
        return Flow::Done;
    }
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        for id in &ids {
            chassis.vlans.create(*id);
        }
    });
    call.enter(Mode::Vlan(ids))
}

fn no_vlan(call: &mut Call<'_>) -> Flow {
    let Some(ids) = range::vlans(&call.text(0)) else {
        call.say("Command rejected: Bad VLAN list.");
        return Flow::Done;
    };
    if let Some(fixed) = ids
        .iter()
        .find(|id| **id == 1 || (1002..=1005).contains(*id))
    {
        let note = if *fixed == 1 {
            "VLAN 1 may not be deleted"
        } else {
            "Default VLAN may not be deleted"
        };
        call.say(format!("% {note}."));
        return Flow::Done;
    }
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        chassis.vlans.vlans.retain(|id, _| !ids.contains(id));
    });
    call.enter(Mode::Global)
}

fn default_name(id: u16) -> String {
    format!("VLAN{id:04}")
}

/// Names the VLANs of the mode. No two have the same name.
fn name(call: &mut Call<'_>) -> Flow {
    let (name, Mode::Vlan(ids)) = (call.text(0), call.mode()) else {
        return Flow::Done;
    };
    let vlans = call.chassis().map(|chassis| chassis.vlans.vlans.clone());
    let vlans = vlans.unwrap_or_default();
    let Some(id) = ids.first() else {
        return Flow::Done;
    };
    let same = vlans
        .iter()
        .find(|(other, vlan)| *other != id && vlan.name == name);
    let twice = same.map(|(other, _)| other).or(ids.iter().nth(1));
    if let Some(other) = twice {
        call.say(format!(
            "% VLAN #{id} and #{other} have an identical name: {name}"
        ));
        return Flow::Done;
    }
    edit_vlan(call, |vlan, _| vlan.name.clone_from(&name))
}

fn edit_vlan(call: &mut Call<'_>, change: impl Fn(&mut Vlan, u16)) -> Flow {
    let Mode::Vlan(ids) = call.mode() else {
        return Flow::Done;
    };
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        for id in ids {
            if let Some(vlan) = chassis.vlans.vlans.get_mut(&id) {
                change(vlan, id);
            }
        }
    });
    Flow::Done
}
