use std::net::Ipv4Addr;

use super::machine::installer::Keys;
use super::machine::{Controller, Host};
use super::switch::Power;
use super::{Cable, Jack, World};

impl World {
    /// Performs orders, one a line or separated by `;`: `plug A:port B:port`,
    /// `unplug A:port …`, `power-on X …`, `power-off X …`, `power-cycle X …`, `f8 SERVER …`,
    /// `kvm SERVER …`, and those that only [look](Self::technician_looks). Nothing is done unless
    /// all of them can be understood.
    ///
    /// # Errors
    /// Why an order can't be carried out; those before it were.
    pub fn technician(&mut self, orders: &str) -> Result<String, String> {
        let orders: Vec<Vec<&str>> = orders
            .split(['\n', ';'])
            .map(|order| order.split_whitespace().collect::<Vec<_>>())
            .filter(|words| !words.is_empty())
            .collect();
        for words in &orders {
            understand(words)?;
        }
        let mut done = Vec::new();
        for words in &orders {
            match self.order(words) {
                Ok(said) => done.push(said),
                Err(why) if done.is_empty() => return Err(why),
                Err(why) => return Err(format!("{why}; done before that: {}", done.join(", "))),
            }
        }
        Ok(done.join("\n"))
    }

    fn order(&mut self, words: &[&str]) -> Result<String, String> {
        match words {
            ["plug", a, b] => self.plug(a.parse()?, b.parse()?),
            ["unplug", jacks @ ..] if !jacks.is_empty() => {
                let jacks: Vec<Jack> = jacks.iter().map(|j| j.parse()).collect::<Result<_, _>>()?;
                let done: Vec<String> = jacks
                    .iter()
                    .map(|jack| self.unplug(jack))
                    .collect::<Result<_, _>>()?;
                Ok(done.join("\n"))
            }
            [
                power @ ("power-on" | "power-off" | "power-cycle"),
                devices @ ..,
            ] if !devices.is_empty() => {
                let done: Vec<String> = devices
                    .iter()
                    .map(|d| self.power(power, d))
                    .collect::<Result<_, _>>()?;
                Ok(done.join("\n"))
            }
            ["f8", server, form @ ..] => self.configure_controller(server, form),
            ["kvm", server, keys @ ..] => self.answer_installer(server, &Keys::read(keys)?),
            _ => self
                .read(words)
                .unwrap_or_else(|| understand(words).map(|()| String::new())),
        }
    }

    fn plug(&mut self, a: Jack, b: Jack) -> Result<String, String> {
        for jack in [&a, &b] {
            if !self.has_jack(jack) {
                return Err(format!("there is no jack {jack}"));
            }
            if let Some(other) = self.opposite(jack) {
                return Err(format!("{jack} already holds a cable to {other}"));
            }
        }
        if a.is_stack() != b.is_stack() {
            return Err(format!("a stack cable does not fit {a} and {b}"));
        }
        let done = format!("plugged a cable from {a} to {b}");
        self.state.cables.insert(Cable::new(a, b));
        self.restack();
        Ok(done)
    }

    fn unplug(&mut self, jack: &Jack) -> Result<String, String> {
        let cable = self
            .state
            .cables
            .iter()
            .find(|cable| cable.other(jack).is_some())
            .cloned();
        let Some(cable) = cable else {
            return Err(format!("there is no cable in {jack}"));
        };
        self.state.cables.remove(&cable);
        self.restack();
        Ok(format!(
            "took the cable between {} and {} out",
            cable.0, cable.1
        ))
    }

    fn power(&mut self, order: &str, device: &str) -> Result<String, String> {
        if self.state.servers.contains_key(device) {
            return self.power_server(order, device);
        }
        let Some(unit) = self.state.units.get(device) else {
            return Err(format!("there is no device {device} with a power cord"));
        };
        match (order, unit.power) {
            ("power-on", Power::Off) => self.power_on(device),
            ("power-on", _) => return Err(format!("{device} is on already")),
            ("power-off", Power::Off) => return Err(format!("{device} is off already")),
            ("power-off", _) => self.power_off(device),
            _ => self.restart(device),
        }
        Ok(format!("{order} {device}: done"))
    }
}

impl World {
    /// Cords in and the button pressed, or the other way round.
    fn power_server(&mut self, order: &str, server: &str) -> Result<String, String> {
        let corded = self.machine(server).is_some_and(|machine| machine.corded);
        match (order, corded) {
            ("power-on", true) if !self.switch_on(server) => {
                return Err(format!("{server} is on already"));
            }
            ("power-off", false) => return Err(format!("{server} is off already")),
            _ => {}
        }
        if order != "power-on" {
            self.switch_off(server);
            self.cords(server, false);
        }
        if order != "power-off" {
            self.cords(server, true);
            self.switch_on(server);
        }
        Ok(format!("{order} {server}: done"))
    }

