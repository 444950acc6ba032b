use std::fmt::{self, Write};

use super::Lab;
use super::world::machine::Host;
use super::world::machine::installer::Screen;
use super::world::switch::Power;
use super::world::xapi::PoolRole;
use super::world::{Server, World, difference};

impl Lab {
    /// What stands on the floor, for people: time, switches, servers, cables, faults.
    pub fn show(&self) -> String {
        let mut text = String::new();
        // Writing to a string doesn't fail.
        let _ = self.write_floor(&mut text);
        text
    }

    /// What is different from the first morning, one line each.
    pub fn diff(&self) -> String {
        difference(&World::new(self.stage(), self.seed()), &self.world())
    }

    fn write_floor(&self, text: &mut String) -> fmt::Result {
        let world = self.world();
        writeln!(text, "{:.0}, seed {}", self.time(), self.seed())?;
        for (label, unit) in &world.state.units {
            let state = match unit.power {
                Power::Off => "off".to_owned(),
                Power::Booting => "booting".to_owned(),
                Power::Running => running(&world, label),
            };
            writeln!(text, "{label}: {} {}, {state}", unit.model, unit.serial)?;
        }
        for (name, server) in &world.state.servers {
            let label = match server.machine.label.as_str() {
                "" => String::new(),
                label => format!(" ({label:?})"),
            };
            writeln!(text, "{name}{label}: {}", doing(server))?;
        }
        for cable in &world.state.cables {
            writeln!(text, "cable: {} to {}", cable.0, cable.1)?;
        }
        if let Ok(serde_json::Value::Object(settings)) = serde_json::to_value(&world.state.settings)
        {
            for (name, value) in settings {
                writeln!(text, "setting: {name} {value}")?;
            }
        }
        for fault in self.faults() {
            writeln!(text, "fault: {fault}")?;
        }
        Ok(())
    }
}

/// What a server does, and where it can be reached.
fn doing(server: &Server) -> String {
    match &server.machine.host {
        Host::Off => "off".to_owned(),
        Host::Posting => "on, tests itself".to_owned(),
        Host::Idle => "on, found nothing to boot".to_owned(),
        Host::Installer(installer) if let Screen::Stopped(why) = &installer.screen => {
            format!("on, {} gave up: {why}", installer.image)
        }
        Host::Installer(installer) => format!(
            "on, {} shows `{}`",
            installer.image,
            installer.screen.title()
        ),
        Host::Running(_) => {
            let addresses = server.addresses().iter();
            let addresses: Vec<_> = addresses.map(|own| own.ip.to_string()).collect();
            let pool = match server.system().map(|system| system.role) {
                Some(PoolRole::Member(master)) => format!(", in the pool of {master}"),
                _ => String::new(),
            };
            format!("on, {}{pool}", addresses.join(" "))
        }
    }
}

fn running(world: &World, label: &str) -> String {
    let chassis = world.chassis_of(label).and_then(|(id, number)| {
        let chassis = world.state.chassis.get(id)?;
        Some((number, chassis))
    });
    match chassis {
        Some((number, chassis)) => {
            let role = if chassis.active == number {
                "leads"
            } else {
                "is a member of"
            };
            format!("number {number}, {role} {}", chassis.running.hostname)
        }
        None => "in no switch".to_owned(),
    }
}
