use super::World;
use super::switch::{Chassis, ChassisId, InterfaceConfig, InterfaceName, SwitchConfig};

impl World {
    /// Changes a running configuration, with what follows from it at once: port-channels come
    /// and go with their members, and what is set on one reaches its members.
    pub fn configure<T>(
        &mut self,
        id: &ChassisId,
        edit: impl FnOnce(&mut SwitchConfig) -> T,
    ) -> Option<T> {
        let join_inherits = self.state.settings.join_inherits;
        let lagging_mtu = self.state.settings.mtu_needs_reload;
        let chassis = self.state.chassis.get_mut(id)?;
        let before = chassis.running.clone();
        let result = edit(&mut chassis.running);
        if chassis.running != before {
            follow(chassis, &before, join_inherits);
            if !lagging_mtu {
                chassis.system_mtu = chassis.running.system_mtu;
            }
            // A bond may now choose another partner, so other switches are concerned too.
            self.settle_all();
        }
        Some(result)
    }

    /// Replaces a running configuration as a whole: nothing follows but what it says.
    pub fn replace_config(&mut self, id: &ChassisId, config: SwitchConfig) {
        let lagging_mtu = self.state.settings.mtu_needs_reload;
        let Some(chassis) = self.state.chassis.get_mut(id) else {
            return;
        };
        chassis.running = config;
        if !lagging_mtu {
            chassis.system_mtu = chassis.running.system_mtu;
        }
        self.settle_all();
    }

    /// Changes what is not in running-config: VLANs, keys. VLANs reach every member's
    /// `vlan.dat` at once, and so do keys.
    pub fn configure_chassis<T>(
        &mut self,
        id: &ChassisId,
        edit: impl FnOnce(&mut Chassis) -> T,
    ) -> Option<T> {
        let chassis = self.state.chassis.get_mut(id)?;
        let result = edit(chassis);
        for label in chassis.members.values() {
            if let Some(unit) = self.state.units.get_mut(label) {
                unit.vlans = chassis.vlans.clone();
                unit.rsa_key = chassis.rsa_key;
            }
        }
        self.settle(id);
        Some(result)
    }
}

fn follow(chassis: &mut Chassis, before: &SwitchConfig, join_inherits: bool) {
    let running = &mut chassis.running;
    for port in running.interfaces.keys().copied().collect::<Vec<_>>() {
        let group = |config: &SwitchConfig| {
            config
                .interfaces
                .get(&port)
                .and_then(|c| c.channel_group)
                .map(|g| g.group)
        };
        if group(before) != group(running)
            && let Some(group) = group(running)
        {
            join(running, before, port, group, join_inherits);
        }
    }
    let channels: Vec<InterfaceName> = before
        .interfaces
        .keys()
        .copied()
        .filter(|name| matches!(name, InterfaceName::PortChannel(_)))
        .collect();
    for name in channels {
        let InterfaceName::PortChannel(group) = name else {
            continue;
        };
        let members = members(running, group);
        match running.interfaces.get(&name).cloned() {
            // A port-channel that is removed leaves its members shut down.
            None => {
                for member in members {
                    if let Some(config) = running.interfaces.get_mut(&member) {
                        config.channel_group = None;
                        config.shutdown = true;
                    }
                }
            }
            Some(now) if before.interfaces.get(&name) != Some(&now) => {
                push(running, before.interfaces.get(&name), &now, &members);
            }
            Some(_) => {}
        }
    }
}

/// A port joins a group. The first one makes the port-channel and gives it its settings.
fn join(
    running: &mut SwitchConfig,
    before: &SwitchConfig,
    port: InterfaceName,
    group: u16,
    inherits: bool,
) {
    let name = InterfaceName::PortChannel(group);
    let Some(member) = running.interfaces.get(&port).cloned() else {
        return;
    };
    match running.interfaces.get(&name).cloned() {
        None => {
            let mut channel = InterfaceConfig::default();
            channel.copy_switchport(&member);
            running.interfaces.insert(name, channel);
        }
        // Made by an earlier port of the same command.
        Some(_) if !before.interfaces.contains_key(&name) && !inherits => {}
        Some(channel) if inherits => {
            if let Some(config) = running.interfaces.get_mut(&port) {
                config.copy_switchport(&channel);
            }
        }
        Some(_) => {}
    }
}

fn members(running: &SwitchConfig, group: u16) -> Vec<InterfaceName> {
    let of_group =
        |config: &InterfaceConfig| config.channel_group.is_some_and(|g| g.group == group);
    let mut names = Vec::new();
    for (name, config) in &running.interfaces {
        if of_group(config) {
            names.push(*name);
        }
    }
    names
}

/// What changed on a port-channel reaches all its members, and only that.
fn push(
    running: &mut SwitchConfig,
    before: Option<&InterfaceConfig>,
    now: &InterfaceConfig,
    members: &[InterfaceName],
) {
    let default = InterfaceConfig::default();
    let before = before.unwrap_or(&default);
    for member in members {
        let Some(config) = running.interfaces.get_mut(member) else {
            continue;
        };
        if before.mode != now.mode {
            config.mode = now.mode;
        }
        if before.access_vlan != now.access_vlan {
            config.access_vlan = now.access_vlan;
        }
        if before.native_vlan != now.native_vlan {
            config.native_vlan = now.native_vlan;
        }
        if before.allowed != now.allowed {
            config.allowed.clone_from(&now.allowed);
        }
        if before.nonegotiate != now.nonegotiate {
            config.nonegotiate = now.nonegotiate;
        }
        if before.shutdown != now.shutdown {
            config.shutdown = now.shutdown;
        }
    }
}
