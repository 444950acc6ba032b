use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::https::Https;
use super::inventory::{DriverKind, Inventory, TargetSpec};
use super::{
    Clock, Failure, FailureKind, Session, Technician, Vault, cimc, http, ios, local, manual, reach,
    ssh, xapi,
};
use crate::text::Probe;
use crate::wire::ssh::SshConnection;
use crate::wire::{Dial, Endpoint};

/// Opens sessions to the targets of an inventory.
pub struct Connector {
    inventory: Inventory,
    vault: Vault,
    dial: Arc<dyn Dial>,
    clock: Clock,
    technician: Option<Rc<dyn Technician>>,
    /// Keys that were read at the devices themselves, by target.
    pins: RefCell<BTreeMap<String, String>>,
}

impl Connector {
    /// A connector that reaches targets through `dial`. In the lab a technician does what
    /// `manual` fences ask for.
    pub fn new(
        inventory: Inventory,
        dial: Arc<dyn Dial>,
        clock: Clock,
        technician: Option<Rc<dyn Technician>>,
    ) -> Self {
        Self {
            inventory,
            vault: Vault::default(),
            dial,
            clock,
            technician,
            pins: RefCell::default(),
        }
    }

    /// Where it fetches its secrets.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Trusts a target by the key that somebody read at the device itself: from now on the key
    /// with this fingerprint, `SHA256:…`, and no other.
    ///
    /// # Errors
    /// The inventory pins another one, or the target shows no key.
    pub fn pin(&self, target: &str, fingerprint: &str) -> Result<(), String> {
        let known = self.inventory.targets.get(target);
        let pins = known.and_then(|spec| pins_of(&mut spec.clone()).map(|pins| pins.clone()));
        match pins {
            None => Err(format!("`{target}` shows no key that could be trusted")),
            Some(pins) if pins.is_empty() || pins.iter().any(|pin| pin == fingerprint) => {
                let mut read = self.pins.borrow_mut();
                read.insert(target.to_owned(), fingerprint.to_owned());
                Ok(())
            }
            Some(pins) => Err(format!(
                "the key of `{target}` is {fingerprint}, and the inventory pins {}",
                pins.join(" or ")
            )),
        }
    }

    /// The fingerprint of the key by which a target is trusted, if the inventory has one or
    /// somebody read it.
    pub fn key(&self, target: &str) -> Option<String> {
        let mut spec = self.trusting().targets.get(target)?.clone();
        pins_of(&mut spec)?.first().cloned()
    }

    /// The inventory, with the keys that were read since.
    fn trusting(&self) -> Cow<'_, Inventory> {
        let pins = self.pins.borrow();
        let mut inventory = Cow::Borrowed(&self.inventory);
        for (target, pin) in pins.iter() {
            let spec = inventory.to_mut().targets.get_mut(target);
            if let Some(pins) = spec.and_then(pins_of) {
                *pins = vec![pin.clone()];
            }
        }
        inventory
    }

    /// Asks a target something that changes nothing, once, over a way of its own.
    ///
    /// # Errors
    /// There is no such target, it has no address, or it did not answer.
    pub async fn probe(&self, target: &str, probe: &Probe) -> Result<(), String> {
        let spec = self.inventory.targets.get(target);
        let address = spec.and_then(|spec| spec.address.as_ref());
        let address = address.ok_or_else(|| format!("`{target}` has no address"))?;
        let answered = match probe {
            Probe::Ping => self.dial.ping(&address.host).await,
            Probe::Tcp(port) => {
                let to = Endpoint {
                    host: address.host.clone(),
                    port: port.unwrap_or(address.port),
                };
                self.dial.dial(&to).await.map(drop)
            }
        };
        answered.map_err(|error| error.to_string())
    }

    /// Opens a session to a target by its name.
    ///
    /// # Errors
    ///
    /// There is no such target, or it can't be reached, trusted or logged in to. Nothing was
    /// sent to run there.
    pub async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure> {
        let inventory = self.trusting();
        let Some(spec) = inventory.targets.get(target) else {
            return Err(Failure::not_sent(
                FailureKind::Local,
                format!("open `{target}`: the inventory has no such target"),
            ));
        };
        match spec.driver {
            DriverKind::Local => Ok(local::open(self.clock.clone())),
            DriverKind::Manual => Ok(manual::open(self.technician.clone())),
            DriverKind::Ssh => {
                let endpoint = spec.address.as_ref();
                Ok(ssh::open(self.reach(&inventory, spec, endpoint).await?))
            }
            DriverKind::Ios => self.open_ios(&inventory, spec).await,
            DriverKind::Cimc => cimc::open(self.web(&inventory, spec)?).await,
            DriverKind::Xapi => xapi::open(self.web(&inventory, spec)?).await,
            DriverKind::Http => http::open(self.web(&inventory, spec)?),
        }
    }

    /// A switch, over its console line where it has one, else over its network.
    async fn open_ios(
        &self,
        inventory: &Inventory,
        spec: &TargetSpec,
    ) -> Result<Box<dyn Session>, Failure> {
        let connection = self
            .reach(
                inventory,
                spec,
                spec.console.as_ref().or(spec.address.as_ref()),
            )
            .await?;
        let login = match &spec.console_login {
            Some((user, password)) => Some((user.clone(), self.vault.fetch(&spec.name, password)?)),
            None => None,
        };
        let way = match spec.console {
            Some(_) => ios::Way::Console { login },
            None => ios::Way::Shell,
        };
        let enable = spec.enable.as_ref();
        let enable = enable.map(|enable| self.vault.fetch(&spec.name, enable));
        let enable = enable.transpose()?;
        let login = ios::Login { way, enable };
        Ok(Box::new(ios::open(connection, login).await?))
    }

    fn web(&self, inventory: &Inventory, spec: &TargetSpec) -> Result<Https, Failure> {
        Https::new(
            inventory.clone(),
            self.vault.clone(),
            self.dial.clone(),
            spec.clone(),
        )
    }

    async fn reach(
        &self,
        inventory: &Inventory,
        spec: &TargetSpec,
        endpoint: Option<&Endpoint>,
    ) -> Result<SshConnection, Failure> {
        let Some(endpoint) = endpoint else {
            let message = format!("connect to `{}`: the inventory gives no address", spec.name);
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        reach::reach(inventory, &self.vault, &*self.dial, spec, endpoint).await
    }
}

/// The pins by which a target is trusted; `None`: it shows no key.
fn pins_of(spec: &mut TargetSpec) -> Option<&mut Vec<String>> {
    match spec.driver {
        DriverKind::Ssh | DriverKind::Ios => Some(&mut spec.host_keys),
        driver if driver.is_web() && !spec.plain_http => Some(&mut spec.tls_pins),
        _ => None,
    }
}
