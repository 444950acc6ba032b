use super::World;
use super::switch::ChassisId;
use crate::lab::ios;

impl World {
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
        if chassis.members.is_empty() {
            self.state.chassis.remove(&id);
            self.forget(&id);
            return;
        }
        let id = if number == chassis.active {
            self.take_over(&id)
        } else {
            id
        };
        self.elect_standby(&id);
        self.removed(&id, number);
    }

    /// The standby leads from now on, and the switch is named after it. Terminals over the
    /// network ended at the unit that led; what else the switch knows, the standby knew too.
    fn take_over(&mut self, id: &ChassisId) -> ChassisId {
        let Some(mut chassis) = self.state.chassis.remove(id) else {
            return id.clone();
        };
        let next = chassis.standby.or(chassis.members.keys().next().copied());
        chassis.active = next.unwrap_or(chassis.active);
        let new = chassis.active_unit().to_owned();
        self.state.chassis.insert(new.clone(), chassis);
        self.traces.rename(id, &new);
        self.forget(id);
        new
    }

    /// Nothing of a switch that is gone may reach one that is named like it later.
    fn forget(&mut self, id: &ChassisId) {
        self.traces.forget(id);
        ios::forget(self, id);
    }

    /// Members that no cable holds to the active one go on by themselves, with a copy of
    /// everything: the same addresses twice on one network.
    pub(super) fn fall_apart(&mut self) {
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
                self.part(&id, number, &label);
            }
        }
    }

    fn part(&mut self, id: &ChassisId, number: u8, label: &str) {
        let Some(chassis) = self.state.chassis.get_mut(id) else {
            return;
        };
        chassis.members.remove(&number);
        let mut alone = chassis.clone();
        alone.members = [(number, label.to_owned())].into();
        alone.active = number;
        alone.standby = None;
        self.elect_standby(id);
        self.removed(id, number);
        self.state.chassis.insert(label.to_owned(), alone);
        self.traces.part(id, number, &label.to_owned());
    }

    fn removed(&mut self, id: &ChassisId, number: u8) {
        self.syslog(
            id,
            format!("%STACKMGR-4-SWITCH_REMOVED: Switch {number} has been REMOVED from the stack."),
        );
    }
}
