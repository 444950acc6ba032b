use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::time;

/// The release of the lab's switches.
pub(super) const RELEASE: &str = "03.06.07E";
/// How they tell it.
pub(super) const SOFTWARE: &str = "Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch \
    Software (CAT3K_CAA-UNIVERSALK9-M), Version 03.06.07E RELEASE SOFTWARE (fc3)\n\
    Technical Support: http://www.cisco.com/techsupport\n\
    Copyright (c) 1986-2017 by Cisco Systems, Inc.\n\
    Compiled Wed 12-Jul-17 16:55 by prod_rel_team";

/// `show version`, after a capture of a two-member 3650 stack.
pub(in crate::lab::ios) fn version(call: &mut Call<'_>) -> Flow {
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let started = call
        .world
        .traces
        .started
        .get(&call.owner)
        .copied()
        .unwrap_or_default();
    let up = time::uptime(call.world.now().saturating_sub(started));
    let Some(active) = call.world.state.units.get(chassis.active_unit()).cloned() else {
        return Flow::Done;
    };
    let host = &chassis.running.hostname;
    let ports = 28 * chassis.members.len();
    call.say(format!(
        "{SOFTWARE}\n\n\
         ROM: IOS-XE ROMMON\n\
         BOOTLDR: CAT3K_CAA Boot Loader (CAT3K_CAA-HBOOT-M) Version 1.2, RELEASE SOFTWARE (P)\n\n\
         {host} uptime is {up}\n\
         Uptime for this control processor is {up}\n\
         System returned to ROM by reload\n\
         System image file is \"flash:packages.conf\"\n\
         Last reload reason: Reload command\n\n\n\
         License Level: Ipservices\n\
         License Type: Permanent\n\
         Next reload license Level: Ipservices\n\n\
         cisco {} (MIPS) processor with 4194304K bytes of physical memory.\n\
         Processor board ID {}\n\
         1 Virtual Ethernet interface\n\
         {ports} Gigabit Ethernet interfaces\n\
         2048K bytes of non-volatile configuration memory.\n\
         4194304K bytes of physical memory.\n\
         257008K bytes of Crash Files at crashinfo:.\n\
         1583952K bytes of Flash at flash:.\n",
        active.model, active.serial
    ));
    call.say(hardware(&active));
    call.say("\nSwitch Ports Model              SW Version        SW Image              Mode   ");
    call.say("------ ----- -----              ----------        ----------            ----   ");
    for (number, label) in &chassis.members {
        let Some(unit) = call.world.state.units.get(label) else {
            continue;
        };
        let mark = if *number == chassis.active { '*' } else { ' ' };
        let model = unit.model.clone();
        call.say(format!(
            "{mark}{number:>5} 28    {model:<18} {RELEASE:<17} cat3k_caa-universalk9 INSTALL"
        ));
    }
    for (number, label) in chassis
        .members
        .iter()
        .filter(|(n, _)| **n != chassis.active)
    {
        let Some(unit) = call.world.state.units.get(label).cloned() else {
            continue;
        };
        call.say(format!("\n\nSwitch {number:02}\n---------"));
        call.say(format!("Switch uptime                      : {up} "));
        call.say(hardware(&unit));
    }
    call.say("\nConfiguration register is 0x102\n");
    Flow::Done
}

fn hardware(unit: &crate::lab::world::switch::Unit) -> String {
    let plain: String = unit.mac.chars().filter(|c| *c != '.').collect();
    let mac: Vec<&str> = (0..6).filter_map(|i| plain.get(2 * i..2 * i + 2)).collect();
    format!(
        "Base Ethernet MAC Address          : {}\n\
         Model Revision Number              : D0\n\
         Motherboard Revision Number        : A0\n\
         Model Number                       : {}\n\
         System Serial Number               : {}",
        mac.join(":"),
        unit.model,
        unit.serial
    )
}