    fn cords(&mut self, server: &str, are_in: bool) {
        let Some(machine) = self.machine_mut(server) else {
            return;
        };
        let were_in = std::mem::replace(&mut machine.corded, are_in);
        match (were_in, are_in) {
            (false, true) => self.start_controller(server),
            // What runs on the controller itself is lost with its power.
            (true, false) => drop(self.traces.controllers.remove(server)),
            _ => {}
        }
    }

    /// The configuration utility that F8 leads to while a server tests itself:
    /// `f8 SERVER address=A/P gateway=G`, or `f8 SERVER factory-default`.
    fn configure_controller(&mut self, server: &str, words: &[&str]) -> Result<String, String> {
        let Some(machine) = self.machine(server) else {
            return Err(format!("there is no server {server}"));
        };
        match machine.host {
            Host::Off => return Err(format!("the screen of {server} is dark")),
            Host::Running(_) | Host::Installer(_) => {
                return Err(format!(
                    "{server} has booted; F8 counts while it tests itself"
                ));
            }
            // Nothing to boot: its keyboard restarts it.
            Host::Idle => drop(self.reset_host(server)),
            Host::Posting => {}
        }
        let form = Form::read(words)?;
        self.traces.controllers.remove(server);
        let Some(machine) = self.machine_mut(server) else {
            return Err(format!("there is no server {server}"));
        };
        match form {
            Form::FactoryDefault => machine.controller = Controller::factory(),
            Form::Network { address, gateway } => {
                machine.controller.address = Some(address);
                machine.controller.gateway = gateway;
                "dedicated".clone_into(&mut machine.controller.nic_mode);
            }
        }
        self.settle_all();
        Ok(format!("saved with F10 on {server}"))
    }
}

/// What is filled in on the configuration utility's screen.
enum Form {
    FactoryDefault,
    Network {
        address: (Ipv4Addr, u8),
        gateway: Option<Ipv4Addr>,
    },
}

impl Form {
    fn read(words: &[&str]) -> Result<Self, String> {
        if words == ["factory-default"] {
            return Ok(Self::FactoryDefault);
        }
        let (mut address, mut gateway) = (None, None);
        for word in words {
            match word.split_once('=') {
                Some(("address", text)) => address = Some(with_prefix(text)?),
                Some(("gateway", text)) => gateway = Some(ip(text)?),
                _ => {
                    return Err(format!(
                        "`{word}` is no field: write `address=A/PREFIX gateway=G`, or \
                         `factory-default`"
                    ));
                }
            }
        }
        let address = address.ok_or("say which address: `f8 SERVER address=A/PREFIX`")?;
        Ok(Self::Network { address, gateway })
    }
}

pub(super) fn with_prefix(text: &str) -> Result<(Ipv4Addr, u8), String> {
    let wrong = || format!("`{text}` is no address with a prefix length");
    let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
    let prefix = prefix.parse().ok().filter(|prefix| *prefix <= 32);
    Ok((ip(address)?, prefix.ok_or_else(wrong)?))
}

pub(super) fn ip(text: &str) -> Result<Ipv4Addr, String> {
    text.parse().map_err(|_| format!("`{text}` is no address"))
}

/// Whether an order is one that can be given, whatever stands on the floor.
fn understand(words: &[&str]) -> Result<(), String> {
    match words {
        ["plug", jacks @ ..] if jacks.len() == 2 => jacks.iter().try_for_each(is_jack),
        ["plug", ..] => Err("a cable has two ends: `plug A:port B:port`".to_owned()),
        ["unplug", jacks @ ..] if !jacks.is_empty() => jacks.iter().try_for_each(is_jack),
        ["unplug"] => Err("say which cable: `unplug A:port`".to_owned()),
        ["power-on" | "power-off" | "power-cycle", _, ..] => Ok(()),
        [order @ ("power-on" | "power-off" | "power-cycle")] => {
            Err(format!("say which device: `{order} DEVICE`"))
        }
        ["f8", _, form @ ..] => Form::read(form).map(drop),
        ["kvm", _, keys @ ..] => Keys::read(keys).map(drop),
        ["kvm"] => Err(
            "say which server, and what its installer is told: `kvm SERVER keymap=us …`".to_owned(),
        ),
        ["read" | "fingerprint", _] => Ok(()),
        [order @ ("read" | "fingerprint"), ..] => {
            Err(format!("say which device, one at a time: `{order} DEVICE`"))
        }
        ["f8"] => Err("say which server: `f8 SERVER address=A/PREFIX gateway=G`".to_owned()),
        [order, ..] => Err(format!(
            "the technician does not know how to `{order}`; orders are plug, unplug, power-on, \
             power-off, power-cycle, f8, kvm, read and fingerprint"
        )),
        [] => Ok(()),
    }
}

fn is_jack(jack: &&str) -> Result<(), String> {
    jack.parse::<Jack>().map(drop)
}
