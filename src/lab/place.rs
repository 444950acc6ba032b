//! Where in the lab a connection goes.

use std::net::Ipv4Addr;

use super::handle::Core;
use super::world::switch::{Chassis, ChassisId};
use super::world::{Listener, Millis, Server, TERMINAL_SERVER};
use crate::wire::Endpoint;

/// The terminal server's first port; one for each unit's console.
pub(crate) const FIRST_CONSOLE_PORT: u16 = 7001;
/// The address that the stack gets from the runbooks.
pub(crate) const STACK: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 254);
/// The networks that the desk has a route to, as first two octets.
const NETWORKS: [[u8; 2]; 3] = [[192, 168], [172, 16], [10, 10]];

pub(crate) const SSH: u16 = 22;
const HTTP: u16 = 80;
pub(crate) const HTTPS: u16 = 443;

/// An address and a port that somebody wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) address: Ipv4Addr,
    pub(crate) port: u16,
    /// What `lab break` calls it: a target of the inventory, or its address.
    pub(crate) name: String,
}

/// What answers there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// An SSH server with a device's terminal behind it.
    Terminal(Terminal),
    /// An SSH server with the shell of a host behind it, as long as that runs without a restart.
    Shell { server: String, since: Millis },
    /// The web server of a host.
    Web { server: String, since: Millis },
    /// The web server of a server's management controller, as long as that runs without a
    /// restart.
    Controller { server: String, since: Millis },
    /// An SSH server with its command line behind it.
    Scopes { server: String, since: Millis },
}

/// A device's terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// The console of a unit. It answers whatever the network does.
    Console(String),
    /// The vty lines of a switch, as long as it runs without a restart.
    Vty { chassis: ChassisId, started: Millis },
}

/// What a connection attempt meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No answer at all.
    Silence,
    /// A device that has no such port.
    Closed,
    /// Something that answers.
    Open(Door),
}

impl Place {
    /// Finds the place an endpoint means. `Err` says what the lab has instead.
    pub(crate) fn find(to: &Endpoint, core: &Core) -> Result<Self, String> {
        let address = match to.host.parse::<Ipv4Addr>() {
            Ok(address) if is_in_lab(address) => address,
            _ => {
                let consoles = core.floor.world.state.units.len() as u16;
                return Err(format!(
                    "the lab has no such address; it has the terminal server {TERMINAL_SERVER} \
                     (ports {FIRST_CONSOLE_PORT} to {}), the stack {STACK} once it is configured, \
                     and the networks 192.168.1.0/24, 172.16.40.0/24 and 10.10.0.0/16",
                    FIRST_CONSOLE_PORT + consoles - 1,
                ));
            }
        };
        let mut place = Self {
            address,
            port: to.port,
            name: to.to_string(),
        };
        if address == STACK && to.port == SSH {
            place.name = "stack".to_owned();
        } else if let Some(unit) = place.console(core) {
            place.name = format!("{unit}-console");
        } else if let Some(server) = controller_at(address, core) {
            place.name = format!("{server}-cimc");
        } else if let Some(server) = host_at(address, core) {
            server.clone_into(&mut place.name);
        }
        Ok(place)
    }

    /// The unit whose console this is.
    fn console<'a>(&self, core: &'a Core) -> Option<&'a str> {
        if self.address != TERMINAL_SERVER {
            return None;
        }
        let index = self.port.checked_sub(FIRST_CONSOLE_PORT)?;
        core.floor
            .world
            .state
            .units
            .keys()
            .nth(index.into())
            .map(String::as_str)
    }

    /// What a new connection meets now.
    pub(crate) fn reach(&self, core: &Core) -> Reach {
        let world = &core.floor.world;
        let Some(listener) = world.tcp_path(self.address) else {
            return Reach::Silence;
        };
        let listens = match &listener {
            Listener::TerminalServer => true,
            Listener::Switch(chassis) => {
                self.port == SSH && world.state.chassis.get(chassis).is_some_and(has_ssh)
            }
            Listener::Controller(_) => matches!(self.port, SSH | HTTP | HTTPS),
            Listener::Server(_) => matches!(self.port, SSH | HTTPS),
            Listener::Office => false,
        };
        match self.door(core, listener) {
            Some(door) if listens => Reach::Open(door),
            _ => Reach::Closed,
        }
    }

    /// The device that packets to this place arrive at now.
    pub(crate) fn path(&self, core: &Core) -> Option<Door> {
        self.door(core, core.floor.world.tcp_path(self.address)?)
    }

    fn door(&self, core: &Core, listener: Listener) -> Option<Door> {
        match listener {
            Listener::TerminalServer => {
                let unit = self.console(core)?.to_owned();
                Some(Door::Terminal(Terminal::Console(unit)))
            }
            Listener::Switch(chassis) => {
                let started = *core.floor.world.traces.started.get(&chassis)?;
                Some(Door::Terminal(Terminal::Vty { chassis, started }))
            }
            Listener::Controller(server) => {
                let since = core.floor.world.controller_since(&server);
                Some(match self.port {
                    SSH => Door::Scopes { server, since },
                    _ => Door::Controller { server, since },
                })
            }
            Listener::Server(server) => {
                let since = core.floor.world.on_since(&server).unwrap_or_default();
                Some(match self.port {
                    HTTPS => Door::Web { server, since },
                    _ => Door::Shell { server, since },
                })
            }
            Listener::Office => None,
        }
    }
}

/// The server whose management controller has this address now.
fn controller_at(address: Ipv4Addr, core: &Core) -> Option<&str> {
    let mut servers = core.floor.world.state.servers.iter();
    let has = |server: &Server| {
        let own = server.machine.controller.address;
        own.is_some_and(|(own, _)| own == address)
    };
    let found = servers.find(|(_, server)| has(server));
    found.map(|(name, _)| name.as_str())
}

/// The server that has this address now.
fn host_at(address: Ipv4Addr, core: &Core) -> Option<&str> {
    let mut servers = core.floor.world.state.servers.iter();
    let has = |server: &Server| server.addresses().iter().any(|own| own.ip == address);
    let found = servers.find(|(_, server)| has(server));
    found.map(|(name, _)| name.as_str())
}

/// Whether a switch takes SSH connections: it has a key, and a line that lets them in.
fn has_ssh(chassis: &Chassis) -> bool {
    let lets_in = |line: &String| {
        line.strip_prefix("transport input ")
            .is_some_and(|ways| ways.split(' ').any(|way| matches!(way, "ssh" | "all")))
    };
    let mut lines = chassis.running.lines.iter();
    chassis.rsa_key.is_some()
        && lines.any(|(name, lines)| name.starts_with("vty") && lines.iter().any(lets_in))
}

fn is_in_lab(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    NETWORKS.contains(&[first, second])
}
