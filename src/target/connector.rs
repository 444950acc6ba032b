use std::rc::Rc;
use std::sync::Arc;

use super::https::Https;
use super::inventory::{DriverKind, Inventory, TargetSpec};
use super::{
    Clock, Failure, FailureKind, Session, Technician, cimc, http, ios, local, manual, reach,
    secret, ssh,
};
use crate::wire::ssh::SshConnection;
use crate::wire::{Dial, Endpoint};

/// Opens sessions to the targets of an inventory.
pub struct Connector {
    inventory: Inventory,
    dial: Arc<dyn Dial>,
    clock: Clock,
    technician: Option<Rc<dyn Technician>>,
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
            dial,
            clock,
            technician,
        }
    }

    /// Opens a session to a target by its name.
    ///
    /// # Errors
    ///
    /// There is no such target, or it can't be reached, trusted or logged in to. Nothing was
    /// sent to run there.
    pub async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure> {
        let Some(spec) = self.inventory.targets.get(target) else {
            return Err(Failure::not_sent(
                FailureKind::Local,
                format!("open `{target}`: the inventory has no such target"),
            ));
        };
        match spec.driver {
            DriverKind::Local => Ok(local::open(self.clock.clone())),
            DriverKind::Manual => Ok(manual::open(self.technician.clone())),
            DriverKind::Ssh => Ok(ssh::open(self.reach(spec, spec.address.as_ref()).await?)),
            DriverKind::Ios => self.open_ios(spec).await,
            DriverKind::Cimc => cimc::open(self.web(spec)?).await,
            DriverKind::Http => http::open(self.web(spec)?),
        }
    }

    /// A switch, over its console line where it has one, else over its network.
    async fn open_ios(&self, spec: &TargetSpec) -> Result<Box<dyn Session>, Failure> {
        let connection = self
            .reach(spec, spec.console.as_ref().or(spec.address.as_ref()))
            .await?;
        let login = match &spec.console_login {
            Some((user, password)) => Some((user.clone(), secret::resolve(password)?)),
            None => None,
        };
        let way = match spec.console {
            Some(_) => ios::Way::Console { login },
            None => ios::Way::Shell,
        };
        let enable = spec.enable.as_ref().map(secret::resolve).transpose()?;
        let login = ios::Login { way, enable };
        Ok(Box::new(ios::open(connection, login).await?))
    }

    fn web(&self, spec: &TargetSpec) -> Result<Https, Failure> {
        Https::new(self.inventory.clone(), self.dial.clone(), spec.clone())
    }

    async fn reach(
        &self,
        spec: &TargetSpec,
        endpoint: Option<&Endpoint>,
    ) -> Result<SshConnection, Failure> {
        let Some(endpoint) = endpoint else {
            let message = format!("connect to `{}`: the inventory gives no address", spec.name);
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        reach::reach(&self.inventory, &*self.dial, spec, endpoint).await
    }
}
