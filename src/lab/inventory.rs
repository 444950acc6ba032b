use std::fmt::{self, Write};

use super::place::{FIRST_CONSOLE_PORT, HTTPS, SSH, STACK};
use super::ssh::CONSOLE_USER;
use super::world::machine::Machine;
use super::world::{Server, TERMINAL_SERVER, World};
use super::{Lab, PASSWORD, keys};
use crate::wire::Endpoint;

/// Who the runbooks make the switch's administrator.
const ADMIN: &str = "admin";
/// The password of every Cisco server as it leaves the factory.
const FACTORY: &str = "password";

/// The inventory of a lab made from `seed`, as `inventory.yaml` is written: the targets of its
/// first chapters, with the host keys that the seed gives them. Nobody knows the key of a host
/// that is not installed yet.
pub fn inventory(seed: u64) -> String {
    of(&World::unpacked(seed), Endpoint::clone)
}

impl Lab {
    /// The inventory of this lab.
    pub fn inventory(&self) -> String {
        self.inventory_at(Endpoint::clone)
    }

    /// The same, in which every address is replaced by where it can be reached from elsewhere.
    pub(crate) fn inventory_at(&self, at: impl Fn(&Endpoint) -> Endpoint) -> String {
        of(&self.world(), at)
    }
}

fn of(world: &World, at: impl Fn(&Endpoint) -> Endpoint) -> String {
    let mut yaml = String::new();
    // Writing to a string doesn't fail.
    let _ = write_inventory(&mut yaml, world, at);
    yaml
}

/// Every address of the lab that a client outside of it may want.
pub(crate) fn endpoints(seed: u64) -> Vec<Endpoint> {
    let world = &World::installed(seed);
    let consoles = (FIRST_CONSOLE_PORT..).take(units(world).len()).map(console);
    let controllers = controllers(world).into_iter().flat_map(|(_, web)| {
        let scopes = Endpoint {
            port: SSH,
            ..web.clone()
        };
        [web, scopes]
    });
    let hosts = hosts(world).into_iter().flat_map(|(_, shell)| {
        let web = Endpoint {
            port: HTTPS,
            ..shell.clone()
        };
        [shell, web]
    });
    std::iter::once(stack())
        .chain(consoles)
        .chain(controllers)
        .chain(hosts)
        .collect()
}

/// The names of its targets on the network, as faults are set on them.
pub(crate) fn targets(seed: u64) -> Vec<String> {
    let world = &World::installed(seed);
    let consoles = units(world)
        .into_iter()
        .map(|unit| format!("{unit}-console"));
    let controllers = controllers(world).into_iter();
    std::iter::once("stack".to_owned())
        .chain(consoles)
        .chain(controllers.map(|(server, _)| format!("{server}-cimc")))
        .chain(hosts(world).into_iter().map(|(server, _)| server))
        .collect()
}

