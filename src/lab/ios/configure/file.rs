use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::session::Session;
use crate::lab::ios::{Line, SessionId, question};
use crate::lab::world::switch::{ChassisId, InterfaceConfig, SwitchConfig, VlanDatabase};
use crate::lab::world::{Traces, World};

/// What a configuration's text says on its own.
pub(in crate::lab::ios) struct Reading {
    pub(in crate::lab::ios) config: SwitchConfig,
    /// VLANs, where the text holds them.
    pub(in crate::lab::ios) vlans: VlanDatabase,
    /// Lines that the switch does not take.
    pub(in crate::lab::ios) refused: Vec<String>,
}

/// Adds the lines of a file to the running configuration, as if they were typed. What they don't
/// mention stays. A line that is no command is shown with the reason.
pub(in crate::lab::ios) fn merge(call: &mut Call<'_>, text: &str) {
    let mode = call.mode();
    type_in(call, text);
    call.enter(mode);
}

/// Reads a text as the whole configuration of a switch, which stays as it is. Nothing follows
/// from a line but what it says: ports don't hand their settings on.
pub(in crate::lab::ios) fn read(world: &World, owner: &ChassisId, text: &str) -> Reading {
    let mut paper = World {
        state: world.state.clone(),
        traces: Traces::default(),
    };
    if let Some(chassis) = paper.state.chassis.get_mut(owner) {
        let provisioned = std::mem::take(&mut chassis.running.provisioned);
        chassis.running = SwitchConfig::factory();
        for (number, model) in provisioned {
            chassis.running.provision(number, &model);
        }
        for interface in chassis.running.interfaces.values_mut() {
            *interface = InterfaceConfig::default();
        }
        chassis.vlans = VlanDatabase::default();
    }
    let id = SessionId(0);
    let session = Session::new(Line::Console(String::new()));
    paper.traces.sessions.insert(id, session);
    let mut call = Call::new(&mut paper, id, owner.clone());
    call.on_paper = true;
    let refused = type_in(&mut call, text);
    let chassis = paper.state.chassis.remove(owner);
    let (config, vlans) = chassis.map_or_else(
        || (SwitchConfig::factory(), VlanDatabase::default()),
        |chassis| (chassis.running, chassis.vlans),
    );
    Reading {
        config,
        vlans,
        refused,
    }
}

/// Types the lines of a text in configuration mode; which of them are refused.
fn type_in(call: &mut Call<'_>, text: &str) -> Vec<String> {
    let mut refused = Vec::new();
    call.enter(Mode::Global);
    for line in text.lines().take_while(|line| line.trim() != "end") {
        if line.trim().is_empty() || line.trim_start().starts_with('!') {
            continue;
        }
        let before = std::mem::take(&mut call.out);
        call.line = line.to_owned();
        call.prompt = 0;
        match super::run(call, line) {
            // Nobody is there to ask.
            Ok(Flow::Ask(question)) => drop(question::agree(call, question)),
            Ok(_) => {}
            Err(refusal) => {
                call.refuse(&refusal);
                call.out.insert_str(0, &format!("{line}\n"));
            }
        }
        if is_refusal(&call.out) {
            refused.push(line.to_owned());
            if !line.starts_with(' ') {
                // The lines of a section whose head was refused are for no other section.
                call.enter(Mode::Global);
            }
        }
        call.out.insert_str(0, &before);
    }
    refused
}

/// Whether what was said about a line means that it does not count.
fn is_refusal(said: &str) -> bool {
    said.lines().any(|line| {
        line.contains("ommand rejected")
            || line.starts_with("%Invalid")
            || line.starts_with("Bad mask")
            || (line.starts_with("% ") && !line.starts_with("% Access VLAN does not exist"))
    })
}
