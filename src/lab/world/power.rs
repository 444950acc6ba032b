use super::switch::{Chassis, Power, SwitchConfig};
use super::{Event, World};
use crate::lab::ios;

impl World {
    /// Gives a unit power: it boots, and is there after a while.
    pub fn power_on(&mut self, unit: &str) {
        let boot = self.state.settings.boot;
        let Some(box_) = self.state.units.get_mut(unit) else {
            return;
        };
        if box_.power == Power::Off {
            box_.power = Power::Booting;
            let at = self.traces.now + boot;
            self.schedule(at, Event::Booted(unit.to_owned()));
        }
    }

    /// Takes a unit's power: what is not saved is gone, at once and without a word.
    pub fn power_off(&mut self, unit: &str) {
        let Some(box_) = self.state.units.get_mut(unit) else {
            return;
        };
        box_.power = Power::Off;
        self.traces
            .events
            .retain(|(_, _, event)| *event != Event::Booted(unit.to_owned()));
        self.leave(unit);
        ios::silence(self, unit);
        self.settle_all();
    }

    /// Starts a unit anew, as `reload` does.
    pub fn restart(&mut self, unit: &str) {
        self.power_off(unit);
        self.power_on(unit);
    }

    /// A unit has booted: it joins the stack at its other end, or runs alone.
    pub(super) fn booted(&mut self, label: &str) {
        let Some(unit) = self.state.units.get_mut(label) else {
            return;
        };
        if unit.power != Power::Booting {
            return;
        }
        if let Some(at) = self.better_leader_comes(label) {
            self.schedule(at, Event::Booted(label.to_owned()));
            return;
        }
        let Some(unit) = self.state.units.get_mut(label) else {
            return;
        };
        unit.power = Power::Running;
        unit.number = unit.next_number;
        let running = self
            .neighbours(label)
            .into_iter()
            .find_map(|n| self.running_chassis(&n));
        match running {
            Some(chassis) => self.join(&chassis, label),
            None => self.stand_up(label),
        }
        self.settle_all();
    }

    /// A unit runs alone, with what it has saved.
    pub(super) fn stand_up(&mut self, label: &str) {
        let Some(unit) = self.state.units.get(label) else {
            return;
        };
        let mut running = unit.startup.clone().unwrap_or_else(SwitchConfig::factory);
        running.provision(unit.number, &unit.model);
        let chassis = Chassis {
            members: [(unit.number, label.to_owned())].into(),
            active: unit.number,
            standby: None,
            system_mtu: running.system_mtu,
            running,
            vlans: unit.vlans.clone(),
            rsa_key: unit.rsa_key,
        };
        self.state.chassis.insert(label.to_owned(), chassis);
        self.traces
            .started
            .insert(label.to_owned(), self.traces.now);
        self.settle(&label.to_owned());
        self.syslog(&label.to_owned(), "%SYS-5-RESTART: System restarted --");
    }
}
