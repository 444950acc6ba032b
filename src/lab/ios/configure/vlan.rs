use super::edit;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
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
    Command::new("vlan <1-4094>", "ISL VLAN IDs 1-4094", vlan),
    Command::new("no vlan LINE", "", no_vlan),
];

/// Commands in `(config-vlan)#`.
pub(super) const VLAN: Table = &[
    Command::new("name WORD", "The ascii name for the VLAN", |c| {
        let name = c.text(0);
        edit_vlan(c, |vlan, _| vlan.name = name)
    }),
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
    let id: u16 = call.number(0);
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.vlans.create(id));
    call.enter(Mode::Vlan(id))
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

fn edit_vlan(call: &mut Call<'_>, change: impl FnOnce(&mut Vlan, u16)) -> Flow {
    let Mode::Vlan(id) = call.mode() else {
        return Flow::Done;
    };
    let owner = call.owner.clone();
    call.world.configure_chassis(&owner, |chassis| {
        if let Some(vlan) = chassis.vlans.vlans.get_mut(&id) {
            change(vlan, id);
        }
    });
    Flow::Done
}
