use std::cmp::Reverse;

use super::switch::{ChassisId, Power};
use super::{Event, Jack, Millis, World};

/// A member's part in its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It leads.
    Active,
    /// It takes over.
    Standby,
    /// Neither.
    Member,
}

impl World {
    /// A member's part.
    pub fn role(&self, chassis: &ChassisId, number: u8) -> Option<Role> {
        let chassis = self.state.chassis.get(chassis)?;
        chassis.members.get(&number)?;
        Some(match number {
            n if n == chassis.active => Role::Active,
            n if Some(n) == chassis.standby => Role::Standby,
            _ => Role::Member,
        })
    }

    /// The running unit at the other end of a stack port, and its number.
    pub fn stack_neighbour(&self, unit: &str, port: u8) -> Option<String> {
        let jack = self.opposite(&Jack::new(unit, &format!("stack{port}")))?;
        let other = self.state.units.get(&jack.device)?;
        (other.power == Power::Running).then(|| jack.device.clone())
    }

    /// Running units at the other ends of a unit's stack cables.
    pub(super) fn neighbours(&self, unit: &str) -> Vec<String> {
        (1..=2)
            .filter_map(|port| self.stack_neighbour(unit, port))
            .collect()
    }

    /// After stack cables changed: stacks meet, or fall apart.
    pub(super) fn restack(&mut self) {
        self.fall_apart();
        let labels: Vec<String> = self.state.units.keys().cloned().collect();
        for label in labels {
            let Some(own) = self.running_chassis(&label) else {
                continue;
            };
            for neighbour in self.neighbours(&label) {
                let Some(other) = self.running_chassis(&neighbour) else {
                    continue;
                };
                if own != other {
                    self.meet(&own, &other);
                    return;
                }
            }
        }
        self.settle_all();
    }

    /// What decides who leads: the higher priority, then the lower MAC address. Less is better.
    fn rank(&self, unit: &str) -> Option<(Reverse<u8>, String)> {
        let unit = self.state.units.get(unit)?;
        Some((Reverse(unit.priority), unit.mac.clone()))
    }

    /// Units that boot together elect: when a better one of theirs will be there, if this one
    /// has to wait for it. Where a stack runs already there is nothing to elect.
    pub(super) fn better_leader_comes(&self, label: &str) -> Option<Millis> {
        let group = self.cabled_to(label);
        if group
            .iter()
            .any(|unit| self.running_chassis(unit).is_some())
        {
            return None;
        }
        let until = self.traces.now + self.state.settings.election;
        let due = |unit: &String| {
            let coming = Event::Booted(unit.clone());
            let mut events = self.traces.events.iter();
            let (at, ..) = events.find(|(_, _, event)| *event == coming)?;
            (*at <= until && self.rank(unit) < self.rank(label)).then_some(*at)
        };
        group.iter().filter_map(due).max()
    }

    /// The units that a chain of stack cables leads to through units that have power.
    fn cabled_to(&self, unit: &str) -> Vec<String> {
        let mut found = vec![unit.to_owned()];
        let mut next = 0;
        while let Some(label) = found.get(next) {
            let ends = (1..=2).filter_map(|port| {
                let jack = self.opposite(&Jack::new(label, &format!("stack{port}")))?;
                let other = self.state.units.get(&jack.device)?;
                (other.power != Power::Off).then(|| jack.device.clone())
            });
            let more: Vec<String> = ends.filter(|unit| !found.contains(unit)).collect();
            found.extend(more);
            next += 1;
        }
        found
    }

    /// Two running switches find each other: the one with the lower priority, then the higher
    /// MAC address, restarts and joins.
    fn meet(&mut self, a: &ChassisId, b: &ChassisId) {
        let rank = |id: &ChassisId| {
            let chassis = self.state.chassis.get(id)?;
            self.rank(chassis.active_unit())
        };
        let (winner, loser) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
        self.syslog(
            winner,
            "%STACKMGR-4-STACK_LINK_CHANGE: Stack port has changed state to UP",
        );
        let losers: Vec<String> = match self.state.chassis.get(loser) {
            Some(chassis) => chassis.members.values().cloned().collect(),
            None => Vec::new(),
        };
        for unit in losers {
            self.restart(&unit);
        }
    }

    /// A booted unit becomes a member: it takes the number that is free and everything else
    /// from the stack.
    pub(super) fn join(&mut self, id: &ChassisId, label: &str) {
        let Some(chassis) = self.state.chassis.get_mut(id) else {
            return;
        };
        let Some(unit) = self.state.units.get_mut(label) else {
            return;
        };
        if chassis.members.contains_key(&unit.number) {
            let free = (1..=9).find(|number| !chassis.members.contains_key(number));
            unit.number = free.unwrap_or(9);
            unit.next_number = unit.number;
        }
        let number = unit.number;
        chassis.members.insert(number, label.to_owned());
        chassis.running.provision(number, &unit.model);
        unit.vlans = chassis.vlans.clone();
        unit.rsa_key = chassis.rsa_key;
        let saved = self
            .state
            .units
            .get(chassis.active_unit())
            .and_then(|u| u.startup.clone());
        if let Some(unit) = self.state.units.get_mut(label) {
            unit.startup = saved;
        }
        self.elect_standby(id);
        self.syslog(
            id,
            format!("%STACKMGR-4-SWITCH_ADDED: Switch {number} has been ADDED to the stack."),
        );
    }

    pub(super) fn elect_standby(&mut self, id: &ChassisId) {
        let Some(chassis) = self.state.chassis.get_mut(id) else {
            return;
        };
        let units = &self.state.units;
        let candidates = chassis
            .members
            .iter()
            .filter(|(number, _)| **number != chassis.active);
        chassis.standby = candidates
            .min_by_key(|(_, label)| {
                units
                    .get(*label)
                    .map(|u| (std::cmp::Reverse(u.priority), u.mac.clone()))
            })
            .map(|(number, _)| *number);
    }

    /// The units that a chain of stack cables holds to a unit, itself included.
    pub(super) fn connected_to(&self, unit: &str) -> Vec<String> {
        let mut found = vec![unit.to_owned()];
        let mut next = 0;
        while let Some(label) = found.get(next) {
            let more: Vec<String> = self
                .neighbours(label)
                .into_iter()
                .filter(|n| !found.contains(n))
                .collect();
            found.extend(more);
            next += 1;
        }
        found
    }
}
