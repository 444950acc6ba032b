use super::switch::{ChassisId, Power};
use super::{Jack, World};
use crate::lab::ios;

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

    /// Two running switches find each other: the one with the lower priority, then the higher
    /// MAC address, restarts and joins.
    fn meet(&mut self, a: &ChassisId, b: &ChassisId) {
        let rank = |id: &ChassisId| {
            let unit = self
                .state
                .chassis
                .get(id)
                .map(|c| c.active_unit().to_owned());
            let unit = unit.and_then(|label| self.state.units.get(&label));
            unit.map(|unit| (std::cmp::Reverse(unit.priority), unit.mac.clone()))
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

    fn elect_standby(&mut self, id: &ChassisId) {
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

    /// A unit leaves its chassis. If it led, the standby takes over; if it was alone, the
    /// chassis is gone with all that was not saved.
    pub(super) fn leave(&mut self, label: &str) {
        let Some((id, number)) = self.chassis_of(label).map(|(id, n)| (id.clone(), n)) else {
            return;
        };
        let Some(chassis) = self.state.chassis.get_mut(&id) else {
            return;
        };
        chassis.members.remove(&number);
        let Some(next) = chassis.standby.filter(|_| number == chassis.active) else {
            if chassis.members.is_empty() {
                self.state.chassis.remove(&id);
                self.traces.logs.remove(&id);
                ios::forget(self, &id);
            } else {
                self.elect_standby(&id);
                self.removed(&id, number);
            }
            return;
        };
        chassis.active = next;
        self.elect_standby(&id);
        self.removed(&id, number);
    }

    fn removed(&mut self, id: &ChassisId, number: u8) {
        self.syslog(
            id,
            format!("%STACKMGR-4-SWITCH_REMOVED: Switch {number} has been REMOVED from the stack."),
        );
    }

    /// Members that no cable holds to the active one go on by themselves, with a copy of
    /// everything: the same addresses twice on one network.
    fn fall_apart(&mut self) {
        let ids: Vec<ChassisId> = self.state.chassis.keys().cloned().collect();
        for id in ids {
            let Some(chassis) = self.state.chassis.get(&id) else {
                continue;
            };
            let held = self.connected_to(chassis.active_unit());
            let lost: Vec<(u8, String)> = chassis
                .members
                .iter()
                .filter(|(_, label)| !held.contains(label))
                .map(|(number, label)| (*number, label.clone()))
                .collect();
            for (number, label) in lost {
                let Some(chassis) = self.state.chassis.get_mut(&id) else {
                    continue;
                };
                chassis.members.remove(&number);
                let mut alone = chassis.clone();
                alone.members = [(number, label.clone())].into();
                alone.active = number;
                alone.standby = None;
                self.elect_standby(&id);
                self.removed(&id, number);
                self.state.chassis.insert(label.clone(), alone);
                self.traces.started.insert(label.clone(), self.traces.now);
            }
        }
    }

    /// The units that a chain of stack cables holds to a unit, itself included.
    fn connected_to(&self, unit: &str) -> Vec<String> {
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
