//! What somebody who stands in front of a device can read.

use super::World;
use super::machine::{Host, MODEL};
use crate::lab::keys;

impl World {
    /// Reads what the orders name and touches nothing: `read DEVICE` its label, `fingerprint
    /// SERVER` the key of its system on its screen, `fingerprint SERVER:xapi` that of its toolstack,
    /// `fingerprint SERVER:cimc` that of its controller.
    ///
    /// # Errors
    /// An order would change something, or there is nothing to read.
    pub fn technician_looks(&self, orders: &str) -> Result<String, String> {
        let orders = orders.split(['\n', ';']);
        let orders = orders.map(|order| order.split_whitespace().collect::<Vec<_>>());
        let read = orders.filter(|words| !words.is_empty()).map(|words| {
            self.read(&words).unwrap_or_else(|| {
                let order = words.join(" ");
                Err(format!(
                    "`{order}` is more than a look; orders that only look are read and fingerprint"
                ))
            })
        });
        Ok(read.collect::<Result<Vec<_>, _>>()?.join("\n"))
    }

    /// Carries out an order that only looks; `None`: it is another one.
    pub(super) fn read(&self, words: &[&str]) -> Option<Result<String, String>> {
        Some(match words {
            ["read", device] => self.label(device),
            ["fingerprint", device] => self.fingerprint(device),
            _ => return None,
        })
    }

    fn label(&self, device: &str) -> Result<String, String> {
        if let Some(unit) = self.state.units.get(device) {
            let (model, serial, mac) = (&unit.model, &unit.serial, &unit.mac);
            return Ok(format!("model: {model}\nserial: {serial}\nmac: {mac}"));
        }
        let Some(server) = self.state.servers.get(device) else {
            return Err(format!("there is no {device} on the floor"));
        };
        let nics = server.nics.iter();
        let nics: String = nics.map(|(nic, mac)| format!("\n{nic}: {mac}")).collect();
        let serial = &server.machine.serial;
        Ok(format!("model: {MODEL}\nserial: {serial}{nics}"))
    }

    fn fingerprint(&self, device: &str) -> Result<String, String> {
        let (server, what) = match device.split_once(':') {
            Some((server, what @ ("cimc" | "xapi"))) => (server, what),
            Some(_) => return Err(format!("there is no screen on {device}")),
            None => (device, "system"),
        };
        let Some(machine) = self.machine(server) else {
            return Err(format!("there is no server {server}"));
        };
        let seed = self.state.seed;
        let print = match (what, &machine.host) {
            ("cimc", _) if machine.corded => Some(keys::tls_fingerprint(seed, server)),
            ("xapi", Host::Running(_)) => Some(keys::host_tls_fingerprint(seed, server)),
            ("system", Host::Running(_)) => keys::fingerprints(seed, server).into_iter().next(),
            _ => None,
        };
        print
            .map(|print| format!("fingerprint: {print}"))
            .ok_or_else(|| format!("the screen of {device} shows no key"))
    }
}