fn write_inventory(
    yaml: &mut String,
    world: &World,
    at: impl Fn(&Endpoint) -> Endpoint,
) -> fmt::Result {
    let seed = world.state.seed;
    let password = format!("{{value: {PASSWORD}, public: true}}");
    writeln!(yaml, "# The lab's inventory. Its passwords are public.")?;
    writeln!(yaml, "targets:")?;
    writeln!(yaml, "  stack:")?;
    writeln!(yaml, "    driver: ios")?;
    writeln!(yaml, "    address: {}", at(&stack()))?;
    writeln!(yaml, "    user: {ADMIN}")?;
    writeln!(yaml, "    password: {password}")?;
    writeln!(yaml, "    enable: {password}")?;
    writeln!(yaml, "    host-key: {}", pins(seed, keys::STACK))?;
    // Where everything is once the runbooks have been there.
    let floor = &World::installed(seed);
    let units = units(floor);
    for (unit, port) in units.iter().zip(FIRST_CONSOLE_PORT..) {
        writeln!(yaml, "  {unit}-console:")?;
        writeln!(yaml, "    driver: ios")?;
        writeln!(yaml, "    console: {}", at(&console(port)))?;
        writeln!(yaml, "    device: {unit}")?;
        writeln!(yaml, "    user: {CONSOLE_USER}")?;
        writeln!(yaml, "    password: {password}")?;
        // Once the switch has users, its console asks for one too.
        writeln!(
            yaml,
            "    console-login: {{user: {ADMIN}, password: {password}}}"
        )?;
        writeln!(yaml, "    enable: {password}")?;
        writeln!(yaml, "    host-key: {}", pins(seed, keys::TERMINAL_SERVER))?;
    }
    let controllers = controllers(floor);
    for (server, place) in &controllers {
        let pin = keys::tls_fingerprint(seed, server);
        // As from the factory, and once the runbooks have been there.
        for (suffix, password) in [("-factory", FACTORY), ("", PASSWORD)] {
            writeln!(yaml, "  {server}-cimc{suffix}:")?;
            writeln!(yaml, "    driver: cimc")?;
            writeln!(yaml, "    address: {}", at(place))?;
            writeln!(yaml, "    device: {server}-cimc")?;
            writeln!(yaml, "    user: {ADMIN}")?;
            writeln!(yaml, "    password: {{value: {password}, public: true}}")?;
            writeln!(yaml, "    tls-pin: \"{pin}\"")?;
        }
        writeln!(yaml, "  {server}-redfish:")?;
        writeln!(yaml, "    driver: http")?;
        writeln!(yaml, "    address: {}", at(place))?;
        writeln!(yaml, "    device: {server}-cimc")?;
        writeln!(yaml, "    user: {ADMIN}")?;
        writeln!(yaml, "    password: {password}")?;
        writeln!(yaml, "    tls-pin: \"{pin}\"")?;
    }
    let hosts = hosts(floor);
    for (server, place) in &hosts {
        writeln!(yaml, "  {server}:")?;
        writeln!(yaml, "    driver: ssh")?;
        writeln!(yaml, "    address: {}", at(place))?;
        writeln!(yaml, "    user: root")?;
        writeln!(yaml, "    password: {password}")?;
        let is_installed = world.machine(server).is_some_and(Machine::has_system);
        if is_installed {
            writeln!(yaml, "    host-key: {}", pins(seed, server))?;
        }
        let web = Endpoint {
            port: HTTPS,
            ..place.clone()
        };
        writeln!(yaml, "  {server}-xapi:")?;
        writeln!(yaml, "    driver: xapi")?;
        writeln!(yaml, "    address: {}", at(&web))?;
        writeln!(yaml, "    device: {server}")?;
        writeln!(yaml, "    user: root")?;
        writeln!(yaml, "    password: {password}")?;
        if is_installed {
            let pin = keys::host_tls_fingerprint(seed, server);
            writeln!(yaml, "    tls-pin: \"{pin}\"")?;
        }
    }
    writeln!(yaml, "  floor:")?;
    writeln!(yaml, "    driver: manual")?;
    let consoles: Vec<_> = units.iter().map(|unit| format!("{unit}-console")).collect();
    writeln!(yaml, "groups:")?;
    writeln!(yaml, "  consoles: [{}]", consoles.join(", "))?;
    for suffix in ["", "-factory"] {
        let names = controllers.iter();
        let names: Vec<_> = names
            .map(|(server, _)| format!("{server}-cimc{suffix}"))
            .collect();
        writeln!(yaml, "  cimcs{suffix}: [{}]", names.join(", "))?;
    }
    let names = controllers.iter();
    let names: Vec<_> = names
        .map(|(server, _)| format!("{server}-redfish"))
        .collect();
    writeln!(yaml, "  redfish: [{}]", names.join(", "))?;
    let names: Vec<_> = hosts.iter().map(|(server, _)| server.as_str()).collect();
    writeln!(yaml, "  hosts: [{}]", names.join(", "))?;
    let names: Vec<_> = hosts
        .iter()
        .map(|(server, _)| format!("{server}-xapi"))
        .collect();
    writeln!(yaml, "  toolstacks: [{}]", names.join(", "))?;
    writeln!(yaml, "secrets:")?;
    writeln!(yaml, "  switch_admin: {password}")?;
    writeln!(yaml, "  cimc_admin: {password}")?;
    writeln!(yaml, "  xen_root: {password}")
}

fn units(world: &World) -> Vec<String> {
    world.state.units.keys().cloned().collect()
}

/// The servers, and where the runbooks put their management controllers.
fn controllers(world: &World) -> Vec<(String, Endpoint)> {
    let servers = world.state.servers.iter();
    let place = |(name, server): (&String, &Server)| {
        let (address, _) = server.machine.controller.address?;
        let host = address.to_string();
        Some((name.clone(), Endpoint { host, port: HTTPS }))
    };
    servers.filter_map(place).collect()
}

/// The servers, and where the runbooks put their systems.
fn hosts(world: &World) -> Vec<(String, Endpoint)> {
    let servers = world.state.servers.iter();
    let place = |(name, server): (&String, &Server)| {
        let host = server.addresses().first()?.ip.to_string();
        Some((name.clone(), Endpoint { host, port: SSH }))
    };
    servers.filter_map(place).collect()
}

fn stack() -> Endpoint {
    Endpoint {
        host: STACK.to_string(),
        port: SSH,
    }
}

fn console(port: u16) -> Endpoint {
    Endpoint {
        host: TERMINAL_SERVER.to_string(),
        port,
    }
}

fn pins(seed: u64, name: &str) -> String {
    let keys = keys::fingerprints(seed, name);
    let quoted: Vec<_> = keys.iter().map(|pin| format!("\"{pin}\"")).collect();
    format!("[{}]", quoted.join(", "))
}
